"""Pace and lead: the measures of one session, from a tally. One implementation, for live, review and export.

Each follows the table of definitions in the project's design; shares stand beside counts, and what is undefined
is None, never 0 or 1. Times are seconds, rates per minute.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from ii_companion.session.events import Event, Session, fold
from ii_companion.session.kinds import CODES, COUNTED, RESPONSES
from ii_companion.session.lag import Transition, transitions
from ii_companion.session.tally import (
    DEFAULT_WAIT_S,
    Cell,
    Exchange,
    Parameters,
    Tally,
    between,
    follow,
    median,
    parameters,
    until,
)

FEWEST_EXCHANGES = 8
"""Under this many exchanges, show who opened them as counts only."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of figures."""


if TYPE_CHECKING:

    class Counts(_Record, frozen=True):
        """How many of each kind that is counted; the fields are those of `kinds.COUNTED`."""

        learner: int = 0
        join_in: int = 0
        imitate: int = 0
        comment: int = 0
        other: int = 0
        enjoyed: int = 0
        enough_maybe: int = 0
        enough_clear: int = 0
        distress: int = 0

        @property
        def responses(self) -> int: ...
else:
    Counts = msgspec.defstruct(
        "Counts",
        [(kind.code, int, 0) for kind in COUNTED],
        bases=(_Record,),
        frozen=True,
        module=__name__,
        namespace={"responses": property(lambda self: sum(getattr(self, code) for code in _RESPONSE_CODES))},
    )
_RESPONSE_CODES = tuple(kind.code for kind in CODES if kind in RESPONSES)


class Latency(_Record, frozen=True):
    """Of responses that directly follow a learner act within the window; shares are of `n`."""

    n: int
    median_s: float | None
    under_2s: float | None
    from_2_to_5s: float | None


class Share(_Record, frozen=True):
    n: int
    of: int


class Contingency(_Record, frozen=True):
    """Share of learner acts answered, beside 1 − exp(−rate·W): what random timing would give."""

    observed: float | None
    expected: float | None
    ratio: float | None


class Exchanges(_Record, frozen=True):
    n: int
    learner_led: int
    longest_turns: int | None
    longest_s: float | None


class Pace(_Record, frozen=True):
    learner_per_min: float | None
    practitioner_per_min: float | None
    ratio: float | None


class Measures(_Record, frozen=True):
    """The measures of one session, with the parameters they were taken with."""

    parameters: Parameters
    duration_s: float
    exposure_s: float
    counts: Counts
    latency: Latency
    answered: Share
    contingency: Contingency
    exchanges: Exchanges
    space_given: Share
    double_turns: int
    early_fills: int
    pace: Pace
    lag1: tuple[Transition, ...]
    end_lag_s: float | None


def report(tally: Tally, end: float) -> Measures:
    """The measures of a session that ends, or stands, at `end` seconds."""
    tally = until(tally, end)
    p = tally.parameters
    counts = Counts(*tally.counts)
    exposure = max(0.0, between(tally.cut_s, end))
    latencies = _values(tally.latencies)
    return Measures(
        parameters=p,
        duration_s=end,
        exposure_s=exposure,
        counts=counts,
        latency=_latency(latencies),
        answered=Share(tally.answered, counts.learner),
        contingency=_contingency(tally.answered, counts, exposure, p.window_s),
        exchanges=Exchanges(
            tally.exchange_n,
            tally.learner_led,
            tally.longest_turns if tally.exchange_n else None,
            tally.longest_s if tally.exchange_n else None,
        ),
        space_given=Share(tally.space_given, tally.space_of),
        double_turns=tally.double_turn_n,
        early_fills=tally.early_fill_n,
        pace=_pace(counts, exposure),
        lag1=transitions(tally.lag1),
        end_lag_s=_end_lag(tally),
    )


def measure(events: list[Event], wait_s: float = DEFAULT_WAIT_S) -> Measures:
    """The measures of a whole session. Raises IllegalEvent at an event that cannot follow."""
    session = fold(events)
    return report(tally_of(session, wait_s), session.t)


def tally_of(session: Session, wait_s: float = DEFAULT_WAIT_S) -> Tally:
    """The tally of a session as it stands."""
    return follow(Tally(parameters(wait_s)), session.trail)


def exchanges(tally: Tally, last: int | None = None) -> list[Exchange]:
    """The exchanges so far, oldest first, the open one included; the `last` few if that is asked."""
    running = tally.chain.exchange if tally.chain else None
    found = [running] if running else []
    cell = tally.exchanges
    while cell is not None and (last is None or len(found) < last):
        if isinstance(cell.value, Exchange):
            found.append(cell.value)
        cell = cell.rest
    return found[::-1]


def opened_so_far(tally: Tally) -> Share:
    """How many of the exchanges so far the learner opened, the open one included."""
    running = tally.chain.exchange if tally.chain else None
    if running is None:
        return Share(tally.learner_led, tally.exchange_n)
    return Share(tally.learner_led + running.opened_by_learner, tally.exchange_n + 1)


def _values(cell: Cell | None) -> list[float]:
    found = []
    while cell is not None:
        if isinstance(cell.value, float):
            found.append(cell.value)
        cell = cell.rest
    return found


def _latency(latencies: list[float]) -> Latency:
    n = len(latencies)
    if not n:
        return Latency(0, None, None, None)
    under = sum(latency < 2 for latency in latencies)
    return Latency(n, float(median(latencies)), under / n, (n - under) / n)


def _contingency(answered: int, counts: Counts, exposure: float, window: float) -> Contingency:
    observed = answered / counts.learner if counts.learner else None
    expected = 1 - math.exp(-counts.responses / exposure * window) if exposure > 0 else None
    ratio = observed / expected if observed is not None and expected else None
    return Contingency(observed, expected, ratio)


def _pace(counts: Counts, exposure: float) -> Pace:
    learner = counts.learner / exposure * 60 if exposure > 0 else None
    practitioner = counts.responses / exposure * 60 if exposure > 0 else None
    return Pace(learner, practitioner, counts.responses / counts.learner if counts.learner else None)


def _end_lag(tally: Tally) -> float | None:
    if tally.stop_at is None:
        return None
    last = tally.last_response_after_stop
    return between(tally.stop_at, last) if last is not None else 0.0
