"""Sessions that never ended: found, ended where their last event was, or discarded."""

from __future__ import annotations

import contextlib

import msgspec

from ii_companion.log import drafts, films
from ii_companion.log.beside import beside, is_journal
from ii_companion.log.closing import brief_log
from ii_companion.log.ended import ended_of
from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.journal_reader import read_journal, read_with_size
from ii_companion.log.live import is_live
from ii_companion.log.places import Places, removed, sync_folder
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.log.sealing import read
from ii_companion.log.shelf import Shelf
from ii_companion.log.store import Unfinished
from ii_companion.session.events import Event, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.notes import parts
from ii_companion.session.refusal import Refusal
from ii_companion.words import of


def unfinished(places: Places, kept: set[str]) -> tuple[list[Unfinished], list[str]]:
    """Journals whose ids are not `kept` and that no window is writing, newest first; a sentence for each unreadable."""
    try:
        names = sorted((p for p in places.journals.iterdir() if is_journal(p)), reverse=True)
    except OSError:
        return [], []
    found: list[Unfinished] = []
    complaints: list[str] = []
    for path in names:
        if path.stem in kept or is_live(path):
            continue
        try:
            found.append(Unfinished(read_journal(path)))
        except Refusal as refusal:
            complaints.append(of(refusal))
    return found, complaints


def discard(places: Places, shelf: Shelf, session_id: str) -> None:
    """Remove the journal of a session that was not kept, so that it stays removed. Raises Refusal if it was kept meanwhile."""
    path = journal_path(places.journals, session_id)

    def remove() -> None:
        for one in (path, *beside(path)):
            removed(one)
        with contextlib.suppress(OSError):
            sync_folder(path.parent)
        drafts.drop(places, f"note-{session_id}")
        films.drop(places, session_id)

    try:
        header = read_journal(path).header
    except Refusal:  # nothing tells its month; there is no log of what has no readable header
        remove()
    else:
        shelf.absent(header.id, header.started_at, remove)


def finish(places: Places, one: Unfinished, end_reason: EndReason | None) -> BriefLog:
    """End its journal where its last event was and give its brief log, not yet saved."""
    session = one.session
    events = list(one.written.events[: session.n])
    if session.n == len(one.written.events) and session.phase is not Phase.ENDED:
        note = f"note-{one.header.id}"
        typed = drafts.load(drafts.path_of(places, note))  # words that were being typed when it stopped
        more = [
            Event(session.n + n, session.t, Kind.NOTE, part)
            for n, part in enumerate(parts(typed.texts.get("note", "")) if typed else (), 1)
        ]
        more.append(Event(session.n + len(more) + 1, session.t, Kind.ENDED))
        path = journal_path(places.journals, one.header.id)
        journal = Journal.reopen(path, read_with_size(path).good_size)
        for event in more:
            journal.append(event)
        if not journal.close():
            raise Refusal("{path} cannot be written: {why}.", path=path, why=journal.trouble)
        drafts.drop(places, note)
        events += more
    log = brief_log(one.header, events, end_reason or EndReason.INTERRUPTED)
    data = read(journal_path(places.journals, one.header.id))  # as it lies there, damaged lines and all
    return msgspec.structs.replace(log, journal_digest=ended_of(data))
