"""A session at a glance: how often each acted, ten seconds at a time, and when a sign was keyed."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

import msgspec

from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import RESPONSES, SIGNS, Kind

CELL_S = 10.0


class Strip(msgspec.Struct, frozen=True):
    """Acts a cell, the first cell first; all three are as long as the session has cells."""

    learner: tuple[int, ...] = ()
    practitioner: tuple[int, ...] = ()
    signs: tuple[bool, ...] = ()
    cell_s: float = CELL_S

    def squeezed(self, most: int) -> Strip:
        """The same in at most `most` cells, each of as many of these as it takes."""
        together = max(1, ceil(len(self.learner) / max(1, most)))
        if together == 1:
            return self
        starts = range(0, len(self.learner), together)
        return Strip(
            tuple(sum(self.learner[n : n + together]) for n in starts),
            tuple(sum(self.practitioner[n : n + together]) for n in starts),
            tuple(any(self.signs[n : n + together]) for n in starts),
            self.cell_s * together,
        )


def strip(events: Iterable[Event], end: float | None = None) -> Strip:
    """The strip of a session that lasted `end` seconds, or until its last event. What was taken back is not in it."""
    session = fold(events)
    cells = max(1, ceil(max(session.t if end is None else end, 1.0) / CELL_S))
    learner, practitioner, signs = [0] * cells, [0] * cells, [False] * cells
    for event in session.events():
        at = min(cells - 1, int(event.t / CELL_S))
        if event.kind is Kind.LEARNER_ACT:
            learner[at] += 1
        elif event.kind in RESPONSES:
            practitioner[at] += 1
        elif event.kind in SIGNS:
            signs[at] = True
    return Strip(tuple(learner), tuple(practitioner), tuple(signs))
