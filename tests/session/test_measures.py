"""The measures, against their definitions written out a second time, and worked by hand."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import ACTS, RESPONSES, Kind
from ii_companion.session.measures import Measures, measure, opened_so_far, report, tally_of
from ii_companion.session.tally import Tally, exchanges, follow, parameters

W = 5.0


def stretches(events: list[Event]) -> tuple[list[tuple[list[Event], float]], float]:
    """The acts of each stretch between pauses and gaps, with the stretch's end; and the seconds cut."""
    session = fold(events)
    found: list[tuple[list[Event], float]] = []
    acts: list[Event] = []
    cut, paused_at, earlier = 0.0, None, 0.0
    for event in session.events():
        if event.kind in ACTS:
            acts.append(event)
        elif event.kind is Kind.PAUSED:
            found.append((acts, event.t))
            acts, paused_at = [], event.t
        elif event.kind is Kind.RESUMED:
            cut, paused_at = cut + event.t - paused_at, None
        elif event.kind is Kind.GAP and paused_at is None:
            lost = min(float(event.detail), event.t - earlier)
            found.append((acts, event.t - lost))
            acts, cut = [], cut + lost
        earlier = event.t
    if paused_at is not None:
        cut += session.t - paused_at
    else:
        found.append((acts, session.t))
    return found, cut


def by_definition(events: list[Event], wait_s: float) -> dict[str, object]:
    """The table of definitions, quadratic and plain."""
    parts, cut = stretches(events)
    gap_s = max(5.0, wait_s)
    latencies, answered, given, of, doubles, early = [], 0, 0, 0, 0, 0
    chains: list[list[Event]] = []
    pairs: list[tuple[Kind, Kind]] = []
    for acts, end in parts:
        for i, act in enumerate(acts):
            previous = acts[i - 1] if i else None
            following = acts[i + 1] if i + 1 < len(acts) else None
            gap = round(act.t - previous.t, 6) if previous else math.inf
            if previous:
                pairs.append((previous.kind, act.kind))
            if act.kind is Kind.LEARNER_ACT:
                answered += any(r.kind in RESPONSES and round(r.t - act.t, 6) <= W for r in acts[i + 1 :])
            else:
                if previous and previous.kind is Kind.LEARNER_ACT and gap <= W:
                    latencies.append(gap)
                if previous and previous.kind in RESPONSES and gap < wait_s:
                    doubles += 1
                    early += gap < round(0.6 * wait_s, 6)
                left = round((following.t if following else end) - act.t, 6)
                if following or left >= wait_s:
                    of += 1
                    given += (following is not None and following.kind is Kind.LEARNER_ACT) or left >= wait_s
            if previous and gap <= gap_s:
                chains[-1].append(act)
            else:
                chains.append([act])
    both = [c for c in chains if len({a.kind in RESPONSES for a in c}) == 2]
    turns = [1 + sum((a.kind in RESPONSES) != (b.kind in RESPONSES) for a, b in pairwise(c)) for c in both]
    learner = sum(len([a for a in acts if a.kind is Kind.LEARNER_ACT]) for acts, _ in parts)
    responses = sum(len([a for a in acts if a.kind in RESPONSES]) for acts, _ in parts)
    exposure = max(0.0, events[-1].t - cut) if events else 0.0
    return {
        "exposure_s": pytest.approx(exposure, abs=1e-6),
        "latency_n": len(latencies),
        "median": pytest.approx(statistics.median(latencies)) if latencies else None,
        "answered": (answered, learner),
        "space": (given, of),
        "doubles": doubles,
        "early": early,
        "exchanges": (len(both), sum(c[0].kind is Kind.LEARNER_ACT for c in both)),
        "longest": (max(turns), pytest.approx(max(c[-1].t - c[0].t for c in both))) if both else (None, None),
        "pairs": {(a, b): pairs.count((a, b)) for a, b in set(pairs)},
        "responses": responses,
    }


def as_measured(m: Measures) -> dict[str, object]:
    codes = {"learner": Kind.LEARNER_ACT, **{str(kind): kind for kind in RESPONSES}}
    return {
        "exposure_s": m.exposure_s,
        "latency_n": m.latency.n,
        "median": m.latency.median_s,
        "answered": (m.answered.n, m.answered.of),
        "space": (m.space_given.n, m.space_given.of),
        "doubles": m.double_turns,
        "early": m.early_fills,
        "exchanges": (m.exchanges.n, m.exchanges.learner_led),
        "longest": (m.exchanges.longest_turns, m.exchanges.longest_s),
        "pairs": {(codes[t.from_], codes[t.to]): t.n for t in m.lag1 if t.n},
        "responses": m.counts.responses,
    }


@given(legal_sessions(), st.sampled_from([2.0, 4.0, 5.0, 8.0, 12.5, 18.3]))
def test_the_measures_are_their_definitions(events: list[Event], wait_s: float) -> None:
    assert as_measured(measure(events, wait_s)) == by_definition(events, wait_s)


