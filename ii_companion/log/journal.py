"""The journal: one session's events, a line each, written as they happen.

A line is written before the screen acknowledges its key, so a killed process loses nothing that was painted; a
thread puts lines on disk within `FLUSH_S`, so a power cut loses at most that. When a write fails (a full disk)
the lines wait in memory and are tried again; a half-written line is cut off first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.header import JOURNAL_VERSION, Header
from ii_companion.log.places import FILE_MODE, reason, sync_folder
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.words import _

if TYPE_CHECKING:
    from filelock import BaseFileLock

FLUSH_S = 0.1
"""How long lines are gathered before they are put on disk together; the promise is 0.2 s."""
LOCK_AFTER_S = 0.3
"""The lock waits until the first screen is painted: filelock takes 30 ms to import."""
_encode = msgspec.json.Encoder().encode


def journal_path(folder: Path, session_id: str) -> Path:
    return folder / f"{session_id}.jsonl"


def lock_path(path: Path) -> Path:
    """The file whose lock says that a window is writing this journal now."""
    return path.with_suffix(".lock")


class Journal:
    """An open journal. `append` and `retry` belong to one thread; the flusher is its own."""

    def __init__(self, path: Path, size: int, handle: int) -> None:
        self.path = path
        self.waiting: list[bytes] = []
        """Lines that could not be written yet."""
        self.trouble = ""
        """Why they could not, in the system's words."""
        self._handle = handle
        self._good_size = size
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._lock: BaseFileLock | None = None
        self._flusher = threading.Thread(target=self._keep_flushed, name="journal", daemon=True)
        self._flusher.start()

    @classmethod
    def begin(cls, folder: Path, header: Header) -> Journal:
        """Start a new journal in the folder. Raises Refusal if it cannot be written."""
        path = journal_path(folder, header.id)
        line = _encode(header) + b"\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        handle = -1
        try:
            handle = os.open(path, flags, FILE_MODE)
            _write_all(handle, line)
        except OSError as error:
            if handle >= 0:
                os.close(handle)
                with contextlib.suppress(OSError):
                    path.unlink()
            raise Refusal(
                "The session's journal {path} cannot be written: {why}. Nothing could be kept, so "
                "the session does not start.",
                path=path,
                why=reason(error),
            ) from error
        journal = cls(path, len(line), handle)
        journal._dirty.set()
        return journal

    @classmethod
    def reopen(cls, path: Path, good_size: int) -> Journal:
        """Go on with a journal whose first `good_size` bytes are whole lines; a torn end is cut.

        More than a torn line is never cut before the whole file was put by beside it, as `.damaged-…`.
        """
        if b"\n" in path.read_bytes()[good_size:]:
            shutil.copy2(path, path.with_name(f"{path.name}.damaged-{time.time_ns()}"))
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        os.ftruncate(handle, good_size)
        return cls(path, good_size, handle)

    def append(self, event: Event) -> bool:
        """Write one event; False if it waits in memory because the disk would not take it."""
        line = _encode(event) + b"\n"
        if not self.waiting:  # the common way, as short as can be
            try:
                if os.write(self._handle, line) == len(line):
                    self._good_size += len(line)
                    if not self._dirty.is_set():
                        self._dirty.set()
                    return True
            except OSError:
                pass
            self._cut()  # whatever part of it was written; `retry` writes it whole, or says why not
        self.waiting.append(line)
        return self.retry()

    def retry(self) -> bool:
        """Try to write what waits. True if nothing waits any more."""
        if not self.waiting:
            return True
        lines = b"".join(self.waiting)
        try:
            _write_all(self._handle, lines)
        except OSError as error:
            self.trouble = reason(error)
            self._cut()
            return False
        self._good_size += len(lines)
        self.waiting.clear()
        self.trouble = ""
        self._dirty.set()
        return True

    def _cut(self) -> None:
        """Leave no part of a line in the file."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, self._good_size)

    def close(self) -> None:
        """Put everything on disk and let go of the file."""
        self.retry()
        self._closing.set()
        self._dirty.set()
        self._flusher.join()
        os.close(self._handle)
        if self._lock is not None:
            self._lock.release()
            with contextlib.suppress(OSError):
                lock_path(self.path).unlink()

    def _keep_flushed(self) -> None:
        """Put lines on disk soon after they are written, and take the lock once the first screen is painted."""
        lock_at: float | None = time.monotonic() + LOCK_AFTER_S
        with contextlib.suppress(OSError):
            sync_folder(self.path.parent)
        while True:
            dirty = self._dirty.wait(None if lock_at is None else max(0.0, lock_at - time.monotonic()))
            if dirty:
                self._closing.wait(FLUSH_S)
                self._dirty.clear()
                with contextlib.suppress(OSError):
                    os.fsync(self._handle)
                if self._closing.is_set():  # asked after clearing: `close` sets this first, and then wakes us
                    return
            if lock_at is not None and time.monotonic() >= lock_at:
                lock_at = None
                self._take_lock()

    def _take_lock(self) -> None:
        """Show other windows that this session is alive. In the flusher: filelock takes 30 ms to import."""
        from filelock import FileLock

        lock = FileLock(lock_path(self.path), timeout=1, thread_local=False, mode=FILE_MODE)
        with contextlib.suppress(OSError):
            lock.acquire()
            self._lock = lock


class Written(msgspec.Struct, frozen=True):
    """What a journal file holds. `good_size`: bytes of its whole lines; `torn`: whether more follow them."""

    header: Header
    events: tuple[Event, ...]
    good_size: int
    torn: bool
    damaged_line: int = 0
    """The whole line that cannot be read, from 1; 0 where at most the last was cut off."""

    @property
    def complaint(self) -> str:
        """What is wrong in the middle of it, as a sentence; nothing where only the end was cut off."""
        if not self.damaged_line:
            return ""
        return _(
            "Line {line} of the journal of {id} cannot be read; what comes after it is left out.",
            line=self.damaged_line,
            id=self.header.id,
        )


_header = msgspec.json.Decoder(Header)
_event = msgspec.json.Decoder(Event)


def read_journal(path: Path) -> Written:
    """Read a journal. A torn or damaged end is left out; Refusal if not even the header can be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    end = data.find(b"\n") + 1
    try:
        header = _header.decode(data[: end or None])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _refuse_newer(path, data[:end])
        raise Refusal(
            "{path}, line 1: not the header of a journal: {why}.", path=path, why=said_by(error)
        ) from error
    if header.version > JOURNAL_VERSION:
        raise _newer(path, header.version)
    if not end:
        raise Refusal(
            "{path}, line 1: the header was cut off while it was written; nothing had been keyed yet.",
            path=path,
        )
    events: list[Event] = []
    while (stop := data.find(b"\n", end)) >= 0:
        try:
            event = _event.decode(data[end:stop])
        except (msgspec.DecodeError, UnicodeDecodeError):
            break
        events.append(event)
        end = stop + 1
    damaged = len(events) + 2 if b"\n" in data[end:] else 0  # a torn line has no end
    return Written(header, tuple(events), end, end < len(data), damaged)


def _refuse_newer(path: Path, line: bytes) -> None:
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        version = msgspec.json.decode(line, type=_Version).version
        if version > JOURNAL_VERSION:
            raise _newer(path, version)


class _Version(msgspec.Struct):
    version: int = 0


def _newer(path: Path, version: int) -> Refusal:
    return Refusal(
        "{path}: written by a newer version of ii-companion (journal version {version}; this one reads {known}). "
        "It is left as it is; update to read it.",
        path=path,
        version=version,
        known=JOURNAL_VERSION,
    )


def is_live(path: Path) -> bool:
    """Whether a window on this machine is writing the journal now."""
    lock = lock_path(path)
    if not lock.exists():
        return False
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock, timeout=0):
            pass
    except (Timeout, OSError):
        return True
    return False


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
