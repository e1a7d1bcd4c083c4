"""What is kept, as the rest of the house sees it: sessions, cards, lists and dates, and never a file.

`Store` is opened once and handed to screens and verbs. `local.LocalStore` keeps it in TinyDB month files and journals; the
tests have one in memory and run the same tests on both. A method that cannot do what it says raises Refusal, and then
nothing has changed. Long because everything that can be asked of what is kept stands here, each with what it promises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, Self

import msgspec

from ii_companion.log.header import Header
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.session.card import Card
from ii_companion.session.events import Event, IllegalEvent, Session, apply
from ii_companion.session.refusal import Refusal, Wrong
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.log.activity import Did, Line
    from ii_companion.log.checklist import Checklist
    from ii_companion.log.dates import Dates
    from ii_companion.log.documents import Entry
    from ii_companion.log.draft import Draft
    from ii_companion.log.noise import Noise
    from ii_companion.log.plan import Plan


class Seam(msgspec.Struct, frozen=True):
    """How a sealed journal ends: its sealed lines, the header among them, and the last one's tag in hexadecimal."""

    lines: int
    tag: str


class Written(msgspec.Struct, frozen=True):
    """What a journal holds: its header and the events that can be read, in order."""

    header: Header
    events: tuple[Event, ...]
    damaged_line: int = 0
    """The whole line that cannot be read, from 1; 0 where at most the last was cut off."""
    torn: bool = False
    """Whether something follows the events: a line cut off while it was written, or damage."""

    cut_at: int = 0
    """In a sealed journal, the line from which on nothing can be trusted; 0 where all of it can."""
    ended: Seam | None = None
    """In a sealed journal, how it ends; to be held against what its month keeps."""
    missing: int = 0
    """How many lines were cut off the end of a sealed journal after its session had ended."""

    @property
    def complaint(self) -> str:
        """What is wrong in the middle of it, as a sentence; nothing where only the end was cut off."""
        if self.cut_at:
            return _(
                "Line {line} of the sealed journal of {id} is damaged or was changed; it and all that follow are left out.",
                line=self.cut_at,
                id=self.header.id,
            )
        if self.missing:
            return ngettext(
                "{n} line was cut off the end of the sealed journal of {id} after the session.",
                "{n} lines were cut off the end of the sealed journal of {id} after the session.",
                self.missing,
                id=self.header.id,
            )
        if not self.damaged_line:
            return ""
        return _(
            "Line {line} of the journal of {id} cannot be read; it is left out.",
            line=self.damaged_line,
            id=self.header.id,
        )


class FilmLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which film a session is tied to, and where in it the session begins."""

    session: str
    learner: str
    path: str
    """Where the film lay; absolute."""
    length_s: float
    sha256: str
    """Of the film's first and last MiB, so that a changed film is not taken for it."""
    at_s: float = 0.0
    """The session's 0 s is this time of the film; below 0 if the film began later."""
    version: int = 1

    def __post_init__(self) -> None:
        if not (math.isfinite(self.at_s) and math.isfinite(self.length_s) and self.length_s >= 0):
            raise Wrong("at_s and length_s are numbers of seconds")

    def film_time(self, t: float) -> float:
        """The film's time of a session's time."""
        return round(t + self.at_s, 3)

    def session_time(self, at: float) -> float:
        """The session's time of a film's time."""
        return round(at - self.at_s, 3)


class Watched(msgspec.Struct, frozen=True):
    """Somebody on another device joined a session, left it, or was turned away."""

    t: float
    """Seconds since the session began."""
    who: str
    """A code; empty for a screen, which has none."""
    role: str
    what: str
    """joined, left or turned_away."""


class Unfinished(msgspec.Struct, frozen=True):
    """A session whose brief log was never written: the program or the machine stopped."""

    written: Written

    @property
    def header(self) -> Header:
        return self.written.header

    @property
    def session(self) -> Session:
        """The session up to the first event that cannot follow, should a journal have been tampered with."""
        return longest_good(self.written.events)


