"""Today's tempo and flow: the learner's own, from today's replies, and crowding that ends it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import ACTS, RESPONSES, Kind
from ii_companion.session.measures import measure, tally_of
from ii_companion.session.tally import Tally
from ii_companion.session.tempo import wait_today


def tally(text: str, wait_s: float = 8.0) -> Tally:
    return tally_of(fold(coded(text)), wait_s)


def by_definition(events: list[Event], wait_s: float) -> float:
    replies, before = [], None
    for event in fold(events).events():
        if event.kind in (Kind.PAUSED, Kind.RESUMED, Kind.GAP):
            before = None
        elif event.kind in ACTS:
            if event.kind is Kind.LEARNER_ACT and before is not None and before.kind in RESPONSES:
                gap = round(event.t - before.t, 6)
                replies += [gap] if gap <= 3 * wait_s else []
            before = event
    times = sorted([wait_s] * 4 + replies[-12:])
    return max(min(3.0, wait_s), min(2 * wait_s, times[math.ceil(0.75 * len(times)) - 1]))


@given(legal_sessions(), st.sampled_from([1.5, 2.0, 5.0, 8.0, 12.5]))
def test_todays_wait_is_its_definition(events: list[Event], wait_s: float) -> None:
    assert tally_of(fold(events), wait_s).wait_today == by_definition(events, wait_s)


def test_with_no_replies_it_is_the_cards_and_a_burst_that_was_undone_moves_nothing() -> None:
    assert tally("1L 5L 9j").wait_today == 8.0
    burst = " ".join(f"{n}j {n + 0.5}L" for n in range(10, 40))
    undone = " ".join(f"{50 + n / 100}u" for n in range(60))
    assert tally(burst).wait_today == 3.0
    assert tally(f"{burst} {undone}").wait_today == 8.0


def test_a_quick_day_shortens_it_a_slow_day_lengthens_it_within_bounds() -> None:
    assert wait_today((1.0,) * 12, 8.0) == 3.0
    assert wait_today((1.0,) * 12, 2.0) == 2.0
    assert wait_today((20.0,) * 12, 8.0) == 16.0
    assert wait_today((12.0,) * 5, 8.0) == 12.0
    assert tally("1j 30L").replies == ()  # later than three times the card's: a new beginning


def test_the_measures_keep_the_cards_wait() -> None:
    quick = " ".join(f"{n}j {n + 1}L" for n in range(0, 72, 6))
    text = f"{quick} 80j 85j 100E"
    wait, hurried = tally(text).wait_today, tally(text).hurried
    assert (wait, hurried) == (3.0, None)
    assert measure(coded(text)).double_turns == 1


def flow_until(text: str, wait_s: float = 8.0) -> float:
    return tally(text, wait_s).flow_until


def test_three_turns_are_flow_and_it_lasts_while_the_next_may_come() -> None:
    assert flow_until("1L 2j") == -math.inf
    assert flow_until("1L 2j 4L") == 9
    assert flow_until("1L 2j 4L 5j") == 13
    assert flow_until("1L 2j 4L 5j", 3.0) == 10
    assert flow_until("1L 2j 11L") == -math.inf


def test_a_double_turn_ends_flow_at_once_and_its_turn_counts_for_none() -> None:
    assert flow_until("1L 2j 4L 5j 6j") == -math.inf
    assert flow_until("1L 2j 4L 5j 6j 7L 8j") == -math.inf
    assert flow_until("1L 2j 4L 5j 6j 7L 8j 9L") == 14


def test_going_on_lengthens_no_flow() -> None:
    assert flow_until("1L 2j 4L 5j 10j") == 13
    assert flow_until("1L 2j 4L 5j 10j 15j 20j") == 13


def test_nothing_of_it_reaches_across_a_pause() -> None:
    assert flow_until("1L 2j 4L 5j 6p 7r") == -math.inf
    assert flow_until("1L 2j 4p 5r 6L") == -math.inf


@pytest.mark.parametrize("wait_s", [2.0, 8.0])
@given(legal_sessions())
def test_flow_is_over_within_its_patience_of_the_last_act(wait_s: float, events: list[Event]) -> None:
    now = tally_of(fold(events), wait_s)
    acts = [e.t for e in fold(events).events() if e.kind in ACTS]
    assert now.flow_until <= max([-math.inf, *acts]) + max(5.0, 2 * wait_s)
