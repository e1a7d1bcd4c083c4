"""A screen left open shows nothing of anybody: after a while without a key the clock covers it; never in a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.screens.page import Page

if TYPE_CHECKING:
    from textual.timer import Timer

    from ii_companion.screens.host import Host

MINUTE_S = 60.0


class LeftAlone:
    """Covers the screen in front when no key has come for `lock_after` minutes; 0: never."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self._after_s = app.settings.lock_after * MINUTE_S
        self._last = app.clock.elapsed()
        self._timer: Timer | None = None

    def start(self) -> None:
        if self._after_s:
            self._wait(self._after_s)

    def touched(self) -> None:
        """A key came."""
        self._last = self._app.clock.elapsed()

    def look(self) -> None:
        """Cover the screen if it is time, and look again when it may next be."""
        if self._in_session():
            self.touched()
        left = self._last + self._after_s - self._app.clock.elapsed()
        if left <= 0 and not self.covered and not self._app.leaving:
            from ii_companion.screens.clock import ClockScreen  # seldom, and never at the start

            self._app.clear_notifications()
            self._app.push_screen(ClockScreen())
        self._wait(left if left > 0 else self._after_s)

    @property
    def covered(self) -> bool:
        return isinstance(self._app.screen, Page) and self._app.screen.COVERS

    def _in_session(self) -> bool:
        return any(isinstance(one, Page) and one.in_session for one in self._app.screen_stack)

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        real = self._app.clock.real_seconds(seconds)
        self._timer = self._app.set_timer(max(1.0, real), self.look)
