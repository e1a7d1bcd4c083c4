"""Signals that end or stop the app: the terminal closed, the machine shut down, the process stopped.

Textual by itself dies on SIGTERM with the terminal left raw and hangs on SIGHUP. Events are in the journal as they
happen and words are in drafts, so there is little to save; what matters is to leave tidily and at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

from ii_companion.screens.page import Page

if TYPE_CHECKING:
    from textual.app import App

HUNG_UP = 128 + 1
TERMINATED = 128 + 15
GRACE_S = 5.0
"""Without a terminal nobody can end a program that hangs; then it goes by itself."""


class Endings:
    """Handles the signals that end a program. Windows has only some of them."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None

    def install(self) -> None:
        """Call from inside the running loop. Does nothing outside the main thread."""
        self._loop = asyncio.get_running_loop()
        try:
            signal.signal(signal.SIGTERM, self._terminate_plain)
        except ValueError:  # not the main thread: somebody else owns the signals
            return
        if os.name != "posix":
            return
        signal.signal(signal.SIGHUP, self._hang_up)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._terminate)

    def _terminate(self) -> None:
        self._save()
        self._app.exit(TERMINATED, return_code=TERMINATED)

    def _terminate_plain(self, number: int, frame: FrameType | None) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._terminate)

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        """There is no terminal any more; Textual would hang on its writer thread.

        Saving waits for the loop: in the middle of another save it would wait for a lock that this very thread holds.
        """
        giving_up = threading.Timer(GRACE_S, os._exit, (HUNG_UP,))
        giving_up.daemon = True
        giving_up.start()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._save_and_go)

    def _save_and_go(self) -> None:
        self._save()
        os._exit(HUNG_UP)

    def _save(self) -> None:
        for screen in self._app.screen_stack:
            if isinstance(screen, Page):
                with contextlib.suppress(Exception):  # the next page's words are not to go with this one's
                    screen.save_now()
