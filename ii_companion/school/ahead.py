"""Asking for the next thing while the last answer is dealt with: the server works meanwhile, and the order stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


def ahead(ask: Callable[[Asked], Answered], questions: Iterable[Asked]) -> Iterator[tuple[Asked, Answered]]:
    """Each question with its answer, in order, one asked ahead in a thread. Raises what `ask` raises, in its turn.

    A single question is asked as it is, without a thread.
    """
    waiting = iter(questions)
    now, then = next(waiting, None), next(waiting, None)
    if now is None:
        return
    if then is None:
        yield now, ask(now)
        return
    with ThreadPoolExecutor(1, "ahead") as pool:
        asked = pool.submit(ask, now)
        while now is not None:
            answer = asked.result()
            if then is not None:
                asked = pool.submit(ask, then)
            yield now, answer
            now, then = then, next(waiting, None)
