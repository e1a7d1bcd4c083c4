"""Keeping sessions that come from elsewhere: the journals and the logs of one month, all of them or none."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from ii_companion.log import intents, whole
from ii_companion.log.ended import encoded, ended
from ii_companion.log.header import Header
from ii_companion.log.intents import Act, Intent
from ii_companion.log.journal import journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.live import is_live
from ii_companion.log.places import Places, make_folder, reason, sync_folder
from ii_companion.log.records import BriefLog
from ii_companion.log.sealing import write_whole
from ii_companion.log.shelf import Shelf
from ii_companion.opening import read_whole
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal

Session = tuple[BriefLog, Header | None, tuple[Event, ...]]


def take_in(places: Places, shelf: Shelf, sessions: list[Session]) -> None:
    """Keep the sessions, on disk before this returns. Raises Refusal, and then all is as it was.

    One that is there already is replaced, and its log put by among the earlier ones.
    """
    logs = [
        msgspec.structs.replace(log, journal_digest=ended(header, events))
        if header is not None and log.journal_digest is None
        else log
        for log, header, events in sessions
    ]
    if not any(header is not None for _, header, _ in sessions):
        shelf.save_all(logs, keep_earlier=True)
        return
    ids = tuple(log.id for log, header, _ in sessions if header is not None)
    before: dict[Path, bytes | None] = {}
    with intents.intended(places, Intent(Act.TAKE_IN, sessions=ids)):
        try:
            for log, header, events in sessions:
                if header is not None:
                    path = journal_path(places.journals, log.id)
                    before[path] = read_whole(path) if path.exists() else None
                    write_whole(path, encoded(header, events), folder=False)
            sync_folder(places.journals)
            shelf.save_all(logs, keep_earlier=True)
        except (Refusal, OSError) as problem:
            for path, data in before.items():
                with contextlib.suppress(OSError):
                    if data is None:
                        path.unlink(missing_ok=True)
                    else:
                        whole.write_whole(path, data)  # as it lay there
            for left in intents.waiting(places):
                if left[1].sessions == ids:
                    intents.forget(left[0])
            if isinstance(problem, OSError):
                raise Refusal("{path}: {why}.", path=places.journals, why=reason(problem)) from problem
            raise


def mend_journal(places: Places, header: Header, events: tuple[Event, ...]) -> bool:
    """Write a journal that is missing or is only the beginning of these events; see `Store.mend_journal`."""
    path = journal_path(places.journals, header.id)
    if is_live(path) or (path.exists() and not _is_beginning(path, header, events)):
        return False
    if header.id not in Shelf(places).ids():  # an unfinished session of ours is nobody's to change
        return False
    make_folder(places.journals)
    try:
        write_whole(path, encoded(header, events))
    except OSError as error:
        raise Refusal("{path}: {why}.", path=path, why=reason(error)) from error
    return True


def _is_beginning(path: Path, header: Header, events: tuple[Event, ...]) -> bool:
    """Whether the journal lacks some of the events and has no others; empty or zeroed ones are what a power cut leaves."""
    try:
        written = read_journal(path)
    except Refusal:
        with contextlib.suppress(OSError):
            return path.stat().st_size <= len(encoded(header, events)) and not read_whole(path).strip(b"\0")
        return False
    return len(written.events) < len(events) and written.events == events[: len(written.events)]
