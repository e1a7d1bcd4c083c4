"""An ended journal as its session's log knows it: SHA-256 over its bytes, how many lines, the time of the last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from ii_companion.log.header import Header, header_line
from ii_companion.log.records import JournalDigest
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

_encode = msgspec.json.Encoder().encode
_event = msgspec.json.Decoder(Event)


def encoded(header: Header, events: Iterable[Event]) -> bytes:
    """A journal's bytes, just as they are written while a session runs."""
    return header_line(header) + b"".join(_encode(event) + b"\n" for event in events)


def ended(header: Header, events: tuple[Event, ...] | list[Event]) -> JournalDigest | None:
    """What the log keeps of a journal; nothing while the session has not ended."""
    if not events or events[-1].kind is not Kind.ENDED:
        return None
    data = encoded(header, events)
    return JournalDigest(hashlib.sha256(data).hexdigest(), len(events) + 1, events[-1].t)


def ended_of(data: bytes) -> JournalDigest | None:
    """The same of a journal's bytes as they lie there, whatever wrote them."""
    start = data.rfind(b"\n", 0, max(0, len(data) - 1)) + 1
    try:
        last = _event.decode(data[start:])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if last.kind is not Kind.ENDED or not data.endswith(b"\n"):
        return None
    return JournalDigest(hashlib.sha256(data).hexdigest(), data.count(b"\n"), last.t)
