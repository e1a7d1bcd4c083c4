"""A key held down counts once; honest presses all count."""

from __future__ import annotations

import random

import pytest

from ii_companion.session.repeats import Keys, Press, press


def counted(times: list[float], name: str = "space") -> int:
    """How many presses count in the end."""
    keys, count = Keys(), 0
    for at in times:
        found, keys = press(keys, name, at)
        count += {Press.FRESH: 1, Press.TRAIN_SEEN: -1, Press.REPEAT: 0}[found]
    return count


@pytest.mark.parametrize("delay_ms", range(200, 701, 50))
@pytest.mark.parametrize("rate", [10, 15, 20, 25, 30, 40, 50])
def test_a_key_held_for_three_seconds_counts_once(delay_ms: int, rate: int) -> None:
    jitter = random.Random(delay_ms * rate)
    train, at = [0.0], delay_ms / 1000
    while at < 3:
        train.append(at + jitter.uniform(-0.005, 0.015))
        at += 1 / rate
    assert counted(sorted(train)) == 1


@pytest.mark.parametrize("gap", [0.15, 0.2, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("presses", [2, 3, 5])
def test_honest_presses_150_ms_apart_and_more_all_count(gap: float, presses: int) -> None:
    assert counted([n * gap for n in range(presses)]) == presses


def test_two_held_keys_one_after_the_other_count_twice() -> None:
    keys, count = Keys(), 0
    for name, start in (("space", 0.0), ("i", 5.0)):
        for at in (0.0, *(0.4 + n / 30 for n in range(60))):
            found, keys = press(keys, name, start + at)
            count += {Press.FRESH: 1, Press.TRAIN_SEEN: -1, Press.REPEAT: 0}[found]
    assert count == 2


def test_a_press_after_a_held_key_was_let_go_counts() -> None:
    held = [0.0, *(0.5 + n / 30 for n in range(30))]
    assert counted([*held, held[-1] + 0.4]) == 2
