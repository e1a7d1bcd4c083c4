"""What is keyed along a film: told in the film's order, taken back in the order of keying, put aside where it is coded again."""

from __future__ import annotations

import pytest
from hypothesis import given
from makers import coded, legal_sessions

from ii_companion.session.along import UNTIL, Along, in_film_order, keyed
from ii_companion.session.events import TAKE_BACK_UNDO, Event, IllegalEvent, fold
from ii_companion.session.kinds import Kind


def along(text: str) -> tuple[Event, ...]:
    """Events keyed in that order: "5L 2j" seeks back; R opens a stretch, U ends it."""
    events = []
    for n, word in enumerate(text.split(), 1):
        kind = word[-1]
        if kind in "RU":
            events.append(Event(n, float(word[:-1]), Kind.RECODED, UNTIL if kind == "U" else ""))
        elif kind == "v":
            events.append(Event(n, float(word[:-1]), Kind.CHANNEL, "voice"))
        else:
            events.append(Event(n, float(word[:-1]), coded(f"{word[:-1]}{kind}")[0].kind))
    return tuple(events)


def told(text: str) -> str:
    letters = {Kind.LEARNER_ACT: "L", Kind.JOIN_IN: "j", Kind.IMITATE: "i", Kind.COMMENT: "c", Kind.ENDED: "E",
               Kind.CHANNEL: "v", Kind.PAUSED: "p", Kind.RESUMED: "r"}  # fmt: skip
    return " ".join(f"{event.t:g}{letters[event.kind]}" for event in in_film_order(along(text)))


@pytest.mark.parametrize(
    ("was_keyed", "is_told"),
    [
        ("1L 2j 3L", "1L 2j 3L"),
        ("1L 5L 2j", "1L 2j 5L"),  # sought back
        ("1L 5L 2j 0u", "1L 5L"),  # undo takes what was keyed last
        ("1L 5L 2j 0u 0u", "1L"),
        ("5L 3j 5i", "3j 5L 5i"),  # at the same frame: the earlier keyed first
        ("5L 2L 2.5v 6j", "2L 2v 5L 6j"),  # a channel tells of the act keyed before it, and stands with it
        ("5L 2L 4E", "2L 5L 5E"),
        ("1L 2j 3L 4i 1.5R 2.2c 3.5U", "1L 2.2c 4i"),  # what was there makes way, as far as it was seen again
        ("1L 2j 3L 4i 1.5R 2.2c 3.5U 2L", "1L 2L 2.2c 4i"),  # what is keyed after it stays
        ("1L 2j 3L 1.5R 2.2c 2.8i", "1L 2.2c 2.8i 3L"),  # cut short: as far as something was keyed
        ("1L 2j 3L 1.5R 0u", "1L 2j 3L"),  # undo takes the opening back
        ("1L 2j 3L 1.5R 3.5U 0u", "1L 2j 3L"),  # also once it is closed, if nothing was keyed in it
        ("1L 2j 3L 1.5R 2.5c 3.5U 0u", "1L"),
        ("2L 2.5v 4j 1R 1.5c 3U", "1.5c 4j"),  # with an act its channel makes way
        ("2p 3r 1R 1.5L 4U", "1.5L 2p 3r"),  # an interruption is no act
        ("4j 2p", "2p"),  # nothing can be keyed in a pause that nobody ended
    ],
)  # fmt: skip
def test_what_is_told_of_what_was_keyed(was_keyed: str, is_told: str) -> None:
    assert told(was_keyed) == is_told


@given(legal_sessions())
def test_a_session_in_order_is_told_as_it_is(events: list[Event]) -> None:
    """Without channels, which move to their act, what is in order already keeps its order, and is told so again."""
    before = fold(events).events()
    once = in_film_order(events)
    assert [(e.t, e.kind) for e in once if e.kind is not Kind.CHANNEL] == [
        (e.t, e.kind) for e in before if e.kind is not Kind.CHANNEL
    ]
    assert in_film_order(once) == once


@given(legal_sessions())
def test_any_order_of_keying_is_told_as_a_session_that_can_be(events: list[Event]) -> None:
    shuffled = [*events[1::2], *events[::2]]
    found = in_film_order(shuffled)
    assert fold(found).events() == list(found)
    assert [event.t for event in found] == sorted(event.t for event in found)


def test_an_undo_that_was_too_many_is_taken_back() -> None:
    stands = Along()
    for event in along("5L 2j 0u"):
        stands = keyed(stands, event)
    assert [event.t for event in stands.keyed] == [5]
    stands = keyed(stands, Event(4, 0.0, Kind.UNDO, TAKE_BACK_UNDO))
    assert [event.t for event in stands.keyed] == [5, 2]
    with pytest.raises(IllegalEvent):
        keyed(stands, Event(5, 0.0, Kind.UNDO, TAKE_BACK_UNDO))
    with pytest.raises(IllegalEvent):
        keyed(Along(), Event(1, 0.0, Kind.UNDO))
