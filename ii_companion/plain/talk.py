"""Saying lines and hearing keys and words: all that the plain mode knows of a terminal.

A line is written once and never touched again. How keys and words are read is in `by_key.py` and `by_line.py`.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Container
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ii_companion.plain.arriving import HUNG_UP, Arrivals, Interrupt, Leaving, Over, Typed, Word
from ii_companion.printable import plain
from ii_companion.words import render

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPT = "ctrl+c"
"""The name that Ctrl+C has among the keys."""
_WHOLE = ("utf", "cp65001")
"""How the encodings begin that have every letter."""
_SPELT = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "·": "-", "→": "->", "×": "x"}
)
"""What an encoding without them has instead."""


class Due(Protocol):
    """Does what is due by itself, and tells in how many real seconds to ask it again; None: not until something comes."""

    def __call__(self, *, woken: bool) -> float | None:
        """`woken`: nothing has come since it was asked last."""
        ...


class Line(NamedTuple):
    """What was typed as an answer in words, and the key that ended it: enter, escape, ctrl+s or ctrl+c."""

    text: str
    by: str


def _nothing_due(*, woken: bool) -> float | None:
    return None


def no_draft(text: str) -> None:
    """Words that nobody would miss."""


class Talk(ABC):
    """One conversation. `write` puts text on the terminal at once, in `encoding`; `real_now` in seconds."""

    singly: bool
    """Whether single keys are read; else lines, each ended with Enter."""

    def __init__(
        self,
        arrivals: Arrivals,
        write: Callable[[str], object],
        encoding: str = "utf-8",
        real_now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.arrivals = arrivals
        self.real_now = real_now
        self.keyed = False
        """Whether a key has been struck."""
        self._write = write
        self._spells = not encoding.lower().startswith(_WHOLE)
        self._due: Due = _nothing_due
        self._told: set[str] = set()

    # Saying

    def say(self, sentence: str) -> None:
        """A sentence as a line of its own."""
        self.put("".join(f"{line}\n" for line in plain(render(sentence)).splitlines()))

    def say_once(self, sentence: str) -> None:
        """A sentence that is said no more once it was."""
        if sentence not in self._told:
            self._told.add(sentence)
            self.say(sentence)

    def put(self, text: str) -> None:
        """Text as it is. Where nobody hears it any more the program leaves when it next waits."""
        try:
            self._write(text.translate(_SPELT) if self._spells else text)
        except OSError:
            self.arrivals.put(Over(HUNG_UP))

    # Hearing

    @abstractmethod
    def key(self, bound: Container[str], *, alone: bool = False) -> str:
        """The next key, by its name, as it counts where the keys `bound` mean something. Raises Leaving.

        `alone`: in lines, each line is one key at most; a longer one is given as it is, and means nothing.
        """

    @abstractmethod
    def text(self, label: str, draft: Callable[[str], object] = no_draft) -> Line:
        """Words typed after the label; `draft` has them soon after each letter. Raises Leaving."""

    def taken(self) -> str | None:
        """What stood in a text when the program had to leave; None where none was being typed. It is told once."""
        return None

    @contextmanager
    def meanwhile(self, due: Due) -> Iterator[None]:
        """While the block runs, `due` is asked before every wait."""
        before, self._due = self._due, due
        try:
            yield
        finally:
            self._due = before

    def arrival(self, until: float | None = None) -> Typed | Interrupt | None:
        """The next that arrives; None if nothing has by `until`, in real seconds. Raises Leaving."""
        woken = False
        while True:
            waits = [self._due(woken=woken), None if until is None else until - self.real_now()]
            arrival = self.arrivals.get(min((wait for wait in waits if wait is not None), default=None))
            woken = arrival is None
            match arrival:
                case Over(code):
                    raise Leaving(code)
                case Word(sentence, first):
                    if not (first and self.keyed):
                        self.say(sentence)
                case None:
                    if until is not None and self.real_now() >= until:
                        return None
                case _:
                    return arrival
