"""The native guest: follows the host it has joined, and comes back by itself when it is cut off.

Its states: asking → following ⇄ looking → gone. Five seconds without a frame and whoever shows it shows nothing old.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from enum import StrEnum

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import broadcast
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from ii_companion import __version__
from ii_companion.devices import messages, wire
from ii_companion.devices.clock import Exchange, Offsets
from ii_companion.devices.code import HANDSHAKE_S, OLD_S
from ii_companion.devices.joining import No, Pairing, dial, shake

TIMES_FIRST, TIME_S = 7, 5.0
PAUSES = (0.1, 0.3, 0.7, 1.1, 1.1, 2.0)
"""Seconds before each further try to come back; the host answers one a second."""
OTHER = 4001


class State(StrEnum):
    """How it stands with the host."""

    FOLLOWING = "following"
    LOOKING = "looking"
    ALTERED = "altered"
    """Looking, since something did not open."""
    GONE = "gone"


class Guest:
    """A guest that has joined. `heard` gets every message, `state` every change of state, both in the loop's thread."""

    def __init__(
        self,
        pairing: Pairing,
        name: str,
        clock: Callable[[], float],
        heard: Callable[[messages.FromHost], None],
        state: Callable[[State, str], None],
    ) -> None:
        self.pairing, self._name, self._clock = pairing, name, clock
        self.heard, self.state = heard, state
        self.offsets = Offsets()
        self.most_off = 0.0
        """The largest bound of any offset that was used, in seconds."""
        self._line: ClientConnection | None = None
        self._keys: wire.Keys | None = None
        self._have: messages.Have | None = None
        self._unanswered: dict[str, tuple[float, messages.FromGuest]] = {}
        self._old: asyncio.TimerHandle | None = None
        self._rough: float | None = None
        """What to add to the clock until the first exchange has told better."""
        self._times = self._tries = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Follow, in the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def leave(self) -> None:
        """Say goodbye and stop."""
        self._send(messages.Bye())
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._line is not None:
            await self._line.close()

    def now(self) -> float | None:
        """Seconds of the session, on the host's clock; None before it is known."""
        offset = self.offsets.offset
        if offset is None:
            return None if self._rough is None else self._clock() + self._rough
        self.most_off = max(self.most_off, self.offsets.bound or 0.0)
        return self._clock() + offset

    def following(self, session: str, n: int) -> None:
        """What is here already, should the connection be cut."""
        self._have = messages.Have(session, n)

    def ask(self, make: Callable[[str], messages.FromGuest]) -> str:
        """Ask for something; it is asked again after a short cut, and acts once. Its number."""
        number = secrets.token_hex(8)
        message = make(number)
        self._unanswered[number] = (self._clock(), message)
        self._send(message)
        return number

    def hand_over(self, parts: list[messages.Coding]) -> None:
        """Offer a coding, in parts."""
        for part in parts:
            self._unanswered[f"{part.id}-{part.part}"] = (self._clock(), part)
            self._send(part)

    def _send(self, message: messages.FromGuest) -> None:
        line, keys = self._line, self._keys
        if line is None or keys is None:
            return
        broadcast([line], keys.guest_box.seal(messages.encode(message)))

    async def _run(self) -> None:
        while True:
            try:
                await self._once()
            except _Over as over:
                self.state(State.GONE, over.why)
                return
            except wire.Altered:
                self.state(State.ALTERED, "")
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, messages.Strange, No):
                self.state(State.LOOKING, "")
            finally:
                line, self._line, self._keys = self._line, None, None
                if line is not None:
                    await _closed(line)
            await asyncio.sleep(PAUSES[min(self._tries, len(PAUSES) - 1)])
            self._tries += 1

    async def _once(self) -> None:
        """One connection, from its beginning to its end."""
        pairing = self.pairing
        hello = messages.Hello(pairing.role, self._name, __version__, self._have)
        async with asyncio.timeout(2 * HANDSHAKE_S):
            line = await dial(pairing.address, pairing.port)
            self._line = line
            try:
                welcome, keys = await shake(line, "again", pairing.secret, pairing.peer, hello)
            except No as no:
                if no.why in ("unknown", "version"):
                    raise _Over("away" if no.why == "unknown" else no.why) from no
                raise
        self._keys, self.offsets = keys, Offsets()
        self._times = self._tries = 0
        self.state(State.FOLLOWING, "")
        self._frame()
        self.heard(welcome)
        self._ask_time()
        for number, (asked_at, message) in list(self._unanswered.items()):
            if isinstance(message, messages.Coding) or self._clock() - asked_at < OLD_S:
                self._send(message)
            else:  # stale advice is worse than none
                del self._unanswered[number]
        times = asyncio.get_running_loop().create_task(self._keep_time())
        try:
            async for frame in line:
                if not isinstance(frame, bytes):
                    raise wire.Altered
                said = messages.from_host(keys.host_box.open(frame))
                self._frame()
                if said is not None:
                    self._take(said)
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == OTHER:
                raise _Over("other") from closed
            raise
        finally:
            times.cancel()

    def _take(self, message: messages.FromHost) -> None:
        match message:
            case messages.Session():  # its seconds begin anew
                self.offsets, self._rough, self._times = Offsets(), None, 0
                self._ask_time()
            case messages.Events() | messages.Show() | messages.Beat():
                self._rough = message.s - self._clock()
            case messages.Answer():
                exchange = Exchange(message.c, message.r, message.s, self._clock())
                self.offsets = self.offsets.heard(exchange)
                if self._times < TIMES_FIRST:
                    self._ask_time()
                return
            case messages.Taken() | messages.Refused():
                for number in [n for n in self._unanswered if n.split("-")[0] == message.id]:
                    del self._unanswered[number]
            case messages.Away():
                raise _Over(message.why)
        self.heard(message)

    def _ask_time(self) -> None:
        self._times += 1
        self._send(messages.Ask(self._clock()))

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TIME_S)
            self._ask_time()

    def _frame(self) -> None:
        """Something came: what is shown is not old for so long."""
        if self._old is not None:
            self._old.cancel()
        self._old = asyncio.get_running_loop().call_later(OLD_S, self._cut)

    def _cut(self) -> None:
        """Nothing came for too long: a connection that says nothing is none."""
        self.state(State.LOOKING, "old")
        if self._line is not None:
            self._line.transport.abort()


class _Over(Exception):  # noqa: N818 - as above
    """It is over, and why: nobody comes back from it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def _closed(line: ClientConnection) -> None:
    with contextlib.suppress(Exception):
        await line.close()
