"""What past sessions suggest for a learner's card; a person accepts it or not."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from ii_companion.session.card import WAIT_RANGE_S
from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import RESPONSES, Kind
from ii_companion.session.tally import between

FEWEST_REPLIES = 10
"""Under so many replies nothing is suggested."""
LONGEST_REPLY_S = 60.0
"""What comes later is a new beginning, not a reply."""
SHARE = 0.75


class Suggestion(msgspec.Struct, frozen=True):
    """A `wait_s` in seconds, and the number of replies and sessions it rests on."""

    wait_s: float
    replies: int
    sessions: int


def suggest_wait(sessions: Iterable[list[Event]]) -> Suggestion | None:
    """The 75th percentile (nearest rank) of this learner's reply times after a response; None on too few."""
    times: list[float] = []
    used = 0
    for events in sessions:
        replies = reply_times(events)
        used += bool(replies)
        times += replies
    if len(times) < FEWEST_REPLIES:
        return None
    times.sort()
    low, high = WAIT_RANGE_S
    wait = times[math.ceil(SHARE * len(times)) - 1]
    return Suggestion(round(min(high, max(low, wait)), 1), len(times), used)


def reply_times(events: list[Event]) -> list[float]:
    """Seconds from each response to the learner act that directly follows it, in the same stretch."""
    found = []
    link = fold(events).trail
    while link is not None:
        before = link.earlier_act
        if (
            link.event.kind is Kind.LEARNER_ACT
            and before is not None
            and before.event.kind in RESPONSES
            and before.stretch == link.stretch
            and (reply_s := between(before.event.t, link.event.t)) <= LONGEST_REPLY_S
        ):
            found.append(reply_s)
        link = link.before
    return found[::-1]
