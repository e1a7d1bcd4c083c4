"""What the school's log can be asked, and what it answers: the protocol, whoever speaks it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import msgspec

from ii_companion.session.refusal import Refusal

PROTOCOL = 1
PAGE = 500
"""Rows a pull asks for, and sessions a push brings, at most."""


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of one part of a session, or of one field of a card (`learner/field`)."""

    kind: str
    key: str
    vid: str
    replaces: tuple[str, ...]
    author: str
    body: str | None = None
    """None once it was replaced. Of a journal: zlib, as base64."""
    flat: dict[str, float] | None = None
    """The numbers that trends draw."""


class Session(msgspec.Struct, frozen=True):
    """A session with all of it that the one who asks may see."""

    id: str
    learner: str
    practitioner: str
    mentor: str
    started_at: datetime
    figures_for: int
    words_for: int
    parts: tuple[Version, ...] = ()


class Stone(msgspec.Struct, frozen=True):
    """A tombstone: a hash in place of what was erased, signed by the server. `wide`: it reaches everybody's."""

    hash: str
    author: str
    wide: bool
    mac: str


Day = tuple[str, str, str]
"""Practitioner, what, and the day as ISO text."""


class Hello(msgspec.Struct, frozen=True):
    protocol: int
    school: str
    salt: str
    epoch: str
    known: bool
    """False where the server lacks what the cursor or the mark speak of: it was put back to an earlier day."""
    person: str
    co_ordinator: bool
    co_ordinators: tuple[str, ...]
    more: bool
    """Whether there may be something to pull."""

    def refuse_other(self) -> None:
        """Raise Refusal where the school's log speaks another protocol than this version."""
        if self.protocol != PROTOCOL:
            raise Refusal(
                "This laptop's version of ii-companion speaks protocol {ours}; the school's log speaks {theirs}. "
                "Update; nothing was sent.",
                ours=PROTOCOL,
                theirs=self.protocol,
            )


class Page(msgspec.Struct, frozen=True):
    """What is new since a cursor, as far as it goes."""

    tombstones: tuple[Stone, ...]
    sessions: tuple[Session, ...]
    cards: tuple[Version, ...]
    training: tuple[Day, ...]
    cursor: str
    more: bool


class Listing(msgspec.Struct, frozen=True):
    """All there is to see, by name."""

    sessions: dict[str, tuple[str, ...]]
    audiences: dict[str, tuple[int, int]]
    cards: dict[str, tuple[str, ...]]
    training: tuple[Day, ...]
    tombstones: tuple[Stone, ...]
    cursor: str


class Fetched(msgspec.Struct, frozen=True):
    sessions: tuple[Session, ...]
    cards: tuple[Version, ...]


class Batch(msgspec.Struct, frozen=True):
    """What a laptop brings; `sessions` without parts."""

    sessions: tuple[Session, ...] = ()
    parts: tuple[Version, ...] = ()
    cards: tuple[Version, ...] = ()
    training: tuple[Day, ...] = ()
    tombstones: tuple[Stone, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sessions or self.parts or self.cards or self.training or self.tombstones)


class Answer(msgspec.Struct, frozen=True):
    """What the log has of what was brought, as it shows; and this transaction's mark."""

    mark: str
    sessions: tuple[str, ...]
    gone: tuple[str, ...]
    parts: tuple[str, ...]
    training: tuple[Day, ...]
    tombstones: tuple[str, ...]


class Erased(msgspec.Struct, frozen=True):
    tombstone: Stone
    removed: int
    mark: str


class Removed(msgspec.Struct, frozen=True):
    tombstones: tuple[Stone, ...]
    mark: str
    left: tuple[str, ...] = ()
    """Sessions that stay, since others' are not for this person to remove."""


class Shared(msgspec.Struct, frozen=True):
    mark: str
    sessions: tuple[str, ...]


Ids = list[str]


class Remote(Protocol):
    """The school's log, asked by one login. Every method may raise Unreachable, and NotKnown."""

    def hello(self, cursor: str, acked: str) -> Hello: ...

    def pull(self, cursor: str, most: int) -> Page: ...

    def list(self) -> Listing: ...

    def fetch(self, ids: Ids, keys: Ids) -> Fetched: ...

    def push(self, batch: Batch) -> Answer: ...

    def erase(self, code: str) -> Erased: ...

    def remove(self, ids: Ids) -> Removed: ...

    def share(self, ids: Ids, figures: int | None, words: int | None) -> Shared: ...

    def seen(self, cursor: str, program: str) -> None: ...


def wire(value: Any) -> str:
    """A value as JSON text, as the functions take it."""
    return msgspec.json.encode(value).decode()
