"""Keeping sessions that come from elsewhere: the journals and the logs of one month, all of them or none."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ii_companion.log.header import Header, header_line
from ii_companion.log.journal import journal_path
from ii_companion.log.places import Places, reason
from ii_companion.log.records import BriefLog
from ii_companion.log.shelf import Shelf
from ii_companion.log.whole import write_whole
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal

Session = tuple[BriefLog, Header | None, tuple[Event, ...]]


def take_in(places: Places, shelf: Shelf, sessions: list[Session]) -> None:
    """Keep the sessions. Raises Refusal, and then none of them is there."""
    written: list[Path] = []
    try:
        for log, header, events in sessions:
            if header is not None:
                written.append(_write_journal(journal_path(places.journals, log.id), header, events))
        shelf.save_all([log for log, _, _ in sessions])
    except (Refusal, OSError) as problem:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(problem, OSError):
            raise Refusal("{path}: {why}.", path=places.journals, why=reason(problem)) from problem
        raise


def _write_journal(path: Path, header: Header, events: tuple[Event, ...]) -> Path:
    lines = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
    write_whole(path, header_line(header) + lines, sync=False)
    return path