@given(legal_sessions())
def test_one_event_at_a_time_gives_what_the_whole_session_gives(events: list[Event]) -> None:
    tally = Tally(parameters(8.0))
    for n in range(1, len(events) + 1):
        session = fold(events[:n])
        tally = follow(tally, session.trail)
        assert report(tally, session.t) == report(tally_of(session, 8.0), session.t)
        assert len(exchanges(tally)) == opened_so_far(tally).of == report(tally, session.t).exchanges.n


@given(legal_sessions())
def test_what_was_undone_leaves_no_trace_in_the_measures(events: list[Event]) -> None:
    session = fold(events)
    effective = [msgspec.structs.replace(event, n=n) for n, event in enumerate(session.events(), 1)]
    if session.t > (effective[-1].t if effective else 0):
        effective.append(Event(len(effective) + 1, session.t, Kind.MOMENT))
    assert measure(effective) == measure(events)


def test_a_session_worked_by_hand() -> None:
    m = measure(coded("1L 2i 4L 5j 7j 20L 21c 40E"), wait_s=8)
    assert (m.duration_s, m.exposure_s) == (40, 40)
    assert (m.latency.n, m.latency.median_s, m.latency.under_2s, m.latency.from_2_to_5s) == (3, 1.0, 1.0, 0.0)
    assert (m.answered.n, m.answered.of) == (3, 3)
    assert (m.exchanges.n, m.exchanges.learner_led, m.exchanges.longest_turns, m.exchanges.longest_s) == (
        2,
        2,
        4,
        6.0,
    )
    assert (m.double_turns, m.early_fills) == (1, 1)
    assert (m.space_given.n, m.space_given.of) == (3, 4)
    assert m.contingency.observed == 1.0
    assert m.contingency.expected == pytest.approx(1 - math.exp(-4 / 40 * 5))
    assert m.pace.ratio == pytest.approx(4 / 3)
    assert m.end_lag_s is None


def test_exactly_the_window_still_counts_whatever_binary_fractions_say() -> None:
    m = measure(coded("3.3L 8.3i 100E"))
    assert 8.3 - 3.3 > 5
    assert (m.latency.n, m.answered.n, m.exchanges.n) == (1, 1, 1)


def test_nothing_reaches_across_a_pause() -> None:
    m = measure(coded("1L 2p 3r 4i 5E"))
    assert (m.latency.n, m.answered.n, m.exchanges.n, m.space_given.of) == (0, 0, 0, 0)
    assert not [t for t in m.lag1 if t.n]
    assert m.exposure_s == 4


def test_a_last_response_with_too_little_time_left_counts_in_neither() -> None:
    assert measure(coded("1i 8.9E"), 8).space_given.of == 0
    assert measure(coded("1i 9E"), 8).space_given.of == 1


def test_signs_and_enjoyment_belong_to_no_turn() -> None:
    assert measure(coded("1L 2e 3y 4i")).latency.n == 1
    assert measure(coded("1i 2e 3i")).double_turns == 1


@pytest.mark.parametrize(
    ("events", "lag"), [("1L 5x", 0.0), ("1L 5x 6i 7L 9j", 4.0), ("5X 6i 7x 8i", 3.0), ("1L", None)]
)
def test_end_lag_runs_from_the_first_stop_sign_to_the_last_response(events: str, lag: float | None) -> None:
    assert measure(coded(events)).end_lag_s == lag


def test_what_is_undefined_is_none_never_a_number() -> None:
    m = measure([])
    assert m.contingency == msgspec.convert(
        {"observed": None, "expected": None, "ratio": None}, type(m.contingency)
    )
    assert (m.pace.ratio, m.latency.median_s, m.exchanges.longest_turns, m.lag1) == (None, None, None, ())


def test_the_lag_table_agrees_with_a_worked_two_by_two() -> None:
    # learner→imitate 3, imitate→learner 2, imitate→imitate 1: by hand from Bakeman & Gottman's formulas
    m = measure(coded("1L 2i 3L 4i 5i 6L 7i"))
    cell = {(t.from_, t.to): t for t in m.lag1}["learner", "imitate"]
    assert (cell.n, cell.expected) == (3, 2.0)
    assert cell.z == pytest.approx((3 - 2) / math.sqrt(2 * (1 - 3 / 6) * (1 - 4 / 6)))
    assert cell.yules_q == 1.0


def test_a_key_in_the_second_hour_adds_as_few_tallies_as_in_the_first_minute() -> None:
    """Counted, not timed: `follow` builds one tally a key and walks back over no more than an undo takes."""
    events = [Event(n, n * 3.6, Kind.LEARNER_ACT if n % 2 else Kind.IMITATE) for n in range(1, 2001)]
    session = fold(events)
    tally = tally_of(session)
    more = fold([Event(2001, 7300.0, Kind.LEARNER_ACT)], session)
    grown = follow(tally, more.trail)
    assert grown.before is tally
