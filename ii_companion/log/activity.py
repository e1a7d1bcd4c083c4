"""What was done with somebody's data: `activity.jsonl`, a line an act, added to and never rewritten but by an erasure.

A line says when, what, who (a code) and which sessions, never their words. Of a learner who was erased it keeps a salted
hash: whoever knows the code can ask whether it was erased, and the code itself stands nowhere.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from ii_companion.log import whole
from ii_companion.log.header import Moment
from ii_companion.log.places import FILE_MODE, Places, lock_now, make_folder, reason
from ii_companion.log.sealed_journal import Spoiled
from ii_companion.log.sealing import is_sealed, one_more, opened_journal, write_whole
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_

NAME = "activity.jsonl"
LOCK_WAIT_S = 2.0
_TRY_AGAIN_S = 0.01


class Did(StrEnum):
    """An act on somebody's data."""

    EXPORTED = "exported"
    IMPORTED = "imported"
    ERASED = "erased"
    DELETED = "deleted"
    EDITED = "edited"
    PUT_BACK = "put_back"
    GATHERED = "gathered"
    OPENED = "opened"
    SHARED = "shared"
    JOINED = "joined"
    LEFT = "left"
    LOCKED = "locked"
    UNLOCKED = "unlocked"


DID_WORDS: dict[str, str] = {
    Did.EXPORTED: N_("exported"),
    Did.IMPORTED: N_("imported"),
    Did.ERASED: N_("erased"),
    Did.DELETED: N_("deleted"),
    Did.EDITED: N_("edited"),
    Did.PUT_BACK: N_("put back from the backup"),
    Did.GATHERED: N_("gathered for a person who asked"),
    Did.OPENED: N_("read on the command line"),
    Did.SHARED: N_("shared"),
    Did.JOINED: N_("joined a school"),
    Did.LEFT: N_("left a school"),
    Did.LOCKED: N_("locked"),
    Did.UNLOCKED: N_("unlocked"),
}


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One act. `act` is a `Did`, or the word of a newer version for what this one does not know."""

    at: Moment
    act: str
    who: str = ""
    """The code of who did it: the one given with the command, else the practitioner's last given on this machine."""
    learner: str = ""
    """Whose data it was, where the act was about one learner."""
    sessions: tuple[str, ...] = ()
    n: int = 0
    """How many sessions, where it was all there were, or where the ids went with an erasure."""
    hashes: tuple[str, ...] = ()
    """Of the learners who were erased since, each “scrypt:salt:hash”."""


_line = msgspec.json.Decoder(Line)
_encode = msgspec.json.Encoder().encode


def path_of(places: Places) -> Path:
    return places.root / NAME


def append(places: Places, line: Line, *, sync: bool = True) -> None:
    """Add a line. Raises OSError or Refusal, and then there is no part of it."""
    make_folder(places.root)
    path = path_of(places)
    with _held(path):
        try:
            _append(path, _encode(line), sync=sync)
        except Spoiled:  # put by as it is; what can be opened of it goes on
            good = read_bytes(path)[0]
            whole.write_whole(path.with_name(f"{path.name}.damaged-{time.time_ns()}"), read_whole(path))
            write_whole(path, good + _encode(line) + b"\n")


def _append(path: Path, line: bytes, *, sync: bool) -> None:
    """The one place that adds to the file. A line a power cut left half written is closed first, or, sealed, taken off."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, FILE_MODE)
    try:
        size, data = one_more(path, read_whole(path), line)
        os.ftruncate(handle, size)
        try:
            written = os.write(handle, data)
            if written != len(data):
                written += os.write(handle, data[written:])
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, size)
            raise
        if sync:
            os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the file against an erasure that rewrites it. filelock takes 30 ms to load, half of what `log` takes."""
    if sys.platform == "win32":
        from ii_companion.log.storage import locked

        with locked(path, LOCK_WAIT_S):
            yield
        return
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path.with_name(f"{path.name}.lock"), flags, FILE_MODE)
    try:
        until = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                lock_now(handle)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(_TRY_AGAIN_S)
        yield
    finally:
        os.close(handle)


def read(places: Places) -> tuple[list[Line], int]:
    """Every line, oldest first, and how many cannot be read. Raises Refusal if the file cannot be."""
    path = path_of(places)
    try:
        data, unreadable = read_bytes(path)
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    found = []
    for raw in data.splitlines():
        line = _decoded(raw)
        if line is not None:
            found.append(line)
        elif raw.strip():
            unreadable += 1
    return found, unreadable


def read_bytes(path: Path) -> tuple[bytes, int]:
    """The file's lines as they are unsealed, and how many whole lines after them do not open. Raises OSError."""
    data = read_whole(path)
    if not is_sealed(data):
        return data, 0
    opened = opened_journal(path, data)
    return opened.lines, data[opened.ends[-1] :].count(b"\n")


def _decoded(raw: bytes) -> Line | None:
    try:
        return _line.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def erase(places: Places, learner: str, mark: str, line: Line | None) -> None:
    """Take a learner's code out of every line, `mark` in its place, and add `line`, in one step. Doing it twice changes nothing.

    A line that cannot be read and names the learner goes. Raises Refusal or OSError.
    """
    from ii_companion.log.documents import named_for, says_learner
    from ii_companion.log.storage import locked

    path = path_of(places)
    if line is None and not path.exists():
        return
    with locked(path):
        try:
            rows = read_bytes(path)[0].splitlines()
        except FileNotFoundError:
            rows = []
        kept, there = [], False
        for raw in rows:
            one = _decoded(raw)
            if one is None:
                if raw.strip() and not says_learner(raw, learner):
                    kept.append(raw)
                continue
            if line is not None and (one.at, one.act) == (line.at, line.act):
                there |= any(is_of(hashed, learner) for hashed in one.hashes)
            others = tuple(name for name in one.sessions if not named_for(name, learner))
            gone = len(one.sessions) - len(others)
            if not gone and one.learner != learner:
                kept.append(raw)
                continue
            kept.append(
                _encode(
                    msgspec.structs.replace(
                        one,
                        learner="" if one.learner == learner else one.learner,
                        sessions=others,
                        n=one.n + gone,
                        hashes=(*one.hashes, mark),
                    )
                )
            )
        if line is not None and not there:
            kept.append(_encode(line))
        write_whole(path, b"".join(raw + b"\n" for raw in kept))


def salted(learner: str, salt: bytes | None = None) -> str:
    """A code that cannot be read back, though it can be asked for: “scrypt:salt:hash”, in hexadecimal.

    Slow on purpose, some 50 ms: codes are short, and whoever would try them all shall wait.
    """
    import hashlib  # 5 ms, and only for an erasure

    salt = os.urandom(16) if salt is None else salt
    made = hashlib.scrypt(learner.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return f"scrypt:{salt.hex()}:{made.hex()}"


def is_of(mark: str, learner: str) -> bool:
    """Whether a salted hash is this learner's."""
    kind, _, rest = mark.partition(":")
    salt, _, _made = rest.partition(":")
    try:
        return kind == "scrypt" and salted(learner, bytes.fromhex(salt)) == mark
    except ValueError:
        return False


def about_learner(lines: Iterable[Line], learner: str) -> list[Line]:
    """The lines about a learner, those of their erasure too."""
    from ii_companion.log.documents import named_for

    known: dict[str, bool] = {}

    def theirs(mark: str) -> bool:
        if mark not in known:
            known[mark] = is_of(mark, learner)
        return known[mark]

    return [
        line
        for line in lines
        if line.learner == learner
        or any(named_for(name, learner) for name in line.sessions)
        or any(map(theirs, line.hashes))
    ]
