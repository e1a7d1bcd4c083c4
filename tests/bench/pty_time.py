"""Timing programs in a real terminal: from start to the words that make a full first screen."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from fcntl import ioctl
from struct import pack
from termios import TIOCSCTTY, TIOCSWINSZ

BLANK = """
from textual.app import App
from textual.widgets import Static
class Blank(App):
    def compose(self):
        yield Static("READY")
Blank().run()
"""
DEADLINE_S = 30.0


def spent(pid: int) -> tuple[float, int]:
    """Processor seconds and voluntary context switches of a process so far, threads included (Linux)."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        parts = file.read().rpartition(")")[2].split()
    ticks = int(parts[11]) + int(parts[12])
    wakes = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
            wakes += next(int(line.split()[1]) for line in file if line.startswith("voluntary"))
    return ticks / os.sysconf("SC_CLK_TCK"), wakes


class Running:
    """A program in a pty, and what it wrote."""

    def __init__(
        self, argv: list[str], env: dict[str, str] | None = None, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.master, child = pty.openpty()
        ioctl(child, TIOCSWINSZ, pack("HHHH", size[1], size[0], 0, 0))
        whole = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            argv, stdin=child, stdout=child, stderr=child, env=whole, start_new_session=True,
            preexec_fn=lambda: ioctl(0, TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(child)
        self.written = b""

    def until(self, words: bytes) -> float:
        """Seconds from now until the words were written."""
        began = time.perf_counter()
        mark = len(self.written)
        while words not in self.written[max(0, mark - len(words)) :]:
            if time.perf_counter() - began > DEADLINE_S:
                raise TimeoutError(f"{words!r} never came; last {self.written[-300:]!r}")
            self.read(1.0)
        return time.perf_counter() - began

    def read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return b""
        self.written += data
        return data

    def settle(self, seconds: float) -> None:
        """Read until nothing has come for so long."""
        while self.read(seconds):
            pass

    def key_to_paint(self, key: bytes) -> float:
        """Seconds from a key to the first bytes that answer it."""
        began = time.perf_counter()
        os.write(self.master, key)
        while not self.read(1.0):
            if time.perf_counter() - began > DEADLINE_S:
                raise TimeoutError("no answer to a key")
        return time.perf_counter() - began

    def at_rest(self, pid: int | None = None, seconds: float = 20) -> tuple[float, float]:
        """Its share of a processor and its wake-ups a second, or those of another process that it has started."""
        self.settle(0.2)
        cpu, wakes = spent(pid or self.process.pid)
        time.sleep(seconds)
        after, more = spent(pid or self.process.pid)
        return (after - cpu) / seconds, (more - wakes) / seconds

    def peak_mb(self) -> float:
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def first_paint(argv: list[str], words: bytes, env: dict[str, str] | None = None) -> float:
    """Seconds from starting the program to the words on its terminal."""
    time.sleep(0.15)
    with Running(argv, env) as running:
        running.until(words)
        return time.perf_counter() - running.started


def whole_run(argv: list[str], env: dict[str, str] | None = None) -> float:
    """Seconds a command takes, start to end."""
    time.sleep(0.15)  # what ran before has let go of the machine
    began = time.perf_counter()
    subprocess.run(
        argv,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def companion(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ii_companion", *arguments]