class Doomed(msgspec.Struct, frozen=True):
    """What would be removed; nothing has been yet."""

    sessions: tuple[Entry, ...] = ()
    journals: tuple[str, ...] = ()
    """Ids of the journals that go: those of the sessions, of second codings of them, and of sessions without a log."""
    aside: int = 0
    """How many damaged files that were set aside go whole, since they cannot be searched."""
    files: tuple[str, ...] = ()
    """Those files, for the store that named them."""

    def __bool__(self) -> bool:
        return bool(self.sessions or self.journals)


class Edit(msgspec.Struct, frozen=True):
    """One edit of a brief log: the version before it, when, and by whom; None and empty where that was not noted."""

    before: BriefLog
    at: datetime | None = None
    by: str = ""


class Change(msgspec.Struct, frozen=True):
    """Something that changed without ii-companion: a sentence, and what can be done, both for `words.render`."""

    session: str
    """The session it is about; empty where it is about none."""
    what: str
    do: str = ""
    since: datetime | None = None
    """When the copy it differs from was saved."""
    restorable: bool = False
    """Whether `put_back` can put back what was saved."""


class Verified(msgspec.Struct, frozen=True):
    """What was looked at, and what has changed unseen."""

    changes: tuple[Change, ...] = ()
    logs: int = 0
    journals: int = 0
    without: int = 0
    """Logs from before digests were kept, of which nothing can be told."""


class OpenJournal(Protocol):
    """A session's journal while it is written, by one thread."""

    @property
    def trouble(self) -> str:
        """Why events wait in memory, or may not last; empty when all is well."""
        ...

    @property
    def waiting(self) -> int:
        """How many events wait in memory."""
        ...

    def append(self, event: Event) -> bool:
        """Write one event; False if it waits in memory."""
        ...

    def retry(self) -> bool:
        """Try to write what waits. True if nothing waits any more."""
        ...

    def close(self) -> bool:
        """Put everything where it lasts, and let go. False, and still open, while something waits in memory."""
        ...


class Held(Protocol):
    """Something that others wait for, until it is released."""

    def release(self, force: bool = False) -> None: ...


class Following(Protocol):
    """A journal that another process writes, read as it grows."""

    @property
    def header(self) -> Header | None:
        """None until the first line is there."""
        ...

    def read(self) -> list[Event]:
        """What was written since last time, in order."""
        ...

    def began(self) -> float | None:
        """When the session began, in seconds of this machine's clock that never jumps; None if that is not told."""
        ...


class Watch(Protocol):
    """Somebody is told when journals change, until this is closed."""

    def close(self) -> None: ...


