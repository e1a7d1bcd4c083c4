"""Key auto-repeat: telling a key held down from a key pressed again.

Terminals send repeats and no key-up. A held key comes as one press, a pause (200-700 ms), then a train at 10 to
50 a second. So the second press may be a person's; a third that follows closer than fingers can press
shows that the key repeats, and the second is then taken back. Times are real seconds on a clock that does not jump.
"""

from __future__ import annotations

from enum import Enum, auto

import msgspec

TRAIN_STARTS_S = 0.125
"""Presses closer than this may be repeats: the slowest train is 0.1 s apart, honest presses 0.15 s and more."""
TRAIN_GOES_ON_S = 0.19
"""Inside a train a late repeat still belongs to it; shorter than any initial delay."""
INITIAL_DELAY_S = (0.18, 0.8)
"""What lies between a press and its first repeat."""


class Press(Enum):
    """What a press turns out to be."""

    FRESH = auto()
    TRAIN_SEEN = auto()
    """A repeat, and so was the press before it: that one is taken back."""
    REPEAT = auto()


class Keys(msgspec.Struct, frozen=True):
    """What must be remembered of the presses so far; `apart`: seconds between the last two."""

    name: str = ""
    at: float = float("-inf")
    apart: float = float("inf")
    in_train: bool = False


def press(keys: Keys, name: str, at: float) -> tuple[Press, Keys]:
    """What a press of `name` at `at` seconds is, and what to remember for the next."""
    apart = at - keys.at
    if name != keys.name:
        return Press.FRESH, Keys(name, at)
    if keys.in_train and apart <= TRAIN_GOES_ON_S:
        return Press.REPEAT, Keys(name, at, apart, in_train=True)
    low, high = INITIAL_DELAY_S
    if not keys.in_train and apart <= TRAIN_STARTS_S and low <= keys.apart <= high:
        return Press.TRAIN_SEEN, Keys(name, at, apart, in_train=True)
    return Press.FRESH, Keys(name, at, apart)
