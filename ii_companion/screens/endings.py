"""Signals that end or stop the app: the terminal closed, the machine shut down, the process stopped.

Textual by itself dies on SIGTERM with the terminal left raw and hangs on SIGHUP. Events are in the journal as
they happen, so there is little to save; what matters is to leave tidily and at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
from types import FrameType
from typing import TYPE_CHECKING

from ii_companion.screens.page import Page

if TYPE_CHECKING:
    from textual.app import App

HUNG_UP = 128 + 1
TERMINATED = 128 + 15


class Endings:
    """Handles the signals that end a program. Windows has only some of them."""

    def __init__(self, app: App[int]) -> None:
        self._app = app

    def install(self) -> None:
        """Call from inside the running loop. Does nothing outside the main thread."""
        try:
            signal.signal(signal.SIGTERM, self._terminate_plain)
        except ValueError:  # not the main thread: somebody else owns the signals
            return
        if os.name != "posix":
            return
        signal.signal(signal.SIGHUP, self._hang_up)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._terminate)

    def _terminate(self) -> None:
        self._save()
        self._app.exit(TERMINATED, return_code=TERMINATED)

    def _terminate_plain(self, number: int, frame: FrameType | None) -> None:
        self._save()
        self._app.call_later(self._app.exit, TERMINATED, TERMINATED)

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        """SIGHUP: the terminal is gone. Save and leave at once; Textual's own exit would hang on its writer thread."""
        self._save()
        os._exit(HUNG_UP)

    def _save(self) -> None:
        for screen in self._app.screen_stack:
            if isinstance(screen, Page):
                screen.save_now()
