"""Measures taken again from the journals, for logs that an earlier version counted, or that were changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.closing import brief_log
from ii_companion.log.header import Mode
from ii_companion.progress import going_through
from ii_companion.session.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ii_companion.log.store import Store


class Recount(msgspec.Struct):
    """How many logs have other measures now, how many the same, and how many no journal to count from."""

    changed: int = 0
    same: int = 0
    left: int = 0


def recount(store: Store, tell: Callable[[str], None]) -> Recount:
    """Take the measures of every log again; what changes is an edit, and the version before stays."""
    found = Recount()
    for log in going_through(store.logs()):
        if log.mode is Mode.AFTERWARDS or store.whose(log.id):
            continue
        try:
            written = store.written(log.id)
        except Refusal as refusal:
            tell(refusal.sentence)
            written = None
        if written is None or written.damaged_line:
            found.left += 1
            if written is not None:
                tell(written.complaint)
            continue
        try:
            taken = brief_log(written.header, written.events).measures
        except ValueError:  # an event that cannot follow the one before: nothing that can be counted whole
            found.left += 1
            continue
        if taken == log.measures:
            found.same += 1
        else:
            store.save(msgspec.structs.replace(log, measures=taken), keep_earlier=True, over=log)
            found.changed += 1
    return found
