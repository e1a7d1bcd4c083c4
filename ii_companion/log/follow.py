"""Following a journal that another window writes, and being told when one has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.header import Header
from ii_companion.log.journal import clock_path
from ii_companion.log.places import make_folder
from ii_companion.log.seal import top_and_name
from ii_companion.log.sealed_journal import Chain
from ii_companion.log.sealing import is_sealed, open_key, read
from ii_companion.session.events import Event

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver


class Followed:
    """A journal, read as it grows: only what is new is read, and a line only once it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self.header: Header | None = None
        self._chain: Chain | None = None
        self._broken = False
        """Whether a sealed line did not open: nothing after it can be trusted."""

    def read(self) -> list[Event]:
        """The events that were written since last time. Lines that cannot be read are passed over."""
        try:
            if self._path.stat().st_size == self._read_to:
                return []
            with self._path.open("rb") as file:
                file.seek(self._read_to)
                data = file.read()
        except OSError:
            return []
        found: list[Event] = []
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            if self._broken:
                break
            self._read_to += len(line)
            line = self._plain(line)  # noqa: PLW2901 - the same line, opened
            if not line:
                continue
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if self.header is None:
                    self.header = msgspec.json.decode(line, type=Header)
                else:
                    found.append(msgspec.json.decode(line, type=Event))
        return found

    def _plain(self, line: bytes) -> bytes:
        """What a line says; nothing for the line with a sealed journal's key, or for one that does not open."""
        if self._chain is not None:
            said = self._chain.open(line[:-1])
            self._broken = said is None
            return said or b""
        if self.header is not None or not is_sealed(line):
            return line
        try:
            self._chain = Chain(open_key(self._path, line), top_and_name(self._path)[1])
        except OSError:
            self._broken = True
        return b""

    def began(self) -> float | None:
        """When the session began, in seconds of the machine's clock that never jumps; None if its writer did not say."""
        with contextlib.suppress(OSError, ValueError):
            return float(read(clock_path(self._path), 2**12))
        return None


class FolderWatch:
    """Tells of changes in a folder of journals. The operating system wakes it; nothing polls."""

    def __init__(self, folder: Path, changed: Callable[[], None]) -> None:
        from watchdog.events import (  # 30 ms, and only for who follows
            FileCreatedEvent,
            FileDeletedEvent,
            FileModifiedEvent,
            FileSystemEvent,
            FileSystemEventHandler,
        )
        from watchdog.observers import Observer

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if str(event.src_path).endswith(".jsonl"):  # looking whether a lock is held touches the lock
                    changed()

        make_folder(folder)
        self._observer: BaseObserver = Observer()
        self._observer.schedule(
            Handler(), str(folder), event_filter=[FileCreatedEvent, FileDeletedEvent, FileModifiedEvent]
        )
        self._observer.start()

    def close(self) -> None:
        self._observer.stop()
        self._observer.join()
