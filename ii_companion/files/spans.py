"""Stretches of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Span: TypeAlias = tuple[float, float]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The time that any of them covers, in order."""
    found: list[Span] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], stop)
        else:
            found.append((start, stop))
    return found


def inside(t: float, spans: Sequence[Span]) -> bool:
    """Whether t lies within one of the merged spans, and not on its edge."""
    at = bisect_right(spans, (t, float("inf"))) - 1
    return at >= 0 and spans[at][0] < t < spans[at][1]
