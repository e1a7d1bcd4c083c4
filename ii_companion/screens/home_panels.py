"""Home's coloured text: a recent session as a line with its strip, and the panel about the learner whose code stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from ii_companion import words
from ii_companion.dialogue.card_words import card_lines
from ii_companion.dialogue.left_words import facts
from ii_companion.log.header import MODE_WORDS, Mode
from ii_companion.log.records import END_WORDS
from ii_companion.printable import plain
from ii_companion.screens.strips import in_a_line, in_two_lines, strip_of
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _

if TYPE_CHECKING:
    from ii_companion.dialogue.home_words import Around
    from ii_companion.log.documents import Entry
    from ii_companion.log.store import Store
    from ii_companion.session.strip import Strip

STRIP_CELLS = 24
"""Cells of a strip in a line; a longer session is squeezed."""
CARD_LINES = 3
FIRST_RUN = (
    N_("For whoever is with a learner: a few quiet prompts, and a short record of who led."),
    N_("F4: practise with somebody made up."),
    N_("Type a code, Enter starts."),
)
"""Shown while nothing is kept."""


def strips(store: Store, entries: list[Entry]) -> dict[str, Strip]:
    """The strips of sessions by their ids, as far as they have journals."""
    return {entry.id: one for entry in entries if (one := strip_of(store, entry.id)) is not None}


def row(log: Entry, strip: Strip | None) -> Content:
    """A log as a line, with its strip where something was keyed."""
    when = words.day(log.started_at.astimezone(), year=False)
    minutes = _("{minutes} min", minutes=f"{log.duration_s / 60:3.0f}" if log.duration_s else "  –")
    how = _(MODE_WORDS[log.mode]) if log.mode is Mode.AFTERWARDS else _(END_WORDS[log.end_reason])
    whose = f"({log.school}) " if log.school else ""
    drawn = in_a_line(strip, STRIP_CELLS) if strip is not None else Content("")
    return Content.assemble(
        plain(f"{when}  {log.learner:<8} {minutes}  "),
        drawn,
        " " * (STRIP_CELLS + 2 - drawn.cell_length),
        plain(" ".join(f"{how}  {whose}{log.words}".split())),
    )


def beside(
    store: Store, around: Around, drawn: Mapping[str, Strip], learner: str, wide: int
) -> tuple[str, Content]:
    """The panel's title and text: the learner's card, the last time with its strip, what was left for next time.

    Where nothing is kept yet, what this is and what to do first. `wide`: cells there are.
    """
    try:
        known = bool(learner) and store.has_card(learner)
        last = around.last.get(learner)
        if not around.recent and not known:
            return _("Welcome"), Content("\n".join(_(line) for line in FIRST_RUN))
        if last is None and not known:
            return "", Content(_("Nothing is kept of anybody by this code yet.") if learner else "")
        said = [Content(plain(line)) for line in card_lines(store.card(learner))[:CARD_LINES]]
    except Refusal as refusal:
        last, said = around.last.get(learner), [Content(words.of(refusal))]
    if last is not None:
        said.append(Content.assemble((_("Last time: {facts}", facts=plain(facts(last.last))), "$primary")))
        if (strip := drawn.get(last.last.id)) is not None:
            said.append(in_two_lines(strip, wide))
        if last.left is not None:
            text = plain(" ".join(last.left.next_time.split()))
            said.append(Content.assemble((_("Next time: {text}", text=text), "bold")))
    return plain(learner), Content("\n").join(said)
