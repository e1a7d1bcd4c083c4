"""Clocks: seconds that do not jump, and how many of them the machine slept.

`elapsed` goes on while the machine sleeps, `awake` does not; the difference is time the machine slept.
The time of day is used only for the date at which a session began.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where seconds come from; injected, so that tests and practice bring their own."""

    def elapsed(self) -> float:
        """Seconds on a clock that never jumps and counts sleep."""

    def awake(self) -> float:
        """The same, sleep left out."""

    def utc(self) -> datetime:
        """The time of day, for the log's date."""

    def real_seconds(self, seconds: float) -> float:
        """How many real seconds pass while this clock goes on by `seconds`."""


class SystemClock:
    """This machine's clocks."""

    def __init__(self) -> None:
        self._elapsed, self._awake = _system_pair()

    def elapsed(self) -> float:
        return self._elapsed()

    def awake(self) -> float:
        return self._awake()

    def utc(self) -> datetime:
        return datetime.now(UTC)

    def real_seconds(self, seconds: float) -> float:
        return seconds


class ScaledClock:
    """Another clock, `speed` times as fast: practice in less time."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock, self._speed = clock, speed
        self._from = clock.elapsed(), clock.awake()

    def elapsed(self) -> float:
        return self._from[0] + (self._clock.elapsed() - self._from[0]) * self._speed

    def awake(self) -> float:
        return self._from[1] + (self._clock.awake() - self._from[1]) * self._speed

    def utc(self) -> datetime:
        return self._clock.utc()

    def real_seconds(self, seconds: float) -> float:
        return seconds / self._speed


def _system_pair() -> tuple[Callable[[], float], Callable[[], float]]:
    if sys.platform == "win32":
        return time.monotonic, _windows_awake
    if sys.platform == "darwin":
        return (lambda: time.clock_gettime(time.CLOCK_MONOTONIC)), (
            lambda: time.clock_gettime(time.CLOCK_UPTIME_RAW)
        )
    if hasattr(time, "CLOCK_BOOTTIME"):
        return (lambda: time.clock_gettime(time.CLOCK_BOOTTIME)), time.monotonic
    return time.monotonic, time.monotonic


def _windows_awake() -> float:  # pragma: no cover - Windows only
    """QueryUnbiasedInterruptTime: 100 ns units since start, sleep left out."""
    import ctypes

    ticks = ctypes.c_ulonglong()
    ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))  # type: ignore[attr-defined,unused-ignore]  # Windows only
    return ticks.value / 1e7
