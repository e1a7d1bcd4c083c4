"""The receipt of an import: for each observation what was taken, what was not and why, how long, when, and whence it is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ii_companion.words import _, date_and_time, ngettext, render


class Receipt(msgspec.Struct):
    """What became of one observation, for one learner. Sentences in it are not yet in a language."""

    name: str
    learner: str = ""
    started: datetime | None = None
    date_from: str = ""
    length: float = 0.0
    length_from: str = ""
    taken: int = 0
    of: int = 0
    aside: Counter[str] = msgspec.field(default_factory=Counter)
    modifiers: int = 0
    comments: int = 0
    notes: list[str] = []
    standing: str = ""
    """New, or already here."""
    left_out: str = ""
    """Why it becomes no session."""


def told(receipt: Receipt) -> Iterator[str]:
    """The receipt in the reader's language, a line at a time; not yet plain: the name is theirs."""
    if receipt.left_out:
        yield _("{name}: left out; {why}.", name=receipt.name, why=render(receipt.left_out))
        return
    when = date_and_time(receipt.started.astimezone()) if receipt.started else ""
    yield _(
        "{name}, {learner}: {standing}.",
        name=receipt.name,
        learner=receipt.learner,
        standing=render(receipt.standing),
    )
    yield _("  date {when}: {source}", when=when, source=render(receipt.date_from))
    yield _("  length {length} s: {source}", length=f"{receipt.length:g}", source=render(receipt.length_from))
    yield "  " + ngettext(
        "{taken} of {n} event taken", "{taken} of {n} events taken", receipt.of, taken=receipt.taken
    )
    for why, n in receipt.aside.most_common():
        yield "  " + ngettext("{n} left out: {why}", "{n} left out: {why}", n, why=render(why))
    if receipt.modifiers:
        yield "  " + ngettext("{n} modifier dropped", "{n} modifiers dropped", receipt.modifiers)
    if receipt.comments:
        yield "  " + ngettext(
            "{n} comment left behind; comments = true in the mapping keeps them",
            "{n} comments left behind; comments = true in the mapping keeps them",
            receipt.comments,
        )
    for note in receipt.notes:
        yield f"  {render(note)}"
