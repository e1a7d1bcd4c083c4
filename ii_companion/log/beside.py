"""What lies beside a journal: who watched the session from another device, and how far a second coder's clock may have been off.

`<id>.watched.jsonl`, a line each time somebody joined, left or was turned away; `<id>.clocks.json`. They go with their journal.
"""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path

import msgspec

from ii_companion.log.journal import journal_path
from ii_companion.log.places import FILE_MODE, reason
from ii_companion.log.seal import top_and_name
from ii_companion.log.sealing import read, write_whole
from ii_companion.log.store import Watched
from ii_companion.session.refusal import Refusal

WATCHED, CLOCKS = ".watched", ".clocks"
LARGEST = 2**22


class _Clocks(msgspec.Struct, frozen=True):
    within_s: float


def is_journal(path: Path) -> bool:
    """Whether a file is a session's journal by its name, and nothing that lies beside one."""
    return path.suffix == ".jsonl" and not path.stem.endswith(WATCHED)


def beside(journal: Path) -> tuple[Path, ...]:
    """The files that may lie beside a journal."""
    return journal.with_suffix(f"{WATCHED}.jsonl"), journal.with_suffix(f"{CLOCKS}.json")


def note_watched(journals: Path, session_id: str, watched: Watched) -> None:
    """Add a line, on disk when this returns. Raises Refusal, also if the session has been removed meanwhile."""
    journal = journal_path(journals, session_id)
    path = beside(journal)[0]
    if not journal.exists():
        raise Refusal("The session {id} has been removed; who watched it is not kept.", id=session_id)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    line = msgspec.json.encode(watched) + b"\n"
    try:
        top = top_and_name(path)[0]
        if top is not None:  # sealed files are put whole; people join and leave seldom
            write_whole(path, (read(path) if path.exists() else b"") + line)
            return
        handle = os.open(path, flags, FILE_MODE)
        try:
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Refusal("{path} cannot be written: {why}.", path=path, why=reason(error)) from error


def watched(journals: Path, session_id: str) -> list[Watched]:
    """Who watched, in order; lines that cannot be read are passed over."""
    found: list[Watched] = []
    with contextlib.suppress(OSError):
        for line in read(beside(journal_path(journals, session_id))[0], LARGEST).splitlines():
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                found.append(msgspec.json.decode(line, type=Watched))
    return found


def note_clocks(journals: Path, session_id: str, within_s: float) -> None:
    """Keep how far the clock of a coding may have been off. Raises Refusal."""
    path = beside(journal_path(journals, session_id))[1]
    try:
        write_whole(path, msgspec.json.encode(_Clocks(within_s)))
    except OSError as error:
        raise Refusal("{path} cannot be written: {why}.", path=path, why=reason(error)) from error


def clocks(journals: Path, session_id: str) -> float | None:
    """How far it may have been off, in seconds; None if nobody said."""
    path = beside(journal_path(journals, session_id))[1]
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        within_s = msgspec.json.decode(read(path, LARGEST), type=_Clocks).within_s
        return within_s if math.isfinite(within_s) and within_s >= 0 else None
    return None
