"""A TinyDB storage that a crash cannot leave half-written.

Plain TinyDB JSON. A write goes to a temporary file, on to disk, and into place in one step; the generation before
stays as `.bak`. A file that cannot be read is set aside under another name, never deleted, and the `.bak` serves.
Hold `locked(path)` around every read-change-write, and open TinyDB anew inside it: TinyDB remembers the next
document number, which another process may have taken.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from ii_companion.log.damage import Damaged, Unreadable, damaged
from ii_companion.log.places import FILE_MODE, make_folder, reason
from ii_companion.log.sealed_journal import Spoiled
from ii_companion.log.sealing import read, write_whole
from ii_companion.log.whole import NotProven, temporary_beside
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of

Tables = dict[str, dict[str, Any]]
LOCK_WAIT_S = 20.0
"""How long a command waits for another program; a screen waits less (`Store.within`)."""


def backup_path(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


@contextlib.contextmanager
def locked(path: Path, wait_s: float | None = None) -> Iterator[None]:
    """Hold the file for this process. Raises Refusal if another holds it for very long, or nobody may write there."""
    from filelock import FileLock, Timeout

    make_folder(path.parent)
    patience = LOCK_WAIT_S if wait_s is None else wait_s
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=patience, mode=FILE_MODE)
    try:
        lock.acquire()
    except Timeout as error:
        raise Refusal(
            "{path} is in use by another program for more than {seconds} s. Try again.",
            path=path,
            seconds=f"{patience:g}",
        ) from error
    except (OSError, NotImplementedError) as error:  # filelock says the latter where there are no locks
        raise Refusal(
            "{path} cannot be changed: {why}. It is as it was.",
            path=path,
            why=reason(error) if isinstance(error, OSError) else str(error).lower(),
        ) from error
    try:
        yield
    finally:
        lock.release()


def bytes_of(path: Path) -> bytes | None:
    """What the file holds, None if there is no file. Raises Unreadable, and Spoiled where its seal does not open."""
    try:
        return read(path)
    except FileNotFoundError:
        return None
    except Spoiled:
        raise
    except OSError as error:
        raise Unreadable(
            "{path} cannot be read: {why}. It is as it was.", path=path, why=reason(error)
        ) from error


def searchable(path: Path) -> bytes:
    """What a file holds, to look for somebody in it; nothing if it is not there or its seal does not open."""
    try:
        return bytes_of(path) or b""
    except Spoiled:
        return b""


def read_tables(path: Path) -> Tables | None:
    """The tables in the file, None if there is no file. Raises Damaged, Unreadable."""
    try:
        data = bytes_of(path)
    except Spoiled as error:
        raise Damaged("{path} is damaged: {why}.", path=path, why=reason(error)) from error
    if data is None:
        return None
    try:
        tables = msgspec.json.decode(data, type=dict[str, dict[str, dict[str, Any]]])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise damaged(path, data, error) from error
    return tables


def set_aside(path: Path) -> Path:
    """Rename a damaged file out of the way and say where it went."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    os.replace(path, aside)
    return aside


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """What the system says against a write, as a Refusal."""
    try:
        yield
    except NotProven as error:
        raise Refusal(
            "{path} was written, but the disk did not confirm it: {why}. Save it again.",
            path=path,
            why=reason(error),
        ) from error
    except OSError as error:
        raise Refusal(
            "{path} cannot be written: {why}. It is as it was.", path=path, why=reason(error)
        ) from error


def one_document_a_line(tables: Tables) -> bytes:
    """TinyDB's JSON, laid out so that an editor or a diff shows a log a line."""
    parts = []
    for name, documents in tables.items():
        rows = [
            msgspec.json.encode(number) + b": " + msgspec.json.encode(row)
            for number, row in documents.items()
        ]
        parts.append(msgspec.json.encode(name) + b": {\n" + b",\n".join(rows) + b"\n}")
    return b"{" + b",\n".join(parts) + b"}\n"


class WholeFileStorage(Storage):
    """TinyDB's three-method seam over `read_tables` and `write_whole`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Tables | None:
        tables = read_tables(self._path)
        for table in (tables or {}).values():
            wrong = next((number for number in table if not number.isdecimal()), None)
            if wrong is not None:
                raise Refusal(
                    "{path}: a document is numbered “{number}”; expected a whole number. Mend it; it is as it was.",
                    path=self._path,
                    number=wrong,
                )
        return tables

    def write(self, data: Tables) -> None:
        """Replace the file, keeping the generation before. Raises Refusal; then nothing has changed."""
        encoded = one_document_a_line(data)
        with _writing(self._path):
            self._keep_generation()
            write_whole(self._path, encoded)

    def _keep_generation(self) -> None:
        if not self._path.exists():
            return
        backup = backup_path(self._path)
        temporary = temporary_beside(backup)
        try:
            try:
                os.link(self._path, temporary)
            except OSError:  # a file system without links
                shutil.copy2(self._path, temporary)
            os.replace(temporary, backup)
        finally:  # a rename between two names of one file does nothing, and would leave this one
            with contextlib.suppress(OSError):
                temporary.unlink()


def mend(path: Path) -> str:
    """Read the file; if it is damaged set it aside and put its `.bak` in place. What was done, in sentences.

    Raises Refusal if the system lets neither be done; then nothing has changed.
    """
    backup = backup_path(path)
    try:
        if read_tables(path) is not None:
            return ""
        missing = backup.exists()
        damage = _("{path} is missing, though its backup is there.", path=path)
    except Damaged as error:
        missing, damage = False, of(error)
    else:
        if not missing:
            return ""
    good, told = None, [damage]
    try:
        good = bytes_of(backup) if read_tables(backup) is not None else None
    except Damaged as error:
        told.append(of(error))
    with _writing(path):
        if not missing:
            told.insert(1, _("It was set aside as {name}.", name=set_aside(path).name))
        if good is not None:
            write_whole(path, good)
    told.append(
        _("There is no good backup; new logs start a new file.")
        if good is None
        else _(
            "The logs are read from its backup {name}; the last save before the damage may be missing.",
            name=backup.name,
        )
    )
    return " ".join(told)
