"""The host in a process of its own: `python -m ii_companion.devices.worker`. A JSON object a line, in and out.

Hostile bytes are read here and never where keys are recorded. It ends when its input does; nothing it prints can reach the
terminal. Secrets come and go through the pipes alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from ii_companion import words
from ii_companion.devices import messages
from ii_companion.devices.address import addresses
from ii_companion.devices.code import Role
from ii_companion.devices.door import Door
from ii_companion.devices.host import Host
from ii_companion.session.events import Event


def boot_clock() -> float:
    """Seconds on the clock that the app's own counts on: it never jumps, and goes on while the machine sleeps."""
    if sys.platform == "darwin":  # Python's own leaves sleep out there
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Mirror:
    """The session as the app has told of it: a `Source`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = 0.0
        self.session: messages.Session | None = None
        self.events: list[Event] = []
        self.show = messages.Show()

    def now(self) -> float:
        if self.session is None:
            return 0.0
        last = self.events[-1].t if self.events else 0.0
        return max(last, self._clock() - self._began)

    def another(self, session: messages.Session | None, began: float) -> None:
        self.session, self._began, self.events, self.show = session, began, [], messages.Show()


class Worker:
    """What the app's lines do."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell
        self.mirror = Mirror(boot_clock)
        self.host = Host(self.mirror, self._host_told)
        self._door: Door | None = None

    def _host_told(self, told: dict[str, Any]) -> None:
        if told["m"] in ("closed", "joined") and self._door is not None and self.host.opening is None:
            self._door.stop_answering()
        self._tell(told)

    async def take(self, line: dict[str, Any]) -> None:
        """Do what one line asks for."""
        match line["m"]:
            case "listen":
                await self._listen(line["address"], line["port"])
            case "open":
                await self._open(Role(line["role"]))
            case "close":
                self.host.close()
                if self._door is not None:
                    self._door.stop_answering()
            case "turn_away":
                self.host.turn_away(line["peer"])
            case "session":
                session = line["session"]
                known = msgspec.convert(session, messages.Session) if session is not None else None
                self.mirror.another(known, line["began"])
                self.host.session_changed()
            case "followed":
                self.mirror.events += msgspec.convert(line["events"], list[Event])
                self.mirror.show = msgspec.convert(line["show"], messages.Show)
                if line["events"]:
                    self.host.happened()
                self.host.shown()
            case "taken":
                self.host.answer(line["peer"], messages.Taken(line["id"], line["n"]))
            case "refused":
                self.host.answer(line["peer"], messages.Refused(line["id"], line["why"]))

    async def _listen(self, address: str, port: int) -> None:
        """Listen on an address, or on the likeliest there is; who was there comes back if it is another."""
        known = addresses()
        chosen = address or next(iter(known), "")
        if not chosen:
            self._tell({"m": "failed", "why": "no_network"})
            return
        if self._door is not None:
            await self._door.close()
            self._door = None
        door = Door(self.host, chosen)
        try:
            await door.open(port)
        except OSError as error:
            self._tell({"m": "failed", "why": (error.strerror or str(error)).lower()})
            return
        self._door = door
        self._tell({"m": "listening", "address": door.address, "port": door.port, "addresses": known})

    async def _open(self, role: Role) -> None:
        if self._door is None:
            return
        opening = self.host.open(role)
        if role is Role.MENTOR or role is Role.SCREEN:
            await self._door.answer()
        self._tell({"m": "opened", "role": role, "code": opening.code, "link": opening.link})

    async def end(self) -> None:
        await self.host.over()
        if self._door is not None:
            await self._door.close()


async def serve(tell: Callable[[Any], None]) -> None:
    """Take lines until there are no more."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, b"")

    threading.Thread(target=read, name="lines", daemon=True).start()
    worker = Worker(tell)
    while line := await lines.get():
        await worker.take(msgspec.json.decode(line))
    await worker.end()


def main() -> int:
    """Serve until input ends. What goes wrong is told in words, since nobody sees this process."""
    tell = _own_channel()
    if hasattr(os, "nice"):
        os.nice(10)  # recording keys comes first
    words.use(json.loads(sys.argv[1]).get("language", words.ENGLISH))
    try:
        asyncio.run(serve(tell))
    except Exception as error:  # noqa: BLE001 - whatever it is, the app needs a sentence
        tell({"m": "failed", "why": f"{type(error).__name__}: {error}"[:200]})
        return 1
    return 0


def _own_channel() -> Callable[[Any], None]:
    """Keep the pipe to the app for ourselves; whatever else prints goes to the null device."""
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the process's life

    def tell(message: Any) -> None:
        with contextlib.suppress(OSError):  # the app is gone; so is our input, and that ends us
            channel.write(msgspec.json.encode(message) + b"\n")

    return tell


if __name__ == "__main__":
    sys.exit(main())
