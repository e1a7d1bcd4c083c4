"""How the app reads its terminal: our input layer in Textual's drivers, and an input thread that sleeps.

Everything of Textual's that is not for others to use is used here and nowhere else. `driver_class` looks whether the
installed Textual has those parts as they are known. On Linux and macOS the driver is ours then, which reads in one place
and sleeps until there is something to read: Textual's own looks ten times a second for as long as the app runs, and gives
up with a traceback at a byte that is not UTF-8. Elsewhere, or where a part is missing, Textual's own driver reads, with
our parser in place of its own; if even that has no place to go, Textual's own parser serves. Long because Textual's private
parts are to be found in one place.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING, Any

from textual import constants, events, messages
from textual.app import App

from ii_companion.input import About, Parser, Report, Struck

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.message import Message
    from textual.screen import Screen

LOOK_S = 0.02
"""How often to look whether a silence has decided something, right after input."""
MOST_BYTES = 4096
KITTY_ALTERNATE_KEYS = "\x1b[=4;2u"
"""Asks for the key of the base layout as well, on top of what Textual asks for."""
MOST_CELLS = 2_000
"""No terminal has more rows or columns."""
NEEDED = {
    "textual._xterm_parser": ("XTermParser.parse_mouse_code", "XTermParser.feed", "XTermParser.tick"),
    "textual.drivers.linux_driver": ("XTermParser", "LinuxDriver._run_input_thread", "LinuxDriver._sigtstp_application",
        "LinuxDriver._sigcont_application", "LinuxDriver.process_message", "LinuxDriver.start_application_mode"),
}  # fmt: skip
"""Textual's private parts that our driver stands on."""


class Key(events.Key):
    """A key of the input line, with what our parser knows of it. The name stays, since handlers are found by it."""

    def __init__(self, struck: Struck) -> None:
        super().__init__(struck.name, struck.character)
        self.struck = struck


def parser_class() -> type[Any]:
    """Our parser in the shape of Textual's: `feed` and `tick` give messages."""
    from textual._xterm_parser import XTermParser

    class InputParser(XTermParser):
        """Textual's parser, of which only the mouse is left; all else is read by ours."""

        def __init__(self, debug: bool = False) -> None:
            super().__init__(debug)
            self._ours = Parser(constants.ESCAPE_DELAY)
            self._heard_at = 0.0

        @property
        def patience_s(self) -> float | None:
            """How long a silence decides something; None where nothing waits."""
            return self._ours.patience_s

        def feed(self, data: str) -> Iterable[Message]:
            self._heard_at = time.monotonic()
            for token in self._ours.feed(data):
                yield from self._messages(token)

        def tick(self) -> Iterable[Message]:
            for token in self._ours.silence(time.monotonic() - self._heard_at):
                yield from self._messages(token)

        def _messages(self, token: Struck | Report) -> Iterable[Message]:
            if isinstance(token, Struck):
                yield Key(token)
                return
            match token.about:
                case About.MOUSE:
                    mouse = self.parse_mouse_code(f"\x1b[{token.text}")
                    if mouse is not None:
                        yield mouse
                case About.FOCUS:
                    yield events.AppFocus()
                case About.BLUR:
                    yield events.AppBlur()
                case About.PASTE:
                    yield events.Paste(token.text.replace("\0", ""))
                case About.CURSOR:
                    row, column = token.text.removesuffix("R").split(";")
                    yield events.CursorPosition(int(column) - 1, int(row) - 1)
                case About.MODE:
                    yield from self._mode(token.text)
                case About.SIZE:
                    yield from self._size(token.text)
                case About.DROPPED:
                    yield NotAKey()

        def _mode(self, text: str) -> Iterable[Message]:
            mode, setting = text.removeprefix("?").removesuffix("$y").split(";")
            if mode == "2026" and int(setting) > 0:
                yield messages.TerminalSupportsSynchronizedOutput()
            elif mode == "2048" and constants.SMOOTH_SCROLL and not _is_iterm():
                yield messages.InBandWindowResize.from_setting_parameter(int(setting))

        def _size(self, text: str) -> Iterable[Message]:
            rows, columns, high, wide = (
                int(part.partition(":")[0]) for part in text.removesuffix("t").split(";")[1:]
            )
            if not (0 < rows <= MOST_CELLS and 0 < columns <= MOST_CELLS):
                yield NotAKey()
                return
            resize = events.Resize.from_dimensions((columns, rows), (wide, high))
            self.terminal_size, self.terminal_pixel_size = resize.size, resize.pixel_size
            self.mouse_pixels = bool(wide and high)
            yield resize

    return InputParser


class NotAKey(events.Event, bubble=False):
    """The terminal sent something that is no key and that nobody asked for."""


def _is_iterm() -> bool:
    """Whether this is iTerm, whose reports of its size Textual does not trust."""
    return os.environ.get("LC_TERMINAL") == "iTerm2" or os.environ.get("TERM_PROGRAM") == "iTerm.app"


def missing_parts() -> list[str]:
    """The private parts of Textual that our driver needs and the installed version lacks."""
    missing = []
    for module, names in NEEDED.items():
        try:
            at: Any = import_module(module)
        except ImportError:
            missing.append(module)
            continue
        for name in names:
            part = at
            for step in name.split("."):
                part = getattr(part, step, None)
            if part is None:
                missing.append(f"{module}.{name}")
    return missing


