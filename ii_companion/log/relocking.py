"""Re-writing a folder's files, sealed or plain: which are ours, and each replaced in one step by what was proved to be the same."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ii_companion.log import activity
from ii_companion.log.places import FILE_MODE, Places, reason, sync_folder
from ii_companion.log.seal import is_school_part, top_and_name
from ii_companion.log.sealed_journal import PREFIX, Spoiled
from ii_companion.log.sealing import is_sealed, opened_file, opened_journal, plain_lines, sealed
from ii_companion.log.whole import write_whole
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal

AT_THE_TOP = ("last.json", "terminal.json", "training.json")
SCHOOL_FILES = ("membership.json", "gone.json", "cards.json", "training.json", "settled.json")
"""Beside others' sessions, which have a seal of their own."""
MONTHS = "log"
KINDS = (
    (MONTHS, ".json"), ("log/films", ".json"), ("journals", ".jsonl"), ("journals", ".clocks.json"),
    ("cards", ".json"), ("cards", ".digest"), ("drafts", ".json"), ("intents", ".json"),
)  # fmt: skip
"""What is kept in each folder, by how its name ends; a session's `.lock` and `.clock` say nothing of anybody."""


def files_of(top: Places) -> list[Path]:
    """Every file of ours, months last; what was killed before it was in its place too."""
    if is_school_part(top.root):  # what lies beside others' sessions is sealed if one's own folder is
        return sorted(
            path
            for folder, ending in KINDS
            for path in _named(top.root / folder, partial(_ends, ending))
            if folder in (MONTHS, "journals")
        )
    found = [path for name in AT_THE_TOP for path in _named(top.root, (name,).__contains__)]
    found += _named(top.school.root, SCHOOL_FILES.__contains__)
    months: list[Path] = []
    for part in (top, top.practice, top.codings):
        found += _named(part.root, (activity.NAME,).__contains__)
        for folder, ending in KINDS:
            paths = _named(part.root / folder, partial(_ends, ending))
            (months if folder == MONTHS else found).extend(paths)
    return found + months


def _named(folder: Path, ours: Callable[[str], bool]) -> list[Path]:
    """The regular files in a folder that are ours, by the name of the file they belong to."""
    try:
        with os.scandir(folder) as entries:
            paths = [Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refusal("{path} cannot be read: {why}.", path=folder, why=reason(error)) from error
    return sorted(path for path in paths if ours(top_and_name(path)[1].rpartition("/")[2]))


def _ends(ending: str, name: str) -> bool:
    return name.endswith(ending)


def looks_sealed(path: Path) -> bool:
    """By its first bytes; a file with nothing in it counts."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError:
        return False
    return is_sealed(start) or not start.strip(b"\0")


def rewritten(top: Path, path: Path, *, on: bool) -> None:
    """Put the file in its place again, sealed or plain, if it is not so already. Raises OSError; then it is as it was."""
    before = path.lstat()
    data = read_whole(path)
    if is_sealed(data) == on or not data.strip(b"\0"):
        return
    new = _sealed(top, path, data) if on else _plain(path, data)
    if new is None:
        return
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.relock.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    try:
        with open(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.utime(temporary, ns=(before.st_atime_ns, before.st_mtime_ns))
        now = path.lstat()
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (before.st_ino, before.st_size, before.st_mtime_ns):
            temporary.unlink()  # another program has saved it meanwhile, in the way that holds now
            rewritten(top, path, on=on)
            return
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def _sealed(top: Path, path: Path, data: bytes) -> bytes:
    """The file sealed, and proved to open to what it was."""
    new = sealed(top, top_and_name(path)[1], data)
    again = opened_journal(path, new).lines if new.startswith(PREFIX) else opened_file(path, new)
    if again != (plain_lines(data) if new.startswith(PREFIX) else data):
        raise OSError(0, "sealed, it does not open again", str(path))
    return new


def _plain(path: Path, data: bytes) -> bytes | None:
    """What a sealed file says; None for one that nobody can open, which was set aside or now is."""
    aside = ".damaged-" in path.name
    try:
        if not data.startswith(PREFIX):
            return opened_file(path, data)
        opened = opened_journal(path, data)
    except Spoiled:
        opened = None
    if opened is not None and opened.lines:
        if opened.broken and not aside:
            _put_by(path, data)
        return opened.lines
    if not aside:
        os.replace(path, path.with_name(f"{path.name}.damaged-{time.time_ns()}"))
    return None


def _put_by(path: Path, data: bytes) -> None:
    write_whole(path.with_name(f"{path.name}.damaged-{time.time_ns()}"), data)
