"""A store in memory: what `Store` promises, without a file. It shows that nothing above the seam needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

import msgspec

from ii_companion.log import activity
from ii_companion.log.activity import Did
from ii_companion.log.checklist import Checklist
from ii_companion.log.closing import brief_log
from ii_companion.log.dates import Dates
from ii_companion.log.documents import Entry, newest_first
from ii_companion.log.draft import Draft
from ii_companion.log.header import Header
from ii_companion.log.noise import Noise
from ii_companion.log.plan import Plan
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.log.shelf import gone
from ii_companion.log.store import (
    Change,
    Doomed,
    Edit,
    FilmLink,
    Unfinished,
    Verified,
    Watched,
    Written,
)
from ii_companion.session.along import in_film_order
from ii_companion.session.card import Card
from ii_companion.session.events import Event, Phase
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal


class MemoryJournal:
    """A journal that is a list."""

    trouble = ""
    waiting = 0

    def __init__(self, store: MemoryStore, header: Header, began: float | None) -> None:
        self.store, self.header, self.began_at = store, header, began
        self.events: list[Event] = []
        self.open = True

    def append(self, event: Event) -> bool:
        self.events.append(event)
        self.store.tell_watchers()
        return True

    def retry(self) -> bool:
        return True

    def close(self) -> bool:
        self.open = False
        self.store.tell_watchers()
        return True


class MemoryFollowing:
    def __init__(self, journal: MemoryJournal) -> None:
        self._journal, self._read = journal, 0
        self.header: Header | None = None

    def read(self) -> list[Event]:
        self.header = self._journal.header
        new = self._journal.events[self._read :]
        self._read += len(new)
        return new

    def began(self) -> float | None:
        return self._journal.began_at


class MemoryWatch:
    def __init__(self, store: MemoryStore, changed: Callable[[], None]) -> None:
        self._store, self._changed = store, changed
        store.watchers.append(changed)

    def close(self) -> None:
        self._store.watchers.remove(self._changed)


class MemoryStore:
    """Everything in dictionaries."""

    where = "memory"
    joined = False
    sealed = under_passphrase = False
    unsealed = 0

    def unlock(self, passphrase: str) -> None:
        raise Refusal("It is not sealed.")

    def __init__(self, tell: Callable[[str], None] = lambda _: None) -> None:
        self._tell = tell
        self._logs: dict[str, BriefLog] = {}
        self._earlier: dict[str, list[BriefLog]] = {}
        self._lists: dict[str, Checklist] = {}
        self._journals: dict[str, MemoryJournal] = {}
        self._cards: dict[str, Card] = {}
        self._dates: dict[str, Dates] = {}
        self._drafts: dict[str, Draft] = {}
        self._films: dict[str, FilmLink] = {}
        self._plan = Plan()
        self._noise: Noise | None = None
        self._done: list[activity.Line] = []
        self._who = ""
        self._parts: dict[str, MemoryStore] = {}
        self._watched: dict[str, list[Watched]] = {}
        self._clocks: dict[str, float] = {}
        self.watchers: list[Callable[[], None]] = []

    def tell_watchers(self) -> None:
        for changed in list(self.watchers):
            changed()

    @property
    def practice(self) -> MemoryStore:
        return self._parts.setdefault("practice", MemoryStore())

    @property
    def codings(self) -> MemoryStore:
        return self._parts.setdefault("codings", MemoryStore())

    def telling(self, tell: Callable[[str], None]) -> MemoryStore:
        self._tell = tell
        return self

    def within(self, seconds: float) -> MemoryStore:
        return self

    def ready(self) -> None:
        pass

    def proved(self) -> list[str]:
        return []

    def save(self, log: BriefLog, *, keep_earlier: bool = False, over: BriefLog | None = None) -> None:
        there = self._logs.get(log.id)
        if over is not None and there is None:
            raise gone(log.id)
        if there is not None and (keep_earlier or there not in (over, log)):
            self._earlier.setdefault(log.id, []).append(there)
        self._logs[log.id] = log
        if keep_earlier:
            self.did(Did.EDITED, [log.id])

    def get(self, session_id: str) -> BriefLog | None:
        return self._logs.get(session_id)

    def earlier(self, session_id: str) -> list[BriefLog]:
        return list(self._earlier.get(session_id, []))

    def edits(self, session_id: str) -> list[Edit]:
        return [Edit(one) for one in self.earlier(session_id)]

    def logs(self) -> list[BriefLog]:
        return newest_first(list(self._logs.values()))

    def entries(self) -> list[Entry]:
        return [Entry.of(log) for log in self.logs()]

    def newest(self, n: int) -> list[BriefLog]:
        return self.logs()[:n]

    def ids(self) -> set[str]:
        return set(self._logs)

    def whose(self, session_id: str) -> str:
        return ""

    def beside(self, session_id: str) -> list[str]:
        return []

    def beside_card(self, learner: str) -> list[str]:
        return []

    def hold(self) -> None:
        return None

    def school_line(self, now: datetime) -> str:
        return ""

    def json(self) -> bytes:
        return msgspec.json.encode(self.logs())

    def checklist(self, session_id: str) -> Checklist | None:
        return self._lists.get(session_id)

    def save_checklist(self, log: BriefLog, checklist: Checklist, over: Checklist | None = None) -> None:
        if log.id not in self._logs:
            raise gone(log.id)
        self._lists[log.id] = checklist
        if over is not None and over != checklist:
            self.did(Did.EDITED, [log.id])

    def draft(self, name: str) -> Draft | None:
        return self._drafts.get(name)

    def drafts(self) -> list[Draft]:
        return list(self._drafts.values())

    def keep_draft(self, draft: Draft) -> None:
        if draft.session and not self.has(draft.session):
            raise gone(draft.session)
        self._drafts[draft.name] = draft

    def drop_draft(self, name: str) -> None:
        self._drafts.pop(name, None)

    def film(self, session_id: str) -> FilmLink | None:
        return self._films.get(session_id)

    def tie_film(self, link: FilmLink) -> None:
        if not self.has(link.session):
            raise gone(link.session)
        self._films[link.session] = link

    def begin(self, header: Header, began: float | None = None) -> MemoryJournal:
        if header.id in self._journals:
            raise Refusal("There is a journal {id} already.", id=header.id)
        self._journals[header.id] = MemoryJournal(self, header, began)
        self.tell_watchers()
        return self._journals[header.id]

    def written(self, session_id: str) -> Written | None:
        journal = self._journals.get(session_id)
        if journal is None:
            return None
        events = in_film_order(journal.events) if journal.header.along_film else tuple(journal.events)
        return Written(journal.header, events)

    def is_live(self, session_id: str) -> bool:
        return session_id in self._journals and self._journals[session_id].open

    def live(self) -> str | None:
        return max((name for name in self._journals if self.is_live(name)), default=None)

    def follow(self, session_id: str) -> MemoryFollowing:
        return MemoryFollowing(self._journals[session_id])

    def watch(self, changed: Callable[[], None]) -> MemoryWatch:
        return MemoryWatch(self, changed)

    def note_watched(self, session_id: str, watched: Watched) -> None:
        if session_id not in self._journals:
            raise Refusal("The session {id} has been removed; who watched it is not kept.", id=session_id)
        self._watched.setdefault(session_id, []).append(watched)

    def watched(self, session_id: str) -> list[Watched]:
        return list(self._watched.get(session_id, []))

    def note_clocks(self, session_id: str, within_s: float) -> None:
        self._clocks[session_id] = within_s

    def clocks(self, session_id: str) -> float | None:
        return self._clocks.get(session_id)

    def unfinished(self) -> tuple[list[Unfinished], list[str]]:
        names = sorted(
            (n for n in self._journals if n not in self._logs and not self.is_live(n)), reverse=True
        )
        return [
            Unfinished(Written(self._journals[n].header, tuple(self._journals[n].events))) for n in names
        ], []

    def finish(self, unfinished: Unfinished, end_reason: EndReason | None = None) -> BriefLog:
        journal, session = self._journals[unfinished.header.id], unfinished.session
        if session.phase is not Phase.ENDED:
            journal.events.append(Event(session.n + 1, session.t, Kind.ENDED))
        return brief_log(journal.header, journal.events, end_reason or EndReason.INTERRUPTED)

    def discard(self, session_id: str) -> None:
        self._journals.pop(session_id, None)
        self._films.pop(session_id, None)
        self._watched.pop(session_id, None)
        self.did(Did.DELETED, [session_id])

    def has(self, session_id: str) -> bool:
        return session_id in self.known()

    def known(self) -> set[str]:
        return set(self._logs) | set(self._journals)

    def mend_journal(self, header: Header, events: tuple[Event, ...]) -> bool:
        there = self._journals.get(header.id)
        if header.id not in self._logs or (
            there is not None and there.events != list(events)[: len(there.events)]
        ):
            return False
        if there is not None and len(there.events) == len(events):
            return False
        self._journals[header.id] = MemoryJournal(self, header, None)
        self._journals[header.id].events, self._journals[header.id].open = list(events), False
        return True

    def take_in(self, sessions: Iterable[tuple[BriefLog, Header | None, tuple[Event, ...]]]) -> None:
        ids = []
        for log, header, events in sessions:
            ids.append(log.id)
            self._logs[log.id] = log
            if header is not None:
                journal = MemoryJournal(self, header, None)
                journal.events, journal.open = list(events), False
                self._journals[log.id] = journal
        self.did(Did.IMPORTED, ids)

    def card(self, learner: str) -> Card:
        return self._cards.get(learner, Card(learner))

    def has_card(self, learner: str) -> bool:
        return learner in self._cards

    def save_card(self, card: Card, over: Card | None = None) -> None:
        self._cards[card.code] = card
        self.did(Did.EDITED, learner=card.code)

    def learners(self) -> list[str]:
        return sorted(self._cards)

    def dates(self) -> dict[str, Dates]:
        return dict(self._dates)

    def note_date(
        self, practitioner: str, *, induction: date | None = None, refresher: date | None = None
    ) -> None:
        known = self._dates.get(practitioner, Dates())
        refreshers = tuple(sorted({*known.refreshers, *([refresher] if refresher else [])}))
        self._dates[practitioner] = Dates(induction or known.induction, refreshers)

    def last_plan(self) -> Plan:
        return self._plan

    def remember_plan(self, plan: Plan) -> None:
        self._plan = msgspec.structs.replace(plan, chosen=(), probe=False)

    def noise(self) -> Noise | None:
        return self._noise

    def remember_noise(self, times: int, at: datetime) -> None:
        self._noise = Noise(times, at)

    def by(self, who: str) -> MemoryStore:
        self._who = who
        return self

    def did(self, act: Did, sessions: Iterable[str] = (), *, learner: str = "", n: int = 0) -> None:
        who = self._who or self._plan.practitioner
        self._done.append(activity.Line(activity.now(), act, who, learner, tuple(sessions), n))

    def activity(self) -> list[activity.Line]:
        return list(self._done)

    def verify(self, newest: int | None = None) -> Verified:
        return Verified(logs=len(self._logs))

    def verify_session(self, session_id: str) -> list[Change]:
        return []

    def put_back(self, session_id: str) -> None:
        raise Refusal("There is no copy of {id} as it was saved.", id=session_id)

    def older_than(self, months: int, now: datetime) -> Doomed:
        total = now.year * 12 + now.month - 1 - months
        limit = f"{total // 12:04d}-{total % 12 + 1:02d}-{now.day:02d}"
        return self._doomed(
            {name for name, when in self._began().items() if when < limit and not self.is_live(name)}
        )

    def about(self, learner: str) -> Doomed:
        theirs = {log.id for log in self._logs.values() if log.learner == learner}
        return self._doomed(theirs | {n for n, j in self._journals.items() if j.header.learner == learner})

    def of_session(self, session_id: str) -> Doomed:
        return self._doomed({session_id})

    def _began(self) -> dict[str, str]:
        began = {name: f"{journal.header.started_at:%Y-%m-%d}" for name, journal in self._journals.items()}
        return began | {log.id: f"{log.started_at:%Y-%m-%d}" for log in self._logs.values()}

    def _doomed(self, ids: set[str]) -> Doomed:
        entries = tuple(entry for entry in self.entries() if entry.id in ids)
        codings = [n for n in self.codings._journals if n.partition("-coded-")[0] in ids]
        return Doomed(entries, (*(n for n in self._journals if n in ids), *codings))

    def remove(self, doomed: Doomed) -> None:
        ids = {entry.id for entry in doomed.sessions} | set(doomed.journals)
        self._drafts = {name: one for name, one in self._drafts.items() if one.session not in ids}
        for name in ids:
            codings = self.codings
            for kept in (
                self._logs, self._earlier, self._lists, self._journals, self._films, self._watched,
                codings._journals, codings._films, codings._clocks,
            ):  # fmt: skip
                kept.pop(name, None)
        self.did(Did.DELETED, sorted(ids))

    def erase(self, learner: str) -> None:
        parts = (self, self.practice, self.codings)
        if any(self_.is_live(name) for self_ in parts for name in self_.about(learner).journals):
            raise Refusal(
                "A session with {learner} is running. End it first; nothing was erased.", learner=learner
            )
        mark = activity.salted(learner)
        for part in parts:
            part.remove(part.about(learner))
            part._done = [
                msgspec.structs.replace(
                    line, learner="", sessions=(), n=line.n + len(line.sessions), hashes=(*line.hashes, mark)
                )
                if activity.about_learner([line], learner)
                else line
                for line in part._done
            ]
        self._done.append(activity.Line(activity.now(), Did.ERASED, self._who, hashes=(mark,)))
        self._cards.pop(learner, None)
        self._plan = Plan()