def driver_class(stock: type[Driver]) -> type[Driver]:
    """The driver to use where Textual would use `stock`."""
    if stock.__name__ == "LinuxDriver" and not missing_parts():
        return sleeping_driver()
    with contextlib.suppress(ImportError, AttributeError):
        _put_our_parser_in(stock)
    return stock


def _put_our_parser_in(stock: type[Driver]) -> None:
    """Let Textual's own driver read with our parser. Raises AttributeError if there is no place for it."""
    ours = parser_class()
    for name in (stock.__module__, "textual.drivers.win32" if os.name == "nt" else stock.__module__):
        module = import_module(name)
        if hasattr(module, "XTermParser"):
            module.XTermParser = ours  # type: ignore[attr-defined]  # a module of which only the name is known
        if hasattr(module, "getincrementaldecoder"):  # a byte that is not UTF-8 is no reason to stop
            module.getincrementaldecoder = lambda encoding: partial(  # type: ignore[attr-defined]  # as above
                getincrementaldecoder(encoding), errors="surrogateescape"
            )


class GuardedApp(App[int]):
    """An app whose faults come to `at_fault`, by whatever way Textual has for them."""

    def at_fault(self, error: BaseException | None) -> None:
        """Something went wrong that nobody caught; None where Textual does not say what. Called once, or more often."""
        raise NotImplementedError

    def _handle_exception(self, error: Exception) -> None:
        if self.is_headless:  # a test sees the fault itself
            super()._handle_exception(error)
        else:
            self.at_fault(error)

    def panic(self, *renderables: RenderableType) -> None:
        if self.is_headless:
            super().panic(*renderables)
        else:
            self.at_fault(None)


def give_a_result(screen: Screen[None]) -> bool:
    """Let a screen be the default one and yet be switched for another, which Textual expects to give a result.

    False where the installed Textual has no such place; then the screen has to be pushed.
    """
    push = getattr(screen, "_push_result_callback", None)
    if push is None:
        return False
    push(screen, None)
    return True


class Bell(Event):
    """A threading event that also wakes a `select` on the pipe end `ear`."""

    def __init__(self) -> None:
        super().__init__()
        self.ear, self._wake = os.pipe()

    def set(self) -> None:
        super().set()
        os.write(self._wake, b"!")

    def clear(self) -> None:
        while select.select([self.ear], [], [], 0)[0]:
            os.read(self.ear, MOST_BYTES)
        super().clear()


def sleeping_driver() -> type[Driver]:
    """Our driver for Linux and macOS. Made when it is asked for: Windows has nothing to make it from."""
    from textual.drivers.linux_driver import LinuxDriver

    class SleepingDriver(LinuxDriver):
        """Wakes for input, for the end, and for a moment after input, since a silence decides what an Esc was."""

        exit_event: Bell

        def __init__(self, app: App[Any], **options: Any) -> None:
            super().__init__(app, **options)
            self.exit_event = Bell()

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's, without types
            if not constants.DISABLE_KITTY_KEY and self._writer_thread is not None:
                self.write(KITTY_ALTERNATE_KEYS)
                self.flush()

        def _run_input_thread(self) -> None:
            try:
                self.run_input_thread()
            except Exception as error:  # noqa: BLE001 - whatever it is, the app ends with a sentence, not in silence
                self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001 - as Textual's own thread does

        def run_input_thread(self) -> None:
            """Read keys and mouse until the driver stops. Runs in a thread of its own."""
            parser = parser_class()(self._debug)
            decode = getincrementaldecoder("utf-8")(errors="surrogateescape").decode
            sources = [self.fileno, self.exit_event.ear]
            while not self.exit_event.is_set():
                pause = None if parser.patience_s is None else LOOK_S
                if self.fileno in select.select(sources, [], [], pause)[0]:
                    data = self._read()
                    if not data:  # the terminal is gone; all that is left to wait for is the end
                        sources.remove(self.fileno)
                    if text := decode(data):
                        for message in parser.feed(text):
                            self.process_message(message)
                # what came while this thread was kept from running is no silence
                if parser.patience_s is not None and not select.select([self.fileno], [], [], 0)[0]:
                    for message in parser.tick():
                        self.process_message(message)

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
            """Act from the loop. A signal may come in the middle of a write, whose lock the same thread would wait for."""
            with contextlib.suppress(RuntimeError):  # the loop is closed; nothing of ours is on the screen
                self._loop.call_soon_threadsafe(act)

        def _go_on(self) -> None:
            """Go on after a stop. A shell may have taken the terminal meanwhile, so it is made ours again from the start.

            Textual's own starts a second time without having stopped, and then hangs at the end.
            """
            with contextlib.suppress(OSError):
                # from the background nobody may set a terminal's modes
                if os.tcgetpgrp(self.fileno) == os.getpgrp():
                    if not self._must_signal_resume:
                        self.suspend_application_mode()
                    self.resume_application_mode()
            self._app.call_later(self._app.refresh)

    return SleepingDriver
