"""What may arrive while the program waits: what was typed, the end of the input, a signal, a word from another thread.

All of it comes through one queue, which a signal handler may use as well, so that nothing is ever interrupted in the
middle of a write: a signal is seen when the program next waits.
"""

from __future__ import annotations

import queue
from typing import NamedTuple

INTERRUPTED = 128 + 2
HUNG_UP = 128 + 1
TERMINATED = 128 + 15
INPUT_ENDED = 1


class Typed(NamedTuple):
    """Characters that came together: one read of a terminal, or a line with its end."""

    text: str


class Over(NamedTuple):
    """The program is to leave, and with which exit code: a signal, or no more input."""

    code: int


class Interrupt(NamedTuple):
    """Ctrl+C."""


class Word(NamedTuple):
    """A sentence from another thread; said only until the first key if `first`."""

    sentence: str
    first: bool = False


Arrival = Typed | Over | Interrupt | Word


class Arrivals:
    """The queue. `put` may be called from any thread, and by a signal handler."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Arrival] = queue.SimpleQueue()

    def put(self, arrival: Arrival) -> None:
        self._queue.put(arrival)

    def get(self, seconds: float | None) -> Arrival | None:
        """The next, None if none came in so many seconds."""
        try:
            return self._queue.get(timeout=None if seconds is None else max(0.0, seconds))
        except queue.Empty:
            return None


class Leaving(BaseException):
    """The program is to leave now; whoever holds something unsaved keeps it and lets this pass."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