class Store(Protocol):
    """One data folder, or its like. Ids are those of sessions; learners and staff are codes."""

    where: str
    """What a person would call the place, for sentences."""
    joined: bool
    """Whether a school's log was joined, so that others' sessions are among these."""

    @property
    def sealed(self) -> bool:
        """Whether it is kept so that nobody reads it without a key."""
        ...

    @property
    def unsealed(self) -> int:
        """How many files are not sealed."""
        ...

    @property
    def under_passphrase(self) -> bool:
        """Whether a passphrase opens it."""
        ...

    def unlock(self, passphrase: str) -> None:
        """Open it with its passphrase, a matter of 2 to 3 s. Refused if that is the wrong one."""
        ...

    @property
    def practice(self) -> Store:
        """The same for practice, kept apart from real sessions."""
        ...

    @property
    def codings(self) -> Store:
        """The same for second codings; their ids begin with their session's."""
        ...

    def telling(self, tell: Callable[[str], None]) -> Self:
        """The same store; what is found damaged on the way is said to `tell`, a sentence each."""
        ...

    def within(self, seconds: float) -> Self:
        """The same store; it refuses rather than wait longer than this for another program."""
        ...

    def ready(self) -> None:
        """Prove that a session could be kept."""
        ...

    def proved(self) -> list[str]:
        """Try all that keeping needs (lock, write, put on disk, rename). A sentence for each thing that is not as it should be."""
        ...

    # Brief logs

    def save(self, log: BriefLog, *, keep_earlier: bool = False, over: BriefLog | None = None) -> None:
        """Keep the log in place of one with the same id; `keep_earlier` keeps that one as an earlier version.

        `over` is the version this one was made from. One that somebody else saved meanwhile is put by and told of;
        one that was removed meanwhile is not brought back: that is refused.
        """
        ...

    def get(self, session_id: str) -> BriefLog | None: ...

    def earlier(self, session_id: str) -> list[BriefLog]:
        """The earlier versions of a log, kept when it was edited, oldest first."""
        ...

    def edits(self, session_id: str) -> list[Edit]:
        """The edits of a log, oldest first: the version before each, with who and when."""
        ...

    def logs(self) -> list[BriefLog]:
        """Every log that can be read, newest first."""
        ...

    def entries(self) -> list[Entry]:
        """Every log as a list shows it, newest first; much cheaper than `logs`."""
        ...

    def newest(self, n: int) -> list[BriefLog]:
        """The newest `n` logs."""
        ...

    def ids(self) -> set[str]: ...

    def whose(self, session_id: str) -> str:
        """The school whose log a session is from, if it is another's and can only be read; empty for one's own."""
        ...

    def beside(self, session_id: str) -> list[str]:
        """A sentence for each version of a session's words that somebody else wrote at the same time."""
        ...

    def beside_card(self, learner: str) -> list[str]:
        """The same of a learner's card."""
        ...

    def hold(self) -> Held | None:
        """Keep a sync with a school's log from running while something is open; None where none could."""
        ...

    def school_line(self, now: datetime) -> str:
        """How this laptop and a school's log stand, in a line; empty where none was joined."""
        ...

    def json(self) -> bytes:
        """Every log that is valid, newest first, as one JSON list."""
        ...

    def checklist(self, session_id: str) -> Checklist | None: ...

    def save_checklist(self, log: BriefLog, checklist: Checklist, over: Checklist | None = None) -> None:
        """Keep a mentor's list beside its log, in place of `over`; compared as `save` does. Refused if the log is gone."""
        ...

    # Drafts: what was typed and is not saved yet

    def draft(self, name: str) -> Draft | None:
        """What was typed under that name and never saved; None if nothing was, or it cannot be read."""
        ...

    def drafts(self) -> list[Draft]:
        """Every draft, oldest first."""
        ...

    def keep_draft(self, draft: Draft) -> None:
        """Keep what is typed, in place of the draft of the same name. Refused if its session was removed."""
        ...

    def drop_draft(self, name: str) -> None:
        """It was saved, or is not wanted. Never refuses."""
        ...

    # Films: which one a session is tied to; the film stays where it lies

    def film(self, session_id: str) -> FilmLink | None:
        """The film of a session; None if it is tied to none. Raises Refusal if what is kept cannot be read."""
        ...

    def tie_film(self, link: FilmLink) -> None:
        """Tie a session to a film, in place of the one before. Refused if there is no such session."""
        ...

    # Journals

    def begin(self, header: Header, began: float | None = None) -> OpenJournal:
        """Start the journal of a new session; `began`: now, on the machine's clock that never jumps, for followers."""
        ...

    def written(self, session_id: str) -> Written | None:
        """What a session's journal holds; None if there is none. Raises Refusal if not even its header can be read."""
        ...

    def is_live(self, session_id: str) -> bool:
        """Whether a window on this machine is writing that session now."""
        ...

    def live(self) -> str | None:
        """The id of the newest session that is being written on this machine."""
        ...

    def follow(self, session_id: str) -> Following:
        """Read the journal of a session from its beginning, as it grows."""
        ...

    def watch(self, changed: Callable[[], None]) -> Watch:
        """Call `changed`, from a thread of its own, soon after any session's journal has changed."""
        ...

    def note_watched(self, session_id: str, watched: Watched) -> None:
        """Keep that somebody on another device came or went. Refused if the session was removed."""
        ...

    def watched(self, session_id: str) -> list[Watched]:
        """Who watched a session from another device, in order."""
        ...

    def note_clocks(self, session_id: str, within_s: float) -> None:
        """Keep how far the clock of a coding may have been off, in seconds."""
        ...

    def clocks(self, session_id: str) -> float | None:
        """How far it may have been off; None if it was on the same clock."""
        ...

    def unfinished(self) -> tuple[list[Unfinished], list[str]]:
        """Sessions without a brief log that no window is writing, newest first; a sentence for each unreadable one."""
        ...

    def finish(self, unfinished: Unfinished, end_reason: EndReason | None = None) -> BriefLog:
        """End its journal where its last event was, and give its brief log, not yet saved."""
        ...

    def discard(self, session_id: str) -> None:
        """Remove the journal of a session that was never meant to be kept. Refused if it has been kept meanwhile."""
        ...

    def has(self, session_id: str) -> bool:
        """Whether anything of the session is there: a log, or a journal alone."""
        ...

    def known(self) -> set[str]:
        """The ids of which `has` is true."""
        ...

    def mend_journal(self, header: Header, events: tuple[Event, ...]) -> bool:
        """Write the journal of a session that has a log, if it is missing or holds only the beginning of these events.

        Whether it was written: an import that was cut short, or a power cut, leaves such a session.
        """
        ...

    def take_in(self, sessions: Iterable[tuple[BriefLog, Header | None, tuple[Event, ...]]]) -> None:
        """Keep sessions of one month that come from elsewhere, with their journals, all of them or none."""
        ...

    # Learners and staff

    def card(self, learner: str) -> Card:
        """The learner's card, or one with the defaults."""
        ...

    def has_card(self, learner: str) -> bool: ...

    def save_card(self, card: Card, over: Card | None = None) -> None:
        """Keep the card in place of `over`; another that was saved meanwhile is put by, and told of."""
        ...

    def learners(self) -> list[str]:
        """The codes of the learners who have a card."""
        ...

    def dates(self) -> dict[str, Dates]:
        """The training dates that people gave, by practitioner."""
        ...

    def note_date(
        self, practitioner: str, *, induction: date | None = None, refresher: date | None = None
    ) -> None: ...

    # Conveniences: nothing is lost with them, so they never refuse

    def last_plan(self) -> Plan: ...

    def remember_plan(self, plan: Plan) -> None: ...

    def noise(self) -> Noise | None: ...

    def remember_noise(self, times: int, at: datetime) -> None: ...

    # What was done with somebody's data

    def by(self, who: str) -> Self:
        """The same store; what is done is noted as done by this code instead of the practitioner's last given here."""
        ...

    def did(self, act: Did, sessions: Iterable[str] = (), *, learner: str = "", n: int = 0) -> None:
        """Note an act on somebody's data. Never refuses; that it could not be noted is told."""
        ...

    def activity(self) -> list[Line]:
        """What was done in this part of the store, oldest first."""
        ...

    # Whether anything has changed unseen

    def verify(self, newest: int | None = None) -> Verified:
        """Hold the logs of the newest months, or of all, their ended journals and the cards against their digests."""
        ...

    def verify_session(self, session_id: str) -> list[Change]:
        """The same of one session."""
        ...

    def put_back(self, session_id: str) -> None:
        """Put back a log as it was saved; what is there now stays as an earlier version. Refused if there is no copy."""
        ...

    # Removing for good

    def older_than(self, months: int, now: datetime) -> Doomed:
        """Sessions that began more than `months` months before `now`, unfinished ones and second codings too."""
        ...

    def about(self, learner: str) -> Doomed:
        """Everything about a learner in this part of the store."""
        ...

    def of_session(self, session_id: str) -> Doomed:
        """One session: its log, journal and second codings."""
        ...

    def remove(self, doomed: Doomed) -> None:
        """Remove sessions: logs, their earlier versions and backups, and journals."""
        ...

    def erase(self, learner: str) -> None:
        """Remove everything about a learner, practice and codings too. Refused while a session with them runs."""
        ...


def longest_good(events: tuple[Event, ...]) -> Session:
    """The session up to the first event that cannot follow."""
    session = Session()
    for event in events:
        try:
            session = apply(session, event)
        except IllegalEvent:
            break
    return session


def part_of(store: Store, session_id: str) -> Store:
    """The part of a store that a session, or a second coding of one, is in."""
    return store.codings if "-coded-" in session_id else store


def wanted(store: Store, session_id: str) -> BriefLog:
    """The log with that id. Raises Refusal if there is none."""
    log = store.get(session_id)
    if log is None:
        raise Refusal("There is no brief log {id}. `ii-companion log` lists those there are.", id=session_id)
    return log
