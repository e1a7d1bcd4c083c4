"""The host: who is paired, what each may have, and the conversation with each. It asks a `Source` and tells the app.

Nothing here wakes while nobody is there: beats and deadlines are timers that exist only as long as somebody is.
Long because all that decides whether somebody is let in, and what they may ask for, stands in one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed

from ii_companion.devices import messages, wire
from ii_companion.devices.code import (
    BEAT_S,
    HANDSHAKES_A_SECOND,
    HANDSHAKES_AT_ONCE,
    MOST_OF_ROLE,
    MOST_PEERS,
    NAMED,
    OPEN_S,
    PAGES,
    SEND_EVERY_S,
    SILENT_S,
    TRIES,
    VERSION,
    Bucket,
    Opening,
    Role,
    good_words,
    granted,
    new_code,
    new_link,
)
from ii_companion.devices.messages import Strange
from ii_companion.devices.peer import Peer, Source
from ii_companion.devices.wire import Altered
from ii_companion.session.codes import code as checked_code
from ii_companion.session.prompts import MOST_WORDS
from ii_companion.session.refusal import Refusal

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

AWAY_TOLD_S = 5.0
"""A connection that comes back sooner is not told of."""
MOST_ANSWERS = 256
MOST_PARTS = 500
LET_GO, OTHER, BAD, BROKEN, FULL, CLOSED = 4000, 4001, 4002, 4003, 4004, 4005
"""Why a connection is closed: let go; a newer one came; no message; it does not open; no room; pairing is closed."""

Tell = Callable[[dict[str, Any]], None]


class _No(Exception):  # noqa: N818 - an answer, not a fault
    """A guest is answered with a no, and why."""


class _Ends(Exception):  # noqa: N818 - as above
    """A connection is closed, and why."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


