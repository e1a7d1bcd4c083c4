"""From a journal to a brief log: what the events say by themselves, before a person adds words."""

from __future__ import annotations

from ii_companion.log.header import Header
from ii_companion.log.journal import Journal, Written, is_live, journal_path, read_journal
from ii_companion.log.places import Places, removed
from ii_companion.log.records import BriefLog, EndReason, PromptShown
from ii_companion.log.shelf import Shelf
from ii_companion.session import measures
from ii_companion.session.events import Event, IllegalEvent, Kind, Phase, Session, apply, fold
from ii_companion.session.refusal import Refusal
from ii_companion.session.tally import between
from ii_companion.words import of


def brief_log(
    header: Header, events: tuple[Event, ...] | list[Event], end_reason: EndReason | None = None
) -> BriefLog:
    """The brief log that the events alone give. Without a reason, the one the events suggest."""
    session = fold(events)
    effective = session.events()
    taken = measures.report(measures.tally_of(session, header.card.wait_s), session.t)
    return BriefLog(
        id=header.id,
        learner=header.learner,
        practitioner=header.practitioner,
        mentor=header.mentor,
        stage=header.stage,
        mode=header.mode,
        probe=header.probe,
        place=header.place,
        started_at=header.started_at,
        duration_s=session.t,
        paused_s=between(taken.exposure_s, session.t),
        end_reason=end_reason or suggested_reason(session),
        assent_at_start=header.assent_at_start,
        measures=taken,
        prompts=tuple(shown(event) for event in effective if event.kind is Kind.PROMPT),
        hushed_s=_hushed(effective, session.t),
        journal=f"{header.id}.jsonl",
    )


def suggested_reason(session: Session) -> EndReason:
    """The reason a person will most likely give: the learner's, if a clear sign was keyed."""
    return EndReason.LEARNER_HAD_ENOUGH if session.stopped else EndReason.PRACTITIONER_ENDED


def shown(event: Event) -> PromptShown:
    """A prompt event as the brief log keeps it; its detail is the id and the trigger."""
    prompt_id, _, trigger = event.detail.partition(" ")
    return PromptShown(event.t, prompt_id, trigger)


def _hushed(events: list[Event], end: float) -> float:
    total, since = 0.0, None
    for event in events:
        if event.kind is Kind.HUSHED:
            since = event.t
        elif event.kind is Kind.UNHUSHED and since is not None:
            total, since = total + between(since, event.t), None
    return total + (between(since, end) if since is not None else 0.0)


class Unfinished:
    """A session whose brief log was never written: the program or the machine stopped."""

    def __init__(self, places: Places, written: Written) -> None:
        self.places = places
        self.written = written
        self.header = written.header
        self.session = longest_good(written.events)

    def keep(self, end_reason: EndReason | None = None) -> BriefLog:
        """End the journal where its last event was, and save what the events say. The log is returned."""
        log = self.finished_log(end_reason)
        Shelf(self.places).save(log)
        return log

    def finished_log(self, end_reason: EndReason | None = None) -> BriefLog:
        """End the journal where its last event was and give its brief log, not yet saved."""
        events = list(self.written.events[: self.session.n])
        whole = self.session.n == len(self.written.events)
        if whole and self.session.phase is not Phase.ENDED:
            ended = Event(self.session.n + 1, self.session.t, Kind.ENDED)
            journal = Journal.reopen(
                journal_path(self.places.journals, self.header.id), self.written.good_size
            )
            journal.append(ended)
            journal.close()
            events.append(ended)
            self.session = fold(events)
        return brief_log(self.header, events, end_reason or EndReason.INTERRUPTED)

    def discard(self) -> None:
        """Remove the journal: the session was never meant to be kept."""
        removed(journal_path(self.places.journals, self.header.id))


def unfinished(places: Places) -> tuple[list[Unfinished], list[str]]:
    """Journals without a brief log that no window is writing, newest first; and a sentence for each unreadable."""
    try:
        names = sorted((p for p in places.journals.iterdir() if p.suffix == ".jsonl"), reverse=True)
    except OSError:
        return [], []
    if not names:
        return [], []
    kept = Shelf(places).ids()
    found: list[Unfinished] = []
    complaints: list[str] = []
    for path in names:
        if path.stem in kept or is_live(path):
            continue
        try:
            found.append(Unfinished(places, read_journal(path)))
        except Refusal as refusal:
            complaints.append(of(refusal))
    return found, complaints


def longest_good(events: tuple[Event, ...]) -> Session:
    """The session up to the first event that cannot follow, should a journal have been tampered with."""
    session = Session()
    for event in events:
        try:
            session = apply(session, event)
        except IllegalEvent:
            break
    return session
