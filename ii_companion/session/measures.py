"""The measures of one session: pace and lead, from a tally. One implementation, for live, review and export.

Times are seconds since the session began, on a clock that does not jump; rates are per minute. W = 5 s is the
contingency window, `wait_s` how long this learner may need before replying (8 s unless their card says otherwise),
G = max(5 s, wait_s). They are kept with every result. Only learner acts and responses are *acts*; enjoyment, signs,
moments and notes belong to no turn. A pause or gap ends a *stretch*: it is cut out of exposure, and nothing reaches
across it: not a latency, an answer, an exchange, a lead or a transition. Equal times go by the order of the journal.
Shares stand beside counts; what is undefined is None, never 0 or 1.

response latency   of each response that directly follows a learner act (the latest before it, nobody else between):
                   response - act, if <= W; its median, and the shares < 2 s and 2 to 5 s
answered           learner acts followed by a response no more than W later / learner acts. Overlap is no fault
contingency        answered / learner acts, beside what random timing would give, 1 - exp(-rate W), rate = responses
                   per second of exposure; and the ratio of the two
lead               each act is one of three things, by the act directly before it in the same stretch:
                     followed   response, a learner act <= W before
                     added      response, a response < wait_s before (a double turn)
                     offered    response, everything else
                     took_up    learner act, a response <= wait_s before
                     went_on    learner act, a learner act < wait_s before
                     opened     learner act, everything else
exchange           maximal chain of acts with every gap <= G that holds an act of each person; opened by its first
                   act's actor; its turns are the changes of person + 1; *sustained* with three turns or more
left_by            of the exchanges that ended before their stretch did (more than G from the last act to the next
                   act or the stretch's end): the learner if the last act was a response, the practitioner if it
                   was a learner act: the one who did not go on
space given        responses followed by a learner act, or by >= wait_s of nothing, / responses; a last response with
                   less than wait_s left before a pause or the end counts in neither
double turn        a response after a response with a gap < wait_s; *early fill* if the gap < 0.6 wait_s
pace               acts per minute of each over the exposure; pace ratio = responses / learner acts
lag-1 table        what follows what, with expected counts, adjusted residuals and Yule's Q (see `lag`)
end lag            first `enough_clear` or `distress` -> last response after it; 0 if there is none

Sources: who acts first, answers and goes on, act by act, is the event-lag tradition of Bakeman & Gottman, *Observing
Interaction*, 2nd ed. (1997), which also gives the lag-1 table; the contingency corrected for chance follows its
reasoning of observed against expected. W, G and the shares of `wait_s` are this project's own choices, not norms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from ii_companion.session.events import Event, Session, fold
from ii_companion.session.kinds import CODES, COUNTED, RESPONSES
from ii_companion.session.lag import Transition, transitions
from ii_companion.session.lead import Lead, LeftBy
from ii_companion.session.tally import (
    DEFAULT_WAIT_S,
    Cell,
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
    sustained: int | None = None
    left_by: LeftBy | None = None
    """Like `sustained` and `lead`, None in logs from before it was counted."""


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
    lead: Lead | None = None


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
            tally.sustained,
            LeftBy(tally.left_by_learner, tally.left_by_practitioner),
        ),
        space_given=Share(tally.space_given, tally.space_of),
        double_turns=tally.double_turn_n,
        early_fills=tally.early_fill_n,
        pace=_pace(counts, exposure),
        lag1=transitions(tally.lag1),
        end_lag_s=_end_lag(tally),
        lead=Lead(*tally.lead),
    )


def measure(events: list[Event], wait_s: float = DEFAULT_WAIT_S) -> Measures:
    """The measures of a whole session. Raises IllegalEvent at an event that cannot follow."""
    session = fold(events)
    return report(tally_of(session, wait_s), session.t)


def tally_of(session: Session, wait_s: float = DEFAULT_WAIT_S) -> Tally:
    """The tally of a session as it stands."""
    return follow(Tally(parameters(wait_s)), session.trail)


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
