"""How far long work is, told to whoever wants to know: a loop that may be long goes through `going_through`.

Whoever starts the work says who listens, so that the rooms that do it know no terminal. Without a listener nothing is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

T = TypeVar("T")


class Listener(Protocol):
    """Is told of things to do and of things done, from the thread that does them, and must not keep it waiting."""

    def more(self, n: int) -> None:
        """There are `n` more things to do."""

    def done(self) -> None:
        """One of them is done."""


_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Within the block, `listener` is told how far this thread's work is."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def going_through(things: Iterable[T], n: int | None = None) -> Iterator[T]:
    """The things one by one, each told as done once the next is asked for; `n`: how many, where that cannot be seen."""
    listener = _listener.get()
    if listener is None:
        yield from things
        return
    if n is None and isinstance(things, Collection):
        n = len(things)
    listener.more(n or 0)
    for thing in things:
        yield thing
        listener.done()


def expected(n: int) -> None:
    """There are `n` more things to do; for work whose parts are done many at once."""
    if (listener := _listener.get()) is not None:
        listener.more(n)


def did(n: int) -> None:
    """So many of them are done."""
    if (listener := _listener.get()) is not None:
        for _thing in range(n):
            listener.done()
