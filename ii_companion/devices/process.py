"""Starts the host's process, writes lines to it and reads its own, and says once when it is gone.

Nothing here waits: what is written goes through a thread, so a process that reads nothing costs no key.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.words import language

HOUSE = Path(__file__).resolve().parents[2]
"""Where the package lies, installed or not."""
NO_WINDOW = 0x08000000
"""Windows' CREATE_NO_WINDOW."""
END_S = 2.0
_encode = msgspec.json.Encoder().encode


def _argv() -> list[str]:
    """`-P`, and our own folder last: a file beside the user that is called as one of our modules is never run."""
    run = f"import sys, runpy; sys.path.append({str(HOUSE)!r}); runpy.run_module('ii_companion.devices.worker', None, '__main__')"
    return [sys.executable, "-P", "-c", run, json.dumps({"language": language()})]


class HostProcess:
    """The host's process. `heard` gets each line it tells, from a thread, and `{"m": "ended"}` at its end."""

    def __init__(self, heard: Callable[[dict[str, Any]], None], argv: list[str] | None = None) -> None:
        """Raises OSError if it cannot be started."""
        group: dict[str, Any] = (
            {"start_new_session": True} if os.name == "posix" else {"creationflags": NO_WINDOW}
        )
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            argv or _argv(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **group
        )
        self._heard = heard
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        for name, run in (("share-writer", self._write), ("share-listener", self._listen)):
            threading.Thread(target=run, name=name, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, line: dict[str, Any]) -> None:
        """Say something to the process; never waits. What it cannot take any more is lost with it."""
        self._lines.put(line)

    def end(self) -> None:
        """Let it say that sharing is over and end by itself, or end it. Waits for that, at most two seconds."""
        self._lines.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _write(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            while (line := self._lines.get()) is not None:
                self._process.stdin.write(_encode(line) + b"\n")
                self._process.stdin.flush()
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with contextlib.suppress(msgspec.DecodeError):
                self._heard(msgspec.json.decode(line))
        self._process.wait()
        self._process.stdout.close()
        self._lines.put(None)
        self._heard({"m": "ended"})
