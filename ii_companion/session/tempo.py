"""Today's tempo: how long this learner takes to reply today, for the coach and the quiet bar.

The card's `wait_s` says what is usual; some days are slower. The card counts as four replies, so that one reply
moves little and a dozen say more than the card. It is for today only: no measure and no file has it, and nobody's
is compared.
"""

from __future__ import annotations

import math

CARD_COUNTS = 4
"""As how many replies the card counts."""
NEWEST = 12
"""So many of today's replies count."""
SHARE = 0.75
LATEST = 3.0
"""What comes later than so many times the card's `wait_s` is a new beginning, not a reply."""
SHORTEST_S = 3.0
MOST = 2.0
"""Times the card's `wait_s`."""


def with_reply(replies: tuple[float, ...], gap: float, wait_s: float) -> tuple[float, ...]:
    """Today's reply times with one more, the newest last; without it if it came too late to be a reply."""
    return (*replies[-(NEWEST - 1) :], gap) if gap <= LATEST * wait_s else replies


def wait_today(replies: tuple[float, ...], wait_s: float) -> float:
    """Seconds this learner may need today: the 75th percentile (nearest rank) of card and replies, held in bounds."""
    times = sorted((*replies, *(wait_s,) * CARD_COUNTS))
    found = times[math.ceil(SHARE * len(times)) - 1]
    return min(max(found, min(SHORTEST_S, wait_s)), MOST * wait_s)
