"""Whose laptop this is at which school's log, and what was erased there: two small files in `<data>/school/`."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from ii_companion.school import sealed
from ii_companion.school.parts import ME, MENTOR, Row, grave
from ii_companion.school.remote import Day, Stone
from ii_companion.session.refusal import Refusal, said_by

FOLDER = "school"


class Consent(msgspec.Struct, frozen=True):
    """Who else may see what one sends, unless it is said for a session: see `parts.ME`."""

    figures_for: int = MENTOR
    words_for: int = ME


class Membership(msgspec.Struct, frozen=True):
    """What a laptop needs to ask the school's log, and how far it is."""

    server: str
    port: int
    database: str
    school: str
    login: str
    person: str
    ca: str
    """The authority that the server's certificate must be from, as PEM."""
    consent: Consent = Consent()
    salt: str = ""
    co_ordinator: bool = False
    co_ordinators: tuple[str, ...] = ()
    cursor: str = ""
    acked: str = ""
    laid: str = ""
    """The cursor of a page that was begun to be laid and is not done with: what is in it may count as sent already."""
    epoch: str = ""
    last_sync: str = ""
    """When the last sync ended well, as ISO text."""
    waits: int = 0
    """How many sessions waited after it."""


class Gone(msgspec.Struct, frozen=True):
    """Tombstones; the hashes of those that the server lacks; learners to erase there as soon as it can be reached."""

    stones: tuple[Stone, ...] = ()
    unsent: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    def plus(self, stones: tuple[Stone, ...]) -> Gone:
        there = set(self.stones)
        new = tuple(one for one in dict.fromkeys(stones) if one not in there)
        return msgspec.structs.replace(self, stones=self.stones + new) if new else self


class Graves:
    """Whether something was erased."""

    def __init__(self, salt: str, gone: Gone) -> None:
        self._salt = bytes.fromhex(salt)
        self._stones: dict[str, set[str]] = {}
        for stone in gone.stones:
            self._stones.setdefault(stone.hash, set()).add("" if stone.wide else stone.author)

    def learner(self, code: str) -> bool:
        return bool(self._stones) and "" in self._stones.get(grave(self._salt, f"learner:{code}"), ())

    def session(self, session_id: str, practitioner: str) -> bool:
        if not self._stones:
            return False
        by = self._stones.get(grave(self._salt, f"session:{session_id}"), set())
        return "" in by or practitioner in by


class Cards(msgspec.Struct, frozen=True):
    """What is known of cards: for each learner, a row a field."""

    rows: dict[str, tuple[Row, ...]] = {}


class Trained(msgspec.Struct, frozen=True):
    """The days that the school's log has shown."""

    days: tuple[Day, ...] = ()


Kept = TypeVar("Kept", Membership, Gone, Cards, Trained)


def path_of(root: Path) -> Path:
    return root / FOLDER / "membership.json"


def read(path: Path, kind: type[Kept]) -> Kept | None:
    """What a file of ours holds; None if it is not there. Raises Refusal if it cannot be read."""
    try:
        return msgspec.json.decode(sealed.read(path), type=kind)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=said_by(error)) from error


def membership(root: Path) -> Membership:
    """Where this laptop belongs. Raises Refusal if it has not joined."""
    found = read(path_of(root), Membership)
    if found is None:
        raise Refusal(
            "This laptop has joined no school's log. A technician gives a join file: ii-companion school join FILE"
        )
    return found