class Host:
    """All that is paired with one app. Everything runs in one loop."""

    def __init__(self, source: Source, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self.source, self._tell, self._clock = source, tell, clock
        self.peers: dict[str, Peer] = {}
        self.opening: Opening | None = None
        self._handshakes = Bucket.full(HANDSHAKES_A_SECOND, HANDSHAKES_AT_ONCE, clock())
        self._beat: asyncio.TimerHandle | None = None
        self._closes: asyncio.TimerHandle | None = None
        self._ends: set[asyncio.Task[None]] = set()

    # What the app asks for

    def open(self, role: Role) -> Opening:
        """Open pairing for one guest. An opening before it is gone."""
        self.close()
        code, link = new_code(secrets.randbelow), new_link(secrets.token_bytes)
        self.opening = Opening(role, code, link, self._clock() + OPEN_S)
        self._closes = asyncio.get_running_loop().call_later(OPEN_S, self._expire)
        return self.opening

    def close(self) -> None:
        """Close pairing; who is there stays."""
        self.opening = None
        if self._closes is not None:
            self._closes.cancel()
            self._closes = None

    def _expire(self) -> None:
        self.close()
        self._tell({"m": "closed", "why": "time"})

    def turn_away(self, peer_id: str) -> None:
        """Let somebody go, for good: their secret is worth nothing from now on."""
        peer = self.peers.get(peer_id)
        if peer is not None:
            self._let_go(peer, "away")
            self._tell({"m": "gone", "why": "turned_away", **peer.told})

    async def over(self) -> None:
        """Sharing ends: everybody is told, and waited for a moment."""
        self.close()
        for peer in list(self.peers.values()):
            self._let_go(peer, "over")
        if self._ends:
            await asyncio.wait(self._ends, timeout=1.0)

    def _let_go(self, peer: Peer, why: str) -> None:
        peer.send(messages.Away(why))
        self.peers.pop(peer.id, None)
        line = peer.line
        peer.gone()
        if line is not None:
            self._closing(line, LET_GO)

    def session_changed(self) -> None:
        """Another session runs, or none."""
        for peer in self.peers.values():
            peer.another_session()

    def happened(self) -> None:
        """There are more events."""
        for peer in self.peers.values():
            peer.push()

    def shown(self) -> None:
        """What a screen shows is another now."""
        for peer in self.peers.values():
            peer.send_show()

    def answer(self, peer_id: str, message: messages.Taken | messages.Refused) -> None:
        """What became of what a guest asked for."""
        peer = self.peers.get(peer_id)
        if peer is not None:
            peer.answers[message.id] = message
            peer.send(message)

    # Somebody comes

    async def meet(self, line: ServerConnection, admitted: Callable[[], None]) -> None:
        """One connection from its first text to its end. `admitted` is called once it is known who it is."""
        try:
            peer, box = await self._handshake(line)
            admitted()
            await self._follow(peer, box, line)
        except _No as no:
            with contextlib.suppress(ConnectionClosed):
                await line.send(wire.no_text(str(no)).decode("ascii"))
        except _Ends as ends:
            await line.close(ends.code, ends.reason)
        except Altered as altered:
            await line.close(BROKEN, str(altered))
        except Strange:
            await line.close(BAD)
        except ConnectionClosed:
            pass

    async def _handshake(self, line: ServerConnection) -> tuple[Peer, wire.Box]:
        text = await line.recv()
        first = wire.read_first(text)
        if not isinstance(text, str):
            raise Altered
        if first.ii != VERSION:
            raise _No("version")
        if first.ask == "again":
            return await self._again(line, first, text.encode())
        now, browser = self._clock(), line.request is not None and "Origin" in line.request.headers
        opening = self.opening.answers(first.ask, now) if self.opening is not None else None
        if opening is None or (browser and opening.role not in PAGES):
            raise _No("closed")
        if len(self.peers) >= MOST_PEERS and all(peer.line for peer in self.peers.values()):
            raise _No("full")
        if (handshakes := self._handshakes.taken(now)) is None:
            raise _No("busy")
        self._handshakes, self.opening = handshakes, opening  # a guess is counted before it is answered
        try:
            hello, keys = await self._exchange(line, first, text.encode(), opening.secret(first.ask))
            peer = self._admitted(hello, opening)
        except Altered as altered:
            raise Altered(str(self._failed(opening, first.ask))) from altered
        except BaseException:
            self._failed(opening, first.ask)
            raise
        self._here(peer, line, keys, hello)
        self._tell({"m": "joined", **peer.told})
        return peer, keys.guest_box

    async def _exchange(
        self, line: ServerConnection, first: wire.First, sent: bytes, secret: str
    ) -> tuple[messages.Hello, wire.Keys]:
        """The rest of a handshake, up to the guest's confirmation. Raises Altered or Strange."""
        host = wire.Host(sent, first, secret)
        await line.send(host.second.decode("ascii"))
        plain = wire.confirmed(await line.recv(), host.keys.guest_confirms, host.keys.guest_box)
        hello = messages.from_guest(plain)
        if not isinstance(hello, messages.Hello):
            raise Strange("hello")
        return hello, host.keys

    def _is_open(self, opening: Opening) -> bool:
        there = self.opening
        return there is not None and there.link == opening.link and self._clock() < there.until

    def _failed(self, opening: Opening, ask: str) -> int:
        """A guest was answered and not admitted. How many wrong codes there may be yet."""
        if not self._is_open(opening) or self.opening is None:
            return 0
        self.opening = self.opening.failed(ask)
        if self.opening is not None:
            return TRIES - self.opening.wrong
        self.close()
        self._tell({"m": "closed", "why": "tried"})
        return 0

    def _admitted(self, hello: messages.Hello, opening: Opening) -> Peer:
        """The new peer. Raises _Ends if there is no room, or the opening has gone meanwhile."""
        role = granted(opening.role, hello.role)
        try:
            name = checked_code(hello.name, "mentor") if hello.name else ""
        except Refusal as refusal:  # refused, not cleaned: a name, or what would drive a terminal
            raise _Ends(BAD, "name") from refusal
        if not self._is_open(opening):
            raise _Ends(CLOSED)
        same = [peer for peer in self.peers.values() if peer.role is role]
        if (role in NAMED and len(same) >= MOST_OF_ROLE) or not self._has_room():
            raise _Ends(FULL)
        self.close()
        peer = Peer(role, name, self.source, self._clock)
        self.peers[peer.id] = peer
        return peer

    def _has_room(self) -> bool:
        """Whether there is room for one more; whoever has been away longest makes it."""
        if len(self.peers) < MOST_PEERS:
            return True
        away = [peer for peer in self.peers.values() if peer.line is None]
        if not away:
            return False
        longest = min(away, key=lambda peer: peer.left_at)
        del self.peers[longest.id]
        self._tell({"m": "gone", "why": "left", **longest.told})
        return True

    async def _again(self, line: ServerConnection, first: wire.First, sent: bytes) -> tuple[Peer, wire.Box]:
        """Somebody who was here comes back; wrong ones take nothing from them."""
        peer = self.peers.get(first.peer)
        if peer is None:
            raise _No("unknown")
        if (again := peer.again.taken(self._clock())) is None:
            raise _No("busy")
        peer.again = again
        hello, keys = await self._exchange(line, first, sent, peer.secret)
        if self.peers.get(peer.id) is not peer:  # turned away meanwhile
            raise _Ends(LET_GO)
        if peer.line is not None:
            self._closing(peer.line, OTHER)
        self._here(peer, line, keys, hello)
        if peer.told_away:
            peer.told_away = False
            self._tell({"m": "here", **peer.told})
        return peer, keys.guest_box

    def _here(self, peer: Peer, line: ServerConnection, keys: wire.Keys, hello: messages.Hello) -> None:
        peer.come(line, keys, hello.have, BEAT_S)
        if self._beat is None:
            self._beat = asyncio.get_running_loop().call_later(BEAT_S, self._beats)

    # Somebody is there

    async def _follow(self, peer: Peer, box: wire.Box, line: ServerConnection) -> None:
        try:
            async for frame in line:
                if not isinstance(frame, bytes):
                    raise Altered
                message = messages.from_guest(box.open(frame))
                if peer.line is not line:
                    return
                peer.heard_at = self._clock()
                self._heard(peer, message)
        finally:
            if peer.line is line:
                peer.gone()
                asyncio.get_running_loop().call_later(AWAY_TOLD_S, self._tell_away, peer)

    def _tell_away(self, peer: Peer) -> None:
        if peer.line is None and not peer.told_away and self.peers.get(peer.id) is peer:
            peer.told_away = True
            self._tell({"m": "away", **peer.told})

    def _heard(self, peer: Peer, message: messages.FromGuest | None) -> None:
        match message:
            case messages.Ask():
                peer.send(messages.Answer(message.c, peer.s, peer.s))
            case messages.Send() | messages.Moment() if peer.role in (Role.MENTOR, Role.REMOTE):
                self._asked(peer, message)
            case messages.Coding() if peer.role is Role.CODER:
                self._handed(peer, message)
            case messages.Bye():
                self._let_go(peer, "away")
                self._tell({"m": "gone", "why": "left", **peer.told})
            case _:  # what its role does not have, and what this version does not know
                pass

    def _asked(self, peer: Peer, message: messages.Send | messages.Moment) -> None:
        """A guest wants something keyed. The same number twice acts once."""
        if message.id in peer.answers:
            if (before := peer.answers[message.id]) is not None:
                peer.send(before)
            return
        if len(peer.answers) >= MOST_ANSWERS:
            peer.answers.pop(next(iter(peer.answers)))
        peer.answers[message.id] = None
        kind = "send" if isinstance(message, messages.Send) else "moment"
        why = self._why_not(peer, message)
        if not why and self._clock() - peer.asked_at[kind] < SEND_EVERY_S:
            why = "soon"
        if why:
            self.answer(peer.id, messages.Refused(message.id, why))
            return
        peer.asked_at[kind] = self._clock()
        asked = {"m": kind, "id": message.id, **peer.told}
        if isinstance(message, messages.Send):
            asked |= {"words": message.words} if message.words is not None else {"prompt": message.prompt}
        self._tell(asked)

    def _why_not(self, peer: Peer, message: messages.Send | messages.Moment) -> str:
        session = self.source.session
        if session is None:
            return "ended"
        if isinstance(message, messages.Moment):
            return ""
        if message.words is not None and message.prompt is None and peer.role is Role.MENTOR:
            return "" if good_words(message.words, MOST_WORDS) else "words"
        chosen = session.chosen if isinstance(session.chosen, tuple) else ()
        known = peer.role is Role.MENTOR or message.prompt in {one.id for one in chosen}
        return "" if known and message.prompt and message.words is None else "not_chosen"

    def _handed(self, peer: Peer, message: messages.Coding) -> None:
        """A part of a coding; once all are there the app is asked."""
        if message.of > MOST_PARTS or (len(peer.parts) > 1 and message.id not in peer.parts):
            raise Strange("coding")
        parts = peer.parts.setdefault(message.id, {})
        parts[message.part] = message
        if set(parts) >= set(range(1, message.of + 1)):
            del peer.parts[message.id]
            events = [event for n in range(1, message.of + 1) for event in parts[n].events]
            asked = {"session": message.session, "within_s": message.within_s, "events": events}
            self._tell({"m": "coding", "id": message.id, **asked, **peer.told})

    def _beats(self) -> None:
        """Say that we are here; let go of who has long said nothing. Only while somebody is there."""
        self._beat = None
        for peer in self.peers.values():
            if peer.line is not None and self._clock() - peer.heard_at > SILENT_S:
                peer.drop()
            else:
                peer.send(messages.Beat(peer.s))
        if any(peer.line for peer in self.peers.values()):
            self._beat = asyncio.get_running_loop().call_later(BEAT_S, self._beats)

    def _closing(self, line: ServerConnection, code: int) -> None:
        """Close a connection without waiting for the other side."""
        task = asyncio.get_running_loop().create_task(line.close(code))
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)
