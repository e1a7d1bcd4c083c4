"""The real program in a real terminal: a pty, and pyte to read what a person would see."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from struct import pack

import pyte

PATIENCE_S = 30.0
"""How long a test waits for something that should happen at once; never a measure of speed."""


class Terminal:
    """A running program. `wait_for` reads the screen until it shows what is asked."""

    def __init__(
        self, *argv: str, env: dict[str, str] | None = None, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.handle, child = pty.openpty()
        ioctl(child, termios.TIOCSWINSZ, pack("HHHH", size[1], size[0], 0, 0))
        whole = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "", "LINES": "", **(env or {})}
        whole.pop("COLUMNS"), whole.pop("LINES")
        self.process = subprocess.Popen(
            argv, stdin=child, stdout=child, stderr=child, env=whole, start_new_session=True, close_fds=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(child)

    def keys(self, text: str) -> None:
        os.write(self.handle, text.encode())

    def resize(self, columns: int, rows: int) -> None:
        ioctl(self.handle, termios.TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what the program has written. False once it has closed the terminal."""
        ready, _, _ = select.select([self.handle], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.handle, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    def wait_for(self, words: str) -> str:
        """The screen once it shows the words. Fails with the screen as it is."""
        return self.wait_until(lambda: words in self.text(), words)

    def wait_until(self, seen: Callable[[], bool], what: str) -> str:
        """The screen once `seen` holds of it; `what` says in a failure what was waited for."""
        end = time.monotonic() + PATIENCE_S
        while not seen():
            if time.monotonic() > end or not self.read():
                raise AssertionError(
                    f"never saw {what!r}; exit {self.process.poll()}; the screen:\n{self.text()}\n{self.raw[-2000:]!r}"
                )
        return self.text()

    def settle(self) -> None:
        """Wait until it paints nothing more: a key struck before that may find the focus elsewhere."""
        before = -1
        while before != len(self.raw):
            before = len(self.raw)
            self.read(0.3)

    def wait_until_gone(self) -> int:
        """The exit code, the terminal being read until the program has left."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < end, self.text()
            self.read()
        while self.read(0) and select.select([self.handle], [], [], 0)[0]:
            pass
        return self.process.returncode

    def close_window(self) -> None:
        """What a terminal window does when it is closed."""
        os.close(self.handle)
        self.handle = -1
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGHUP)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.handle >= 0:
            os.close(self.handle)


def companion(
    *arguments: str, home: Path, env: dict[str, str] | None = None, size: tuple[int, int] = (80, 24)
) -> Terminal:
    """ii-companion in a terminal with a data folder of its own."""
    return Terminal(
        sys.executable,
        "-m",
        "ii_companion",
        *arguments,
        env={"II_COMPANION_HOME": str(home), **(env or {})},
        size=size,
    )
