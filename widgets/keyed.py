"""What stands at the foot of a screen or in its help: words that begin with a key."""

from __future__ import annotations


class Keyed(str):
    """An entry that begins with a key, which is lit."""

    __slots__ = ("key",)
    key: str


def keyed(key: str, words: str) -> Keyed:
    """A key and what it does."""
    made = Keyed(f"{key} {words}")
    made.key = key
    return made
