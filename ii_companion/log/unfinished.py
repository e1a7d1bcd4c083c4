"""Sessions that never ended: found, ended where their last event was, or discarded."""

from __future__ import annotations

from ii_companion.log.closing import brief_log
from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.journal_reader import read_journal, read_with_size
from ii_companion.log.live import is_live
from ii_companion.log.places import Places
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.log.store import Unfinished
from ii_companion.session.events import Event, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.words import of


def unfinished(places: Places, kept: set[str]) -> tuple[list[Unfinished], list[str]]:
    """Journals whose ids are not `kept` and that no window is writing, newest first; a sentence for each unreadable."""
    try:
        names = sorted((p for p in places.journals.iterdir() if p.suffix == ".jsonl"), reverse=True)
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


def finish(places: Places, waiting: Unfinished, end_reason: EndReason | None) -> BriefLog:
    """End its journal where its last event was and give its brief log, not yet saved."""
    session = waiting.session
    events = list(waiting.written.events[: session.n])
    if session.n == len(waiting.written.events) and session.phase is not Phase.ENDED:
        ended = Event(session.n + 1, session.t, Kind.ENDED)
        path = journal_path(places.journals, waiting.header.id)
        journal = Journal.reopen(path, read_with_size(path).good_size)
        journal.append(ended)
        journal.close()
        events.append(ended)
    return brief_log(waiting.header, events, end_reason or EndReason.INTERRUPTED)
