"""What host and guests say to each other: one struct a message, its tag in the key `m`. Pure.

Seconds are the session's, with four digits. A message nobody knows is left out; one that is not as it should be is a `Strange`.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from ii_companion.devices.code import EVENTS_AT_ONCE, Role
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind


class Strange(Exception):  # noqa: N818 - it is a fact about what came, not a fault of ours
    """A message that is not what its tag promises."""


class Have(msgspec.Struct, frozen=True):
    """What a guest has of a session already."""

    session: str
    n: int


class Hello(msgspec.Struct, frozen=True, tag_field="m", tag="hello"):
    role: Role
    name: str = ""
    app: str = ""
    have: Have | None = None


class Ask(msgspec.Struct, frozen=True, tag_field="m", tag="time"):
    c: float


class Send(msgspec.Struct, frozen=True, tag_field="m", tag="send"):
    """A prompt by its id, or words of one's own."""

    id: str
    prompt: str | None = None
    words: str | None = None


class Moment(msgspec.Struct, frozen=True, tag_field="m", tag="moment"):
    id: str


class Coding(msgspec.Struct, frozen=True, tag_field="m", tag="coding"):
    """Part of a coding that is handed over: parts are counted from 1, `of` of them."""

    id: str
    part: int
    of: int
    events: tuple[Event, ...]
    session: str = ""
    within_s: float | None = None
    """How far the coder's clock can have been off."""


class Bye(msgspec.Struct, frozen=True, tag_field="m", tag="bye"):
    pass


class Welcome(msgspec.Struct, frozen=True, tag_field="m", tag="welcome"):
    peer: str
    secret: str
    role: Role
    beat_s: float
    s: float
    session: str | None


class ChosenText(msgspec.Struct, frozen=True):
    id: str
    text: str


class Session(msgspec.Struct, frozen=True, tag_field="m", tag="session"):
    """What a guest may know of the session; without an id, none is running."""

    id: str
    learner: str | UnsetType = UNSET
    practitioner: str | UnsetType = UNSET
    mentor: str | UnsetType = UNSET
    stage: int | UnsetType = UNSET
    wait_s: float | UnsetType = UNSET
    started_at: str | UnsetType = UNSET
    chosen: tuple[ChosenText, ...] | UnsetType = UNSET


class Events(msgspec.Struct, frozen=True, tag_field="m", tag="events"):
    events: tuple[Event, ...]
    s: float


class Wait(msgspec.Struct, frozen=True, rename={"since": "from", "long": "for"}):
    """The quiet bar: since when, and for how long."""

    since: float
    long: float


class Show(msgspec.Struct, frozen=True, tag_field="m", tag="show"):
    """What a screen shows, in times of the session; a guest counts by itself."""

    words: str = ""
    since: float = 0.0
    dims: float = 0.0
    wait: Wait | None = None
    hushed: bool = False
    line: str = ""
    s: float = 0.0


class Answer(msgspec.Struct, frozen=True, tag_field="m", tag="time"):
    c: float
    r: float
    s: float


class Beat(msgspec.Struct, frozen=True, tag_field="m", tag="beat"):
    s: float


class Taken(msgspec.Struct, frozen=True, tag_field="m", tag="taken"):
    id: str
    n: int


class Refused(msgspec.Struct, frozen=True, tag_field="m", tag="refused"):
    id: str
    why: str


class Away(msgspec.Struct, frozen=True, tag_field="m", tag="away"):
    why: str


FromGuest: TypeAlias = Hello | Ask | Send | Moment | Coding | Bye
FromHost: TypeAlias = Welcome | Session | Events | Show | Answer | Beat | Taken | Refused | Away
WHYS = ("soon", "hushed", "stopped", "ended", "not_chosen", "words")
LONGEST_ID = 64
"""Of what a guest numbers its own requests with."""


class _Tagged(msgspec.Struct):
    m: str


_Any = TypeVar("_Any")
_tagged = msgspec.json.Decoder(_Tagged)
_guest = msgspec.json.Decoder(FromGuest)
_host = msgspec.json.Decoder(FromHost)
_GUEST_TAGS = frozenset({"hello", "time", "send", "moment", "coding", "bye"})
_HOST_TAGS = frozenset({"welcome", "session", "events", "show", "time", "beat", "taken", "refused", "away"})
encode = msgspec.json.Encoder().encode


def from_guest(data: bytes) -> FromGuest | None:
    """What a guest said; None for what this version does not know. Raises Strange."""
    message = _read(_guest, _GUEST_TAGS, data)
    if isinstance(message, Send | Moment | Coding) and not _is_id(message.id):
        raise Strange(message.id[:LONGEST_ID])
    if isinstance(message, Coding) and not (
        1 <= message.part <= message.of and len(message.events) <= EVENTS_AT_ONCE
    ):
        raise Strange("coding")
    return message


def from_host(data: bytes) -> FromHost | None:
    """What the host said; None for what this version does not know. Raises Strange."""
    return _read(_host, _HOST_TAGS, data)


def _read(decoder: msgspec.json.Decoder[_Any], known: frozenset[str], data: bytes) -> _Any | None:
    try:
        return decoder.decode(data) if _tagged.decode(data).m in known else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Strange(str(error)) from error


def _is_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and text.isprintable()


CODER_KINDS = frozenset({Kind.PAUSED, Kind.RESUMED, Kind.GAP, Kind.ENDED})
"""All that somebody who codes blindly is told of what happened."""


def for_role(role: Role, event: Event) -> Event | None:
    """An event as a role gets it; None if it does not. The text of a note goes to nobody."""
    if role is Role.MENTOR:
        return Event(event.n, event.t, event.kind) if event.kind is Kind.NOTE else event
    if role is Role.CODER and event.kind in CODER_KINDS:
        detail = event.detail if event.kind is Kind.GAP else ""
        return Event(event.n, event.t, event.kind, detail)
    return None


def session_for(role: Role, session: Session, alias: str) -> Session:
    """What a role may know of the session. A page gets another name for it, and nothing about a person."""
    if role is Role.MENTOR:
        return session
    if role is Role.CODER:
        return Session(
            session.id, learner=session.learner, wait_s=session.wait_s, started_at=session.started_at
        )
    chosen = session.chosen if role is Role.REMOTE else UNSET
    return Session(alias, wait_s=session.wait_s, chosen=chosen)
