"""Somebody on the same network: frames altered, dropped, repeated, injected, cut; a machine in the middle; a flood; a replay."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from devices.hosting import HERE, SESSION, Following, Hosting, answer_to, hosting, raw, until
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from ii_companion.devices import guest as guest_module
from ii_companion.devices import messages, wire
from ii_companion.devices.code import Role
from ii_companion.devices.guest import State
from ii_companion.devices.joining import NotJoined, join
from ii_companion.session.kinds import Kind

Touch = Callable[[int, bytes], list[bytes]]
"""What becomes of the nth whole frame from the host: nothing, itself, more than one."""


def framed(payload: bytes) -> bytes:
    """A binary frame as a server sends it."""
    head = (
        bytes([0x82, len(payload)])
        if len(payload) < 126
        else bytes([0x82, 126]) + len(payload).to_bytes(2, "big")
    )
    return head + payload


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, second = await reader.readexactly(2)
    size = second & 127
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    elif size == 127:
        size = int.from_bytes(await reader.readexactly(8), "big")
    return first, await reader.readexactly(size)


class Middle:
    """Stands between a guest and the host, and does to the host's frames what it likes."""

    def __init__(self, port: int) -> None:
        self.host_port = port
        self.touch: Touch | None = None
        self.count = 0
        self.connections = 0
        self.lines: list[asyncio.StreamWriter] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.lines.append(writer)
        theirs, ours = await asyncio.open_connection(HERE, self.host_port)
        up = asyncio.create_task(self._up(reader, ours))
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            writer.write(await theirs.readuntil(b"\r\n\r\n"))
            while True:
                first, payload = await _frame(theirs)
                if first != 0x82 or self.touch is None:
                    head = (
                        bytes([first, len(payload)])
                        if len(payload) < 126
                        else bytes([first, 126]) + len(payload).to_bytes(2, "big")
                    )
                    writer.write(head + payload)
                else:
                    self.count += 1
                    for one in self.touch(self.count, payload):
                        writer.write(framed(one))
                await writer.drain()
        up.cancel()
        for one in (writer, ours):
            one.close()

    async def _up(self, reader: asyncio.StreamReader, ours: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                ours.write(data)
                await ours.drain()
        ours.close()

    def cut(self) -> None:
        """A reset, as from somebody who guesses the numbers of the connection."""
        for writer in self.lines:
            with contextlib.suppress(Exception):
                writer.transport.abort()
        self.lines.clear()


@asynccontextmanager
async def in_the_middle(there: Hosting) -> AsyncIterator[Middle]:
    middle = Middle(there.door.port)
    server = await asyncio.start_server(middle, HERE, 0)
    there.door.port = server.sockets[0].getsockname()[1]  # what guests name, as if packets were redirected
    try:
        yield middle
    finally:
        middle.cut()
        server.close()


def flip(n: int, payload: bytes) -> list[bytes]:
    return [payload[:40] + bytes([payload[40] ^ 1]) + payload[41:]] if n % 5 == 0 else [payload]


def drop(n: int, payload: bytes) -> list[bytes]:
    return [] if n % 5 == 0 else [payload]


def twice(n: int, payload: bytes) -> list[bytes]:
    return [payload, payload] if n % 5 == 0 else [payload]


def inject(n: int, payload: bytes) -> list[bytes]:
    return [os.urandom(272), payload] if n % 5 == 0 else [payload]


def swapped() -> Touch:
    held: list[bytes] = []

    def swap(n: int, payload: bytes) -> list[bytes]:
        if n % 5 == 0:
            held.append(payload)
            return []
        return [payload, held.pop()] if held else [payload]

    return swap


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guest_module, "PAUSES", (0.0, 0.02))


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    "touch",
    [flip, drop, twice, inject, swapped(), None],
    ids=["flip", "drop", "twice", "inject", "swap", "reset"],
)
async def test_whatever_is_done_to_frames_no_event_is_more_or_less_and_the_order_stands(
    touch: Touch | None,
) -> None:
    async with hosting() as there:
        pairing = await there.pair(Role.MENTOR, "k9")
        async with in_the_middle(there) as middle:
            there.begin()
            pairing = replace(pairing, port=there.door.port)
            async with Following(pairing, "k9") as guest:
                middle.touch = touch
                for n in range(1, 41):
                    there.key(Kind.LEARNER_ACT if n % 2 else Kind.JOIN_IN)
                    peer = there.host.peers[pairing.peer]
                    peer.again = replace(peer.again, level=2.0)
                    if touch is None and n % 10 == 0:
                        middle.cut()
                    guest.guest.following(SESSION.id, len({event.n for event in guest.events}))
                    await asyncio.sleep(0.005)
                middle.touch = None
                there.key(Kind.MOMENT)
                await until(lambda: guest.events and guest.events[-1].kind is Kind.MOMENT)
                found = list(dict.fromkeys(event.n for event in guest.events))
                assert found == list(range(1, 42))
                kinds = {event.n: event.kind for event in guest.events}
                assert all(kinds[event.n] is event.kind for event in there.mirror.events)
                assert middle.connections >= 2


