"""A timer that wakes a screen when it would next change by itself, and never in between.

A deadline on the loop's own clock, not a ticking timer: nothing drifts, nothing polls, a quiet screen sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from ii_companion.log.clock import Clock


class Wake:
    """One pending wake-up for a screen. `woken` is told how many clock seconds late it came."""

    def __init__(self, screen: Screen[None], clock: Clock, woken: Callable[[float], None]) -> None:
        self._screen, self._clock, self._woken = screen, clock, woken
        self._timer: Timer | None = None
        self._due = 0.0

    def at(self, now: float, when: float | None) -> None:
        """Wake at `when` (session seconds, as `now`); None: not until somebody acts."""
        self.cancel()
        if when is None:
            return
        seconds = max(0.0, when - now)
        self._due = self._clock.elapsed() + seconds
        self._timer = self._screen.set_timer(max(0.001, self._clock.real_seconds(seconds)), self._fire)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self._woken(self._clock.elapsed() - self._due)
