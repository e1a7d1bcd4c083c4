"""Textual's driver for Linux and macOS, with an input thread that sleeps until there is something to read.

Textual's own looks ten times a second for as long as the app runs, which keeps a laptop's processor from resting. It
also gives up, with a traceback, at a byte that is not UTF-8.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from threading import Event
from typing import Any

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

LOOK_S = 0.02
"""How often to look whether an Esc stands alone, right after input."""
MOST_BYTES = 4096


class Bell(Event):
    """An event that also wakes a `select` which watches `ear`."""

    def __init__(self) -> None:
        super().__init__()
        self.ear, self._hammer = os.pipe()

    def set(self) -> None:
        super().set()
        os.write(self._hammer, b"!")

    def clear(self) -> None:
        while select.select([self.ear], [], [], 0)[0]:
            os.read(self.ear, MOST_BYTES)
        super().clear()


class SleepingDriver(LinuxDriver):
    """Wakes for input, for the end, and for a moment after input, since an Esc is known by the silence after it."""

    exit_event: Bell

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.exit_event = Bell()

    def run_input_thread(self) -> None:
        """Read keys and mouse until the driver stops. Runs in a thread of its own."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="ignore").decode
        sources, settled = [self.fileno, self.exit_event.ear], 0.0
        while not self.exit_event.is_set():
            pause = LOOK_S if time.monotonic() < settled else None
            if self.fileno in select.select(sources, [], [], pause)[0]:
                data = self._read()
                if not data:  # the terminal is gone; all that is left to wait for is the end
                    sources.remove(self.fileno)
                if text := decode(data):
                    for message in parser.feed(text):
                        self.process_message(message)
                settled = time.monotonic() + 2 * constants.ESCAPE_DELAY + LOOK_S
            for message in parser.tick():
                self.process_message(message)
        with contextlib.suppress(EOFError, ParseError):
            list(parser.feed(""))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, MOST_BYTES)
        except OSError:
            return b""

    def _sigtstp_application(self, *_: object) -> None:
        self._soon(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        self._soon(self._go_on)

    def _soon(self, act: Callable[[], object]) -> None:
        """Act from the loop. A signal may have come in the middle of a write, whose lock the same thread would wait for."""
        with contextlib.suppress(RuntimeError):  # the loop is closed; nothing of ours is on the screen
            self._loop.call_soon_threadsafe(act)

    def _go_on(self) -> None:
        """Go on after a stop. A shell may have taken the terminal meanwhile, so it is made ours again from the start.

        Textual's own starts a second time without having stopped, and then hangs at the end.
        """
        with contextlib.suppress(OSError):
            if (
                os.tcgetpgrp(self.fileno) == os.getpgrp()
            ):  # from the background nobody may set a terminal's modes
                if not self._must_signal_resume:
                    self.suspend_application_mode()
                self.resume_application_mode()
        self._app.call_later(self._app.refresh)
