"""Who leads, act by act: what each act does with the act directly before it.

Whole exchanges cannot tell this of a lively session, where one exchange may last all the time. So every act is asked
what it did with the one before it in the same stretch, and each is exactly one of three things (W, `wait_s`: see
`measures`):

    a response       followed   a learner act no more than W before
                     added      to a response less than wait_s before (a double turn)
                     offered    everything else: first in its stretch, or what came before it was longer ago
    a learner act    took_up    a response no more than wait_s before
                     went_on    from a learner act less than wait_s before
                     opened     everything else

Equal times go by the order of the journal.
"""

from __future__ import annotations

import msgspec

from ii_companion.session.kinds import RESPONSES, Kind

NAMES = ("followed", "added", "offered", "took_up", "went_on", "opened")


class Lead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many acts were what. The first three add up to the responses, the last three to the learner's acts."""

    followed: int = 0
    added: int = 0
    offered: int = 0
    took_up: int = 0
    went_on: int = 0
    opened: int = 0

    @property
    def responses(self) -> int:
        return self.followed + self.added + self.offered

    @property
    def learner_acts(self) -> int:
        return self.took_up + self.went_on + self.opened


class LeftBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who did not go on, of the exchanges that ended before their stretch did."""

    learner: int = 0
    practitioner: int = 0


def place(kind: Kind, before: Kind | None, gap: float, window_s: float, wait_s: float) -> int:
    """The index in `NAMES` of an act that came `gap` seconds after the act `before`; None: first in its stretch."""
    after_response = before in RESPONSES
    if kind in RESPONSES:
        if before is None:
            return 2
        if after_response:
            return 1 if gap < wait_s else 2
        return 0 if gap <= window_s else 2
    if before is None:
        return 5
    if after_response:
        return 3 if gap <= wait_s else 5
    return 4 if gap < wait_s else 5
