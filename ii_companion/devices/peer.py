"""One peer of a host: who it is, what it has, and how what it gets is sent without ever waiting for it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace
from websockets.asyncio.connection import broadcast

from ii_companion.devices import messages, wire
from ii_companion.devices.code import (
    EVENTS_AT_ONCE,
    MOST_UNSENT,
    NAMED,
    PAGES,
    PEER_BYTES,
    SECRET_BYTES,
    SEND_EVERY_S,
    Bucket,
    Role,
    new_token,
)
from ii_companion.session.events import Event

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

PACED = 16 * 2**10
"""Bytes: when more than this waits to be sent, what happened long ago waits too."""


class Source(Protocol):
    """The session that is shared, as a host may ask for it."""

    session: messages.Session | None
    """As a mentor gets it; None while none runs."""
    events: list[Event]
    """As journalled, without the text of notes; the nth has the number n."""
    show: messages.Show

    def now(self) -> float:
        """Seconds since the session began."""
        ...


class Peer:
    """Somebody who was admitted, here or away."""

    def __init__(self, role: Role, name: str, source: Source, clock: Callable[[], float]) -> None:
        self.id = new_token(secrets.token_bytes, PEER_BYTES)
        self.secret = new_token(secrets.token_bytes, SECRET_BYTES)
        self.role, self.name = role, name
        self._source, self._clock = source, clock
        self._alias = new_token(secrets.token_bytes, PEER_BYTES)
        self.line: ServerConnection | None = None
        self._box: wire.Box | None = None
        self._sent = 0
        """Events it has, or was sent."""
        self._pump: asyncio.Task[None] | None = None
        self.heard_at = clock()
        self.left_at = 0.0
        self.told_away = False
        self.again = Bucket.full(1.0, 2.0, clock())
        self.answers: dict[str, messages.Taken | messages.Refused | None] = {}
        """What was asked for, by the guest's own number, and the answer once there is one."""
        self.asked_at = {"send": -SEND_EVERY_S, "moment": -SEND_EVERY_S}
        self.parts: dict[str, dict[int, messages.Coding]] = {}

    @property
    def told(self) -> dict[str, Any]:
        """Who it is, for the app."""
        return {"peer": self.id, "role": self.role, "name": self.name}

    @property
    def named(self) -> str | None:
        """What it calls the session that runs: a page has another name for each."""
        if self._source.session is None:
            return None
        return self._source.session.id if self.role in NAMED else self._alias

    @property
    def s(self) -> float:
        return round(self._source.now(), 4)

    def come(
        self, line: ServerConnection, keys: wire.Keys, have: messages.Have | None, beat_s: float
    ) -> None:
        """It is here, on that connection: welcome it, and send what it does not have."""
        self.line, self._box, self.heard_at = line, keys.host_box, self._clock()
        welcome = messages.Welcome(self.id, self.secret, self.role, beat_s, self.s, self.named)
        broadcast([line], keys.host_confirms + keys.host_box.seal(messages.encode(welcome)))
        self._sent = 0
        if have is not None and have.session == self.named:
            self._sent = max(0, min(have.n, len(self._source.events)))
        self.send_session()

    def gone(self) -> None:
        """Its connection is no more."""
        self.line, self._box, self.left_at = None, None, self._clock()

    def another_session(self) -> None:
        self._sent, self._alias = 0, new_token(secrets.token_bytes, PEER_BYTES)
        self.parts.clear()
        self.send_session()

    def send_session(self) -> None:
        session = self._source.session
        known = messages.session_for(self.role, session, self._alias) if session else messages.Session("")
        self.send(known)
        self.send_show()
        self.push()

    def send_show(self) -> None:
        """What a screen shows; whoever sees what is keyed makes its own picture."""
        if self.role in PAGES:
            self.send(replace(self._source.show, s=self.s))

    def send(self, message: messages.FromHost) -> None:
        """Send at once, without waiting. A peer that does not read is let go, and comes back when it does."""
        if self.line is None or self._box is None:
            return
        if unsent(self.line) > MOST_UNSENT:
            self.drop()
            return
        broadcast([self.line], self._box.seal(messages.encode(message)))

    def drop(self) -> None:
        """Cut its connection; the conversation with it notices."""
        if self.line is not None:
            self.line.transport.abort()

    def push(self) -> None:
        """Send what has happened since; a long past at the speed the other side takes it."""
        if self.line is None or (self._pump is not None and not self._pump.done()):
            return
        self._push_some()
        if self._sent < len(self._source.events) and self.line is not None:
            self._pump = asyncio.get_running_loop().create_task(self._push_rest(self.line))

    async def _push_rest(self, line: ServerConnection) -> None:
        while self.line is line and self._sent < len(self._source.events):
            if unsent(line) > PACED:
                await asyncio.sleep(0.02)
                continue
            self._push_some()
            await asyncio.sleep(0)
        if self.line is not line and self.line is not None:  # it came back meanwhile, on another connection
            self._pump = None
            self.push()

    def _push_some(self) -> None:
        some = self._source.events[self._sent : self._sent + EVENTS_AT_ONCE]
        self._sent += len(some)
        theirs = tuple(one for event in some if (one := messages.for_role(self.role, event)) is not None)
        if theirs:
            self.send(messages.Events(theirs, self.s))


def unsent(line: ServerConnection) -> int:
    """Bytes that wait for the other side to read."""
    return int(line.transport.get_write_buffer_size())
