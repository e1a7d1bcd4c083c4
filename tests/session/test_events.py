"""Events and the session they add up to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.session.events import (
    TRANSITIONS,
    Event,
    IllegalEvent,
    Phase,
    Session,
    apply,
    fold,
    why_illegal,
)
from ii_companion.session.kinds import ACTS, CHANNELS, UNDOABLE, Kind


def picture(session: Session) -> tuple[object, ...]:
    """All that a session says, but for how it got there."""
    return session.phase, session.hushed, session.sign, session.stopped, session.events()


@given(legal_sessions(), st.integers(0, 60))
def test_events_fold_to_the_same_session_in_one_go_or_in_two(events: list[Event], cut: int) -> None:
    whole = fold(events)
    parts = fold(events[cut:], fold(events[:cut]))
    assert picture(whole) == picture(parts)
    assert (whole.n, whole.t) == (parts.n, parts.t)


@given(legal_sessions(), st.sampled_from(sorted(Kind)), st.floats(-5, 100), st.integers(-1, 3))
def test_an_illegal_event_raises_and_changes_nothing(
    events: list[Event], kind: Kind, step: float, n_off: int
) -> None:
    session = fold(events)
    before = picture(session), session.n, session.t
    try:
        event = Event(session.n + n_off, session.t + step, kind, "voice" if kind is Kind.CHANNEL else "")
    except ValueError:
        return
    if why_illegal(session, event):
        with pytest.raises(IllegalEvent):
            apply(session, event)
    else:
        apply(session, event)
    assert (picture(session), session.n, session.t) == before


@given(legal_sessions(), st.sampled_from(sorted(UNDOABLE)))
def test_undo_of_the_last_thing_keyed_restores_the_session_before_it(events: list[Event], kind: Kind) -> None:
    before = fold(events)
    try:
        after = apply(
            before, Event(before.n + 1, before.t + 1, kind, CHANNELS[0] if kind is Kind.CHANNEL else "")
        )
    except IllegalEvent:
        return
    undone = apply(after, Event(after.n + 1, after.t + 1, Kind.UNDO))
    assert picture(undone) == picture(before)
    assert undone.trail is before.trail


@given(legal_sessions())
def test_taking_back_an_undo_restores_what_it_took(events: list[Event]) -> None:
    before = fold(events)
    try:
        undone = apply(before, Event(before.n + 1, before.t, Kind.UNDO))
    except IllegalEvent:
        return
    again = apply(undone, Event(undone.n + 1, undone.t, Kind.UNDO, "undo"))
    assert picture(again) == picture(before)
    with pytest.raises(IllegalEvent, match="last event was not an undo"):
        apply(again, Event(again.n + 1, again.t, Kind.UNDO, "undo"))


def test_undo_reaches_back_over_a_pause_and_leaves_the_pause() -> None:
    session = fold(coded("1L 2i 3p 4r 5u"))
    assert [e.kind for e in session.events()] == [Kind.LEARNER_ACT, Kind.PAUSED, Kind.RESUMED]


def test_undo_again_takes_the_one_before() -> None:
    assert [e.t for e in fold(coded("1L 2i 3j 4u 5u")).events()] == [1.0]


def test_undo_of_a_clear_sign_lets_coaching_go_on() -> None:
    assert fold(coded("1L 2x")).stopped
    assert not fold(coded("1L 2x 3u")).stopped


def test_the_strongest_sign_counts() -> None:
    assert fold(coded("1X 2y")).sign is Kind.DISTRESS
    assert fold(coded("1y")).sign is Kind.ENOUGH_MAYBE


@pytest.mark.parametrize(
    ("before", "event", "why"),
    [
        ("", "0u", "nothing to take back"),
        ("", "0r", "not paused"),
        ("1p", "2L", "paused; resume it first"),
        ("1p", "2p", "paused"),
        ("1E", "2L", "has ended"),
        ("1h", "2h", "hushed already"),
        ("", "1H", "not hushed"),
        ("5L", "4L", "before the last event's"),
    ],
)
def test_refusals_say_why(before: str, event: str, why: str) -> None:
    session = fold(coded(before))
    refused = coded(event)[0]
    with pytest.raises(IllegalEvent, match=why):
        apply(session, Event(session.n + 1, refused.t, refused.kind))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ((0, 1.0, Kind.NOTE), "counted from 1"),
        ((1, -1.0, Kind.NOTE), "seconds from 0"),
        ((1, float("nan"), Kind.NOTE), "seconds from 0"),
        ((1, float("inf"), Kind.NOTE), "seconds from 0"),
        ((1, 1.0, Kind.CHANNEL, "smell"), "one of voice"),
        ((1, 1.0, Kind.GAP, ""), "seconds that were lost"),
        ((1, 1.0, Kind.NOTE, "x" * 2001), "at most 2000"),
    ],
)
def test_an_event_that_makes_no_sense_cannot_be_made(fields: tuple[int, float, Kind, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Event(*fields)


def test_nothing_follows_the_end_and_no_act_belongs_to_a_pause() -> None:
    assert not [kind for phase, kind in TRANSITIONS if phase is Phase.ENDED]
    assert not [kind for phase, kind in TRANSITIONS if phase is Phase.PAUSED and kind in ACTS]


def test_a_very_long_session_can_be_dropped_without_overflowing() -> None:
    session = fold(Event(n, n / 10, Kind.LEARNER_ACT) for n in range(1, 200_001))
    assert session.trail is not None
    assert session.trail.depth == 200_000
    del session
