"""Codes, links, openings and limits: decided without a socket, by a clock that is an argument."""

from __future__ import annotations

import random
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ii_companion.devices.code import (
    HANDSHAKES_A_SECOND,
    HANDSHAKES_AT_ONCE,
    MOST_CONNECTIONS,
    MOST_OF_ADDRESS,
    OPEN_S,
    PAGES,
    TRIES,
    Bucket,
    Caller,
    Opening,
    Role,
    good_words,
    granted,
    new_code,
    new_link,
    read_code,
    room_for,
    spaced,
)
from ii_companion.session.refusal import Refusal

OPENING = Opening(Role.SCREEN, "482913", "ABCDEFGHIJKLMNOP", OPEN_S)


@pytest.mark.long
def test_codes_are_uniform(whole: bool) -> None:
    """Chi-squared over the thousand first and the thousand last three figures, within five standard deviations."""
    n = 10**6 if whole else 10**5
    first, last = [0] * 1000, [0] * 1000
    for _ in range(n):
        code = new_code(secrets.randbelow)
        assert len(code) == 6
        first[int(code[:3])] += 1
        last[int(code[3:])] += 1
    for counts in (first, last):
        chi = sum((count - n / 1000) ** 2 / (n / 1000) for count in counts)
        assert abs(chi - 999) < 5 * (2 * 999) ** 0.5


def test_a_code_is_shown_in_threes_and_read_however_it_is_typed() -> None:
    assert spaced("482913") == "482 913"
    assert [read_code(text) for text in ("482913", "482 913", " 48 29 13 ")] == ["482913"] * 3
    for wrong in ("", "48291", "4829133", "48291a", "４８２９１３", "²²²²²²", "-48291"):
        with pytest.raises(Refusal, match="six figures"):
            read_code(wrong)


def test_a_link_is_eighty_bits_in_sixteen_letters() -> None:
    assert new_link(lambda n: bytes(range(n))) == "AAAQEAYEAUDAOCAJ"
    assert {len(new_link(secrets.token_bytes)) for _ in range(50)} == {16}


def test_the_third_wrong_code_closes_and_wrong_links_never_do() -> None:
    opening: Opening | None = OPENING
    for left in (True, True, False):
        assert opening is not None
        opening = opening.failed("code")
        assert (opening is not None) is left
    opening = OPENING
    for _ in range(1000):
        opening = opening.failed("link")
        assert opening is not None
        assert opening.answers("link", 0.0) is opening


def test_guesses_are_counted_when_they_are_answered_so_parallel_ones_count_too() -> None:
    opening: Opening = OPENING
    for _ in range(TRIES):
        answered = opening.answers("code", 1.0)
        assert answered is not None
        opening = answered
    assert opening.answers("code", 1.0) is None
    assert opening.answers("link", 1.0) is not None


def test_an_opening_is_over_after_its_time() -> None:
    assert OPENING.answers("code", OPEN_S - 0.001) is not None
    assert OPENING.answers("code", OPEN_S) is None
    assert OPENING.answers("link", OPEN_S) is None


def test_nobody_gets_more_than_was_opened_and_no_screen_more_than_a_screen() -> None:
    for asked in Role:
        assert granted(Role.SCREEN, asked) is Role.SCREEN
        assert granted(Role.REMOTE, asked) in PAGES
    assert granted(Role.REMOTE, Role.SCREEN) is Role.SCREEN
    assert [granted(Role.MENTOR, asked) for asked in Role] == list(Role)


@given(st.lists(st.floats(0, 10), max_size=400))
def test_handshakes_are_six_at_once_and_two_a_second(waits: list[float]) -> None:
    now, taken = 0.0, 0
    bucket = Bucket.full(HANDSHAKES_A_SECOND, HANDSHAKES_AT_ONCE, now)
    for wait in waits:
        now += wait
        if (after := bucket.taken(now)) is not None:
            bucket, taken = after, taken + 1
    assert taken <= HANDSHAKES_AT_ONCE + HANDSHAKES_A_SECOND * now + 1e-6
    assert taken == len(waits) or taken >= min(len(waits), HANDSHAKES_AT_ONCE)


def test_in_one_opening_at_most_366_links_can_be_tried() -> None:
    bucket, taken = Bucket.full(HANDSHAKES_A_SECOND, HANDSHAKES_AT_ONCE, 0.0), 0
    for tick in range(int(OPEN_S * 100)):
        if (after := bucket.taken(tick / 100)) is not None:
            bucket, taken = after, taken + 1
    assert taken in (365, 366)


def test_who_was_not_let_in_makes_room_and_who_was_never_does() -> None:
    """A thousand crowds, by chance: the limits hold, and nobody who was admitted is put out."""
    chance = random.Random(5)
    callers: list[Caller] = []
    for number in range(4000):
        address = f"10.0.0.{chance.randrange(8)}"
        comes, out = room_for(address, callers)
        if out is not None:
            gone = next(one for one in callers if one.number == out)
            assert not gone.admitted
            callers.remove(gone)
        if comes:
            callers.append(Caller(number, address, admitted=False))
        if callers and chance.random() < 0.02:
            at = chance.randrange(len(callers))
            callers[at] = replace(callers[at], admitted=True)
        if callers and chance.random() < 0.05:
            callers.remove(chance.choice(callers))
        assert len(callers) <= MOST_CONNECTIONS
        for n in range(8):
            assert sum(one.address == f"10.0.0.{n}" for one in callers) <= MOST_OF_ADDRESS


def test_the_oldest_of_those_at_the_door_makes_room() -> None:
    crowd = [Caller(n, "10.0.0.1", admitted=n == 0) for n in range(MOST_OF_ADDRESS)]
    assert room_for("10.0.0.1", crowd) == (True, 1)
    assert room_for("10.0.0.2", crowd) == (True, None)
    inside = [Caller(n, "10.0.0.1", admitted=True) for n in range(MOST_OF_ADDRESS)]
    assert room_for("10.0.0.1", inside) == (False, None)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("Leave the drum to him", True), ("", False), (" ", False), ("one two three four five six seven eight", False),
        ("a" * 60, True), ("a" * 61, False), ("a\x1b[2J", False), ("two\nlines", False),
    ],
)  # fmt: skip
def test_own_words_are_few_short_and_printable(text: str, good: bool) -> None:
    assert good_words(text, 7) is good
