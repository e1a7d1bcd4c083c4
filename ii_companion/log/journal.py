"""The journal: one session's events, a line each, written as they happen.

A line is written before the screen acknowledges its key, so a killed process loses nothing that was painted; a
thread puts lines on disk within `FLUSH_S`, so a power cut loses at most that. When a write fails (a full disk)
the lines wait in memory and are tried again; a half-written line is cut off first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.header import Header, header_line
from ii_companion.log.places import FILE_MODE, lock_now, reason, sync_folder
from ii_companion.log.sealing import chain_for, is_sealed, opened_journal, write_whole
from ii_companion.opening import read_whole
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from ii_companion.log.sealed_journal import Chain

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


def clock_path(path: Path) -> Path:
    """The file that says, while the session runs, when it began on the machine's clock: for who follows it."""
    return path.with_suffix(".clock")


class Journal:
    """An open journal. `append` and `retry` belong to one thread; the flusher is its own."""

    def __init__(
        self,
        path: Path,
        size: int,
        handle: int,
        began: float | None = None,
        lock: _OwnLock | None = None,
        chain: Chain | None = None,
    ) -> None:
        self.path = path
        self._began = began
        self._chain = chain
        """Seals each line, in a sealed folder."""
        self._lines: list[bytes] = []
        """Lines that could not be written yet."""
        self._unwritten = ""
        """Why they could not, in the system's words."""
        self._handle = handle
        self._good_size = size
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._lock: BaseFileLock | _OwnLock | None = lock
        self._unsynced = ""
        """Why what was written may not be on disk, in the system's words."""
        self._flusher = threading.Thread(target=self._keep_flushed, name="journal", daemon=True)
        self._flusher.start()

    @classmethod
    def begin(cls, folder: Path, header: Header, began: float | None = None) -> Journal:
        """Start a new journal in the folder. Raises Refusal if it cannot be written."""
        path = journal_path(folder, header.id)
        line = header_line(header)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        handle, lock = -1, None
        chain, first = chain_for(path)
        if chain is not None:
            line = first + chain.seal(line.rstrip(b"\n"))
        try:
            lock = _OwnLock.take(lock_path(path))  # before the journal is there: nobody ever sees it without
            handle = os.open(path, flags, FILE_MODE)
            _write_all(handle, line)
        except OSError as error:
            if lock is not None:
                lock.release()
                with contextlib.suppress(OSError):
                    lock_path(path).unlink()
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
        journal = cls(path, len(line), handle, began, lock, chain)
        journal._dirty.set()
        return journal

    @classmethod
    def reopen(cls, path: Path, good_size: int) -> Journal:
        """Go on with a journal whose first `good_size` bytes are whole lines; a torn end is cut.

        More than a torn line is never cut before the whole file was put by beside it, as `.damaged-…`.
        """
        data = read_whole(path)
        chain = opened_journal(path, data[:good_size]).chain if is_sealed(data) else None
        if b"\n" in data[good_size:]:
            shutil.copy2(path, path.with_name(f"{path.name}.damaged-{time.time_ns()}"))
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        os.ftruncate(handle, good_size)
        return cls(path, good_size, handle, chain=chain)

    @property
    def trouble(self) -> str:
        """Why lines wait in memory, or may not be on disk; empty when all is well."""
        return self._unwritten or self._unsynced

    @property
    def waiting(self) -> int:
        """How many lines could not be written yet."""
        return len(self._lines)

    def append(self, event: Event) -> bool:
        """Write one event; False if it waits in memory because the disk would not take it."""
        line = _encode(event) + b"\n" if self._chain is None else self._chain.seal(_encode(event))
        if not self._lines:  # the common way, as short as can be
            try:
                if os.write(self._handle, line) == len(line):
                    self._good_size += len(line)
                    if not self._dirty.is_set():
                        self._dirty.set()
                    return True
            except OSError:
                pass
            self._cut()  # whatever part of it was written; `retry` writes it whole, or says why not
        self._lines.append(line)
        return self.retry()

    def retry(self) -> bool:
        """Try to write what waits. True if nothing waits any more."""
        if not self._lines:
            return True
        lines = b"".join(self._lines)
        try:
            _write_all(self._handle, lines)
        except OSError as error:
            self._unwritten = reason(error)
            self._cut()
            return False
        self._good_size += len(lines)
        self._lines.clear()
        self._unwritten = ""
        self._dirty.set()
        return True

    def _cut(self) -> None:
        """Leave no part of a line in the file."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, self._good_size)

    def close(self) -> bool:
        """Put everything on disk and let go of the file. False, and still open, while something waits in memory."""
        if self._closing.is_set():
            return True
        if not self.retry():
            return False
        self._closing.set()
        self._dirty.set()
        self._flusher.join()
        os.close(self._handle)
        if self._lock is not None:
            self._lock.release()
            for beside in (lock_path(self.path), clock_path(self.path)):
                with contextlib.suppress(OSError):
                    beside.unlink()
        return True

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
                self._sync()
                if self._closing.is_set():  # asked after clearing: `close` sets this first, and then wakes us
                    return
            if lock_at is not None and time.monotonic() >= lock_at:
                lock_at = None
                self._take_lock()

    def _sync(self) -> None:
        """Put on disk what is written, and notice if that failed or if somebody has removed the file."""
        try:
            os.fsync(self._handle)
            there = os.name != "posix" or os.fstat(self._handle).st_nlink > 0
        except OSError as error:
            self._unsynced = reason(error)
        else:
            self._unsynced = "" if there else said("somebody has removed the journal of this session")

    def _take_lock(self) -> None:
        """Show other windows that this session is alive. In the flusher: filelock takes 30 ms to import."""
        if self._lock is not None:
            self._tell_clock()
            return
        from filelock import FileLock

        lock = FileLock(lock_path(self.path), timeout=1, thread_local=False, mode=FILE_MODE)
        with contextlib.suppress(OSError):
            lock.acquire()
            self._lock = lock
        self._tell_clock()

    def _tell_clock(self) -> None:
        with contextlib.suppress(OSError):
            if self._began is not None:
                write_whole(clock_path(self.path), f"{self._began:.3f}".encode("ascii"), sync=False)


class _OwnLock:
    """The lock of a running session, the same that filelock takes, without loading it: held from the first moment."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def take(cls, path: Path) -> _OwnLock | None:
        """None on Windows, where the flusher takes it. Raises OSError where the file system has no locks."""
        if sys.platform == "win32":
            return None
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), FILE_MODE)
        try:
            lock_now(handle)
        except OSError:
            os.close(handle)
            raise
        return cls(handle)

    def release(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._handle)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
