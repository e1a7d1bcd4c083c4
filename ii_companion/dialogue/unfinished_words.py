"""What is said of a session that never ended, and keeping it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ii_companion import words
from ii_companion.session.kinds import Kind
from ii_companion.session.lengths import minutes
from ii_companion.words import N_, _, ngettext

if TYPE_CHECKING:
    from ii_companion.log.store import Store, Unfinished

ASKED_TO_DISCARD = N_("Discard it for good? Enter discards, Esc goes back.")


def about(waiting: Sequence[Unfinished]) -> tuple[str, list[str]]:
    """That the first of them never ended; and whose it is, when, and what was keyed."""
    first = waiting[0]
    header = first.header
    keyed = sum(event.kind not in (Kind.PROMPT, Kind.GAP, Kind.ENDED) for event in first.written.events)
    never = ngettext(
        "This session never ended ({n} to look after)",
        "This session never ended ({n} to look after)",
        len(waiting),
    )
    return never, [
        _(
            "learner {learner}, {when}",
            learner=header.learner,
            when=words.long_day(header.started_at.astimezone()),
        ),
        ngettext("{n} key in {length}", "{n} keys in {length}", keyed, length=minutes(first.session.t)),
        *([_damage(first)] if first.written.torn else []),
    ]


def keep(store: Store, waiting: Unfinished) -> None:
    """Save what its events say, unless another window has kept it meanwhile, with its notes. Raises Refusal, OSError."""
    if store.get(waiting.header.id) is None:
        store.save(store.finish(waiting))


def _damage(waiting: Unfinished) -> str:
    if waiting.written.damaged_line:
        return _("Line {line} cannot be read; it is left out.", line=waiting.written.damaged_line)
    return _("The last line was cut off; everything before it is here.")
