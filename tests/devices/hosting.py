"""A host on this machine and guests of every sort, for the tests of this room."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from msgspec import UNSET
from websockets.asyncio.client import ClientConnection, connect

from ii_companion.devices import messages, wire
from ii_companion.devices.code import Role
from ii_companion.devices.door import Door
from ii_companion.devices.guest import Guest, State
from ii_companion.devices.host import Host
from ii_companion.devices.joining import Pairing, join
from ii_companion.devices.messages import ChosenText, Session
from ii_companion.devices.worker import Mirror
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

HERE = "127.0.0.1"
SESSION = Session(
    "20261123-101530-p17-4f2a", "p17", "k7", "m1", 2, 8.0, "2026-11-23T10:15:30Z",
    (ChosenText("wait.plenty", "Plenty of time."), ChosenText("own.1", "Remember the ribbon.")),
)  # fmt: skip


class Hosting:
    """An open door with a host behind it, and what the host told."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.told: list[dict[str, Any]] = []
        self.mirror = Mirror(clock)
        self.host = Host(self.mirror, self.told.append, clock)
        self.door = Door(self.host, HERE)
        self.clock = clock

    @property
    def url(self) -> str:
        return f"ws://{HERE}:{self.door.port}/ws"

    def begin(self, session: Session = SESSION) -> None:
        self.mirror.another(session, self.clock())
        self.host.session_changed()

    def key(self, *kinds: Kind, detail: str = "") -> None:
        """Key some events, a hundredth of a second apart."""
        n = len(self.mirror.events)
        self.mirror.events += [
            Event(n + at, round((n + at) / 100, 3), kind, detail) for at, kind in enumerate(kinds, 1)
        ]
        self.host.happened()

    def show(self, words: str, **more: Any) -> None:
        self.mirror.show = messages.Show(words, 1.0, 9.0, **more)
        self.host.shown()

    async def pair(self, role: Role, name: str = "", asked: Role | None = None) -> Pairing:
        return await join(HERE, self.door.port, self.host.open(role).code, asked or role, name)


@contextlib.asynccontextmanager
async def hosting(clock: Callable[[], float] = time.monotonic) -> AsyncIterator[Hosting]:
    there = Hosting(clock)
    await there.door.open(0)
    try:
        yield there
    finally:
        await there.host.over()
        await there.door.close()


class Following:
    """A native guest that follows, with all it heard."""

    def __init__(self, pairing: Pairing, name: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self.heard: list[messages.FromHost] = []
        self.states: list[tuple[State, str]] = []
        self.guest = Guest(
            pairing, name, clock, self.heard.append, lambda state, why: self.states.append((state, why))
        )

    async def __aenter__(self) -> Following:
        self.guest.start()
        await until(lambda: any(state is State.FOLLOWING for state, _ in self.states))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.guest.leave()

    @property
    def events(self) -> list[Event]:
        return [event for one in self.heard if isinstance(one, messages.Events) for event in one.events]

    def of(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.heard if isinstance(one, kind)]


async def until(so: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for what should happen at once; never a measure of speed."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "it never happened"
        await asyncio.sleep(0.005)


class Raw:
    """A guest that may do as it likes: frames by hand, in any order."""

    def __init__(self, line: ClientConnection, keys: wire.Keys, welcome: dict[str, Any]) -> None:
        self.line, self.keys, self.welcome = line, keys, welcome

    async def send(self, message: messages.FromGuest) -> None:
        await self.line.send(self.keys.guest_box.seal(messages.encode(message)))

    async def next(self) -> bytes:
        frame = await asyncio.wait_for(self.line.recv(), 15)
        assert isinstance(frame, bytes)
        return self.keys.host_box.open(frame)


@contextlib.asynccontextmanager
async def raw(
    there: Hosting, ask: str, secret: str, hello: messages.Hello, peer: str = "", **headers: str
) -> AsyncIterator[Raw]:
    import msgspec

    async with connect(there.url, compression=None, additional_headers=headers, ping_interval=None) as line:
        guest = wire.Guest(ask, secret, peer)
        await line.send(guest.first.decode())
        answer = await asyncio.wait_for(line.recv(), 15)
        second = wire.read_second(answer)
        assert not second.no, second.no
        keys = guest.answered(answer, second.y)
        await line.send(keys.guest_confirms + keys.guest_box.seal(messages.encode(hello)))
        frame = await asyncio.wait_for(line.recv(), 15)
        welcome = msgspec.json.decode(wire.confirmed(frame, keys.host_confirms, keys.host_box))
        yield Raw(line, keys, welcome)


async def answer_to(there: Hosting, text: str | bytes) -> dict[str, Any] | int:
    """What the host answers to a first text: its own text, or the code it closes with."""
    import json

    from websockets.exceptions import ConnectionClosed

    async with connect(there.url, compression=None, ping_interval=None) as line:
        await line.send(text)
        try:
            answer = await asyncio.wait_for(line.recv(), 15)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0
        return dict(json.loads(answer))


__all__ = ["HERE", "SESSION", "UNSET", "Following", "Hosting", "Raw", "answer_to", "hosting", "raw", "until"]
