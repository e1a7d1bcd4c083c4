"""Reading single keys from a terminal, or lines where single keys cannot be read. The output stays plain lines.

On Linux and macOS the terminal gives each key as it is struck and echoes none; it goes on making lines of what is
written. On Windows the console does. From a pipe lines are read. The terminal is left as it was found, also while the
program is stopped with Ctrl+Z.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TextIO

from ii_companion.plain.arriving import (
    HUNG_UP,
    INPUT_ENDED,
    TERMINATED,
    Arrivals,
    Interrupt,
    Over,
    Typed,
)

MOST_BYTES = 4096
GRACE_S = 5.0
"""Without a terminal nobody can end a program that hangs; then it goes by itself."""
_WINDOWS_KEYS = {
    "H": "\x1b[A", "P": "\x1b[B", "M": "\x1b[C", "K": "\x1b[D", "I": "\x1b[5~", "Q": "\x1b[6~", "G": "\x1b[H", "O": "\x1b[F",
    "S": "\x1b[3~", ";": "\x1bOP", "<": "\x1bOQ", "=": "\x1bOR", ">": "\x1bOS", "?": "\x1b[15~", "@": "\x1b[17~",
    "A": "\x1b[18~", "B": "\x1b[19~", "C": "\x1b[20~", "D": "\x1b[21~",
}  # fmt: skip
"""What the console gives after its introducer, as the sequence that terminals send for that key."""


@contextlib.contextmanager
def keyboard(stdin: TextIO, arrivals: Arrivals) -> Iterator[bool]:
    """Read until the end of the block; what is typed goes to `arrivals`. Whether single keys are read."""
    singly = stdin.isatty()
    with _signals(arrivals) as on_stop:
        if not singly:
            _in_background(_lines, stdin, arrivals)
            yield False
        elif sys.platform == "win32":
            _in_background(_console_keys, arrivals)
            yield True
        else:
            with _single_keys(stdin.fileno(), on_stop):
                _in_background(_terminal_keys, stdin, arrivals)
                yield True


def _in_background(read: Callable[..., None], *arguments: Any) -> None:
    """In a thread of its own that nobody waits for: a read ends when something is typed, or never."""
    threading.Thread(target=read, args=arguments, name="keyboard", daemon=True).start()


def _read(stdin: TextIO) -> Iterator[str]:
    """What is read, as it comes. From the handle itself: at its end Python would wait for whoever holds `stdin`."""
    handle = stdin.fileno()
    decoder = codecs.getincrementaldecoder(stdin.encoding or "utf-8")("surrogateescape")
    with contextlib.suppress(OSError):
        while data := os.read(handle, MOST_BYTES):
            if text := decoder.decode(data):
                yield text


def _lines(stdin: TextIO, arrivals: Arrivals) -> None:
    held = ""
    for text in _read(stdin):
        *lines, held = (held + text).split("\n")
        for line in lines:
            arrivals.put(Typed(line.removesuffix("\r")))
    if held:
        arrivals.put(Typed(held))
    arrivals.put(Over(INPUT_ENDED))


def _terminal_keys(stdin: TextIO, arrivals: Arrivals) -> None:
    for text in _read(stdin):
        arrivals.put(Typed(text))
    arrivals.put(Over(HUNG_UP))


def _console_keys(arrivals: Arrivals) -> None:  # pragma: no cover - Windows only
    import msvcrt

    getwch: Callable[[], str] = msvcrt.getwch  # type: ignore[attr-defined,unused-ignore]  # Windows only
    while True:
        key = getwch()
        if key in "\x00\xe0":
            key = _WINDOWS_KEYS.get(getwch(), "")
        if key == "\x03":
            arrivals.put(Interrupt())
        elif key:
            arrivals.put(Typed(key))


@contextlib.contextmanager
def _single_keys(handle: int, on_stop: list[tuple[Callable[[], None], Callable[[], None]]]) -> Iterator[None]:
    """Let the terminal give each key as it is struck, unechoed; Ctrl+C and Ctrl+Z go on being signals."""
    if sys.platform == "win32":  # pragma: no cover - never called there; it has no termios
        yield
        return
    import termios

    before = termios.tcgetattr(handle)
    singly = termios.tcgetattr(handle)
    singly[0] &= ~(termios.ICRNL | termios.INLCR | termios.IXON)  # Enter is Enter, Ctrl+S a key
    singly[3] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
    singly[6][termios.VMIN], singly[6][termios.VTIME] = 1, 0

    def put(attributes: list[Any]) -> None:
        with contextlib.suppress(termios.error, OSError):  # the terminal may be gone
            termios.tcsetattr(handle, termios.TCSADRAIN, attributes)

    put(singly)
    on_stop.append((lambda: put(before), lambda: put(singly)))
    try:
        yield
    finally:
        put(before)


@contextlib.contextmanager
def _signals(arrivals: Arrivals) -> Iterator[list[tuple[Callable[[], None], Callable[[], None]]]]:
    """Signals become arrivals; gives a list of what to do before the program is stopped, and after."""
    on_stop: list[tuple[Callable[[], None], Callable[[], None]]] = []

    def once(number: int) -> None:
        """Of a signal that ends the program the first is enough. Python's own action is back while the interpreter
        closes, and another then would kill it; what is ignored stays so.
        """
        signal.signal(number, signal.SIG_IGN)

    def terminate(number: int, frame: FrameType | None) -> None:
        once(number)
        arrivals.put(Over(TERMINATED))

    def hang_up(number: int, frame: FrameType | None) -> None:
        once(number)
        giving_up = threading.Timer(GRACE_S, os._exit, (HUNG_UP,))
        giving_up.daemon = True
        giving_up.start()
        arrivals.put(Over(HUNG_UP))

    def stop(number: int, frame: FrameType | None) -> None:
        for before, _after in on_stop:
            before()
        os.kill(os.getpid(), signal.SIGSTOP)
        for _before, after in on_stop:
            after()

    wanted: dict[str, Callable[[int, FrameType | None], None]] = {
        "SIGINT": lambda _number, _frame: arrivals.put(Interrupt()),
        "SIGTERM": terminate,
        "SIGHUP": hang_up,
        "SIGTSTP": stop,
    }
    with contextlib.suppress(ValueError):  # not the main thread: somebody else owns the signals
        for name, handler in wanted.items():
            if hasattr(signal, name):  # Windows has only some of them
                signal.signal(getattr(signal, name), handler)
    try:
        yield on_stop
    finally:  # they stay: the program ends now, and a second one must not kill it in the middle of that
        on_stop.clear()
