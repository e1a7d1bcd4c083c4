"""One question is asked ahead: the order stays, a failure comes in its turn, and one alone needs no thread."""

from __future__ import annotations

import threading

import pytest

from ii_companion.school.ahead import ahead


def test_the_next_is_asked_while_an_answer_is_dealt_with_and_all_stays_in_order() -> None:
    asked: list[int] = []
    there = threading.Event()

    def ask(n: int) -> int:
        asked.append(n)
        if n == 2:
            there.set()
        return n * n

    found = []
    for n, answer in ahead(ask, iter([1, 2, 3])):
        if n == 1:
            assert there.wait(10)  # the second was asked, though the first is not done with
        found.append((n, answer))
    assert found == [(1, 1), (2, 4), (3, 9)]
    assert asked == [1, 2, 3]


def test_what_fails_is_raised_after_the_answers_before_it() -> None:
    found = []

    def ask(n: int) -> int:
        if n == 2:
            raise ValueError("lost")
        return n

    def all_of_them() -> None:
        for n, _answer in ahead(ask, [1, 2, 3]):
            found.append(n)

    with pytest.raises(ValueError, match="lost"):
        all_of_them()
    assert found == [1]


def test_one_alone_is_asked_in_this_thread_and_none_is_none() -> None:
    assert list(ahead(lambda _n: threading.current_thread(), [1])) == [(1, threading.current_thread())]
    assert list(ahead(lambda n: n, [])) == []