async def test_a_machine_in_the_middle_of_a_pairing_is_refused_by_both_and_one_try_is_used() -> None:
    """It does not know the code: it can play host to the guest and guest to the host, and gets nowhere."""
    async with hosting() as there:
        code = there.host.open(Role.MENTOR).code

        async def play_host(line: ServerConnection) -> None:
            text = str(await line.recv())
            host = wire.Host(text.encode(), wire.read_first(text), "000000")
            await line.send(host.second.decode())
            with pytest.raises(wire.Altered):
                wire.confirmed(await line.recv(), host.keys.guest_confirms, host.keys.guest_box)
            await line.send(host.keys.host_confirms + host.keys.host_box.seal(b"{}"))

        async with serve(play_host, HERE, 0) as false:
            port = false.sockets[0].getsockname()[1]
            with pytest.raises(NotJoined):
                await join(HERE, port, code, Role.MENTOR, "k9")
        with pytest.raises(NotJoined, match="Two tries are left"):
            await join(HERE, there.door.port, "000000" if code != "000000" else "111111", Role.MENTOR, "")
        assert (await join(HERE, there.door.port, code, Role.MENTOR, "k9")).role is Role.MENTOR


async def test_a_recorded_pairing_played_again_is_refused() -> None:
    async with hosting() as there:
        opening = there.host.open(Role.SCREEN)
        sent: list[bytes | str] = []
        real = wire.Guest

        class Recorded(real):  # type: ignore[misc,valid-type]  # a class is a class
            def __init__(self, *a: object, **k: object) -> None:
                super().__init__(*a, **k)
                sent.append(self.first.decode())

        async with raw(there, "code", opening.code, messages.Hello(Role.SCREEN)) as guest:
            first = wire.Guest("again", guest.welcome["secret"], guest.welcome["peer"]).first.decode()
            answer = await answer_to(there, first)
            assert isinstance(answer, dict)
            assert "y" in answer
            again = await answer_to(there, first)
            assert isinstance(again, dict)
            assert again.get("y") != answer["y"]
        assert await answer_to(
            there, sent[0] if sent else wire.Guest("code", opening.code).first.decode()
        ) == {"ii": 1, "no": "closed"}


async def test_a_guest_s_frames_played_again_on_another_connection_do_nothing() -> None:
    async with hosting() as there:
        there.begin()
        opening = there.host.open(Role.REMOTE)
        async with raw(there, "code", opening.code, messages.Hello(Role.REMOTE)) as guest:
            frame = guest.keys.guest_box.seal(messages.encode(messages.Send("one", prompt="wait.plenty")))
            await guest.line.send(frame)
            await until(lambda: there.told[-1]["m"] == "send")
            await guest.line.send(frame)
            await guest.line.wait_closed()
            assert guest.line.close_code == 4003
            welcome = guest.welcome
        async with raw(
            there, "again", welcome["secret"], messages.Hello(Role.REMOTE), welcome["peer"]
        ) as back:
            await back.line.send(frame)
            await back.line.wait_closed()
        assert [one["m"] for one in there.told].count("send") == 1


async def test_a_flood_from_the_network_stalls_no_follower() -> None:
    """Six at a time, as fast as they come: connections that say nothing, nonsense, half a handshake; who follows goes on."""
    async with hosting() as there:
        pairing = await there.pair(Role.MENTOR, "k9")
        there.begin()
        stop = asyncio.Event()

        async def crowd(n: int) -> int:
            times = 0
            while not stop.is_set():
                with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                    reader, writer = await asyncio.open_connection(HERE, there.door.port)
                    writer.write(
                        [
                            b"",
                            b"\x00" * 500,
                            b"GET / HTTP/1.1\r\n",
                            f"GET /ws HTTP/1.1\r\nHost: {HERE}:{there.door.port}\r\n\r\n".encode(),
                        ][n % 4]
                    )
                    if n % 2:
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(reader.read(10), 0.05)
                    writer.close()
                times += 1
                await asyncio.sleep(0)
            return times

        async with Following(pairing, "k9") as guest:
            crowds = [asyncio.create_task(crowd(n)) for n in range(6)]
            for n in range(1, 101):
                there.key(Kind.LEARNER_ACT)
                await until(lambda n=n: len(guest.events) == n)
            stop.set()
            assert sum(await asyncio.gather(*crowds)) > 50
            assert guest.states == [(State.FOLLOWING, "")]
            assert len(there.host.peers) == 1
