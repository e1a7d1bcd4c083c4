"""Following a journal that another window writes."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import msgspec

from ii_companion.log.header import Header
from ii_companion.log.journal import is_live
from ii_companion.session.events import Event


class Followed:
    """A journal, read as it grows. `events`: those read so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: Header | None = None
        self.events: list[Event] = []
        self._read_to = 0

    def read(self) -> bool:
        """Take in what was written since last time. True if anything was."""
        try:
            if self.path.stat().st_size == self._read_to:
                return False
            with self.path.open("rb") as file:
                file.seek(self._read_to)
                data = file.read()
        except OSError:
            return False
        new = False
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            self._read_to += len(line)
            new = True
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                if self.header is None:
                    self.header = msgspec.json.decode(line, type=Header)
                else:
                    self.events.append(msgspec.json.decode(line, type=Event))
        return new

    def now(self, utc: datetime) -> float:
        """About how many seconds into the session it is; never before its last event."""
        if self.header is None:
            return 0.0
        return max((utc - self.header.started_at).total_seconds(), self.events[-1].t if self.events else 0.0)


def newest_live(journals: Path) -> Path | None:
    """The journal of the newest session that is being written on this machine."""
    try:
        locks = sorted(journals.glob("*.lock"), reverse=True)
    except OSError:
        return None
    paths = (lock.with_suffix(".jsonl") for lock in locks)
    return next((path for path in paths if path.exists() and is_live(path)), None)
