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
from ii_companion.opening import read_whole
from ii_companion.session.events import Event

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver


class Followed:
    """A journal, read as it grows: only what is new is read, and a line only once it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self.header: Header | None = None

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
            self._read_to += len(line)
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if self.header is None:
                    self.header = msgspec.json.decode(line, type=Header)
                else:
                    found.append(msgspec.json.decode(line, type=Event))
        return found

    def began(self) -> float | None:
        """When the session began, in seconds of the machine's clock that never jumps; None if its writer did not say."""
        with contextlib.suppress(OSError, ValueError):
            return float(read_whole(clock_path(self._path), 2**10))
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
