"""What the people before left for whoever is with a learner next: the last time, and what to try."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ii_companion.log.documents import Entry


class LastTime(msgspec.Struct, frozen=True):
    """The newest log with a learner, and the newest in which something was left for next time."""

    last: Entry
    left: Entry | None = None


def last_times(entries: Iterable[Entry]) -> dict[str, LastTime]:
    """By learner, from logs newest first."""
    found: dict[str, LastTime] = {}
    for entry in entries:
        known = found.get(entry.learner)
        if known is None:
            found[entry.learner] = LastTime(entry, entry if entry.next_time.strip() else None)
        elif known.left is None and entry.next_time.strip():
            found[entry.learner] = LastTime(known.last, entry)
    return found
