"""The store on this machine: TinyDB month files, journals, cards; see `store.Store` for what each method promises.

Long because every method of the protocol stands here, most of them a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from ii_companion.log import cards, plan
from ii_companion.log.header import Header
from ii_companion.log.intents import some_wait
from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.places import Places, places, ready, reason
from ii_companion.log.seal import is_at
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, ngettext, render

if TYPE_CHECKING:
    from ii_companion.log.activity import Did, Line
    from ii_companion.log.checklist import Checklist
    from ii_companion.log.dates import Dates
    from ii_companion.log.documents import Entry
    from ii_companion.log.draft import Draft
    from ii_companion.log.follow import FolderWatch, Followed
    from ii_companion.log.locking import Lock
    from ii_companion.log.noise import Noise
    from ii_companion.log.plan import Plan
    from ii_companion.log.records import BriefLog, EndReason
    from ii_companion.log.shelf import Shelf
    from ii_companion.log.store import (
        Change,
        Doomed,
        Edit,
        FilmLink,
        Held,
        Unfinished,
        Verified,
        Watched,
        Written,
    )


def open_store(data_dir: str | None = None, unlock: Callable[[Lock], None] | None = None) -> LocalStore:
    """The store in the data folder asked for, or named by II_COMPANION_HOME, or the platform's own.

    Touches nothing, except to finish a removal or an import that was cut short. A sealed folder is given to `unlock`
    first, which raises Refusal if it cannot be opened.
    """
    kept = places(data_dir)
    if unlock is not None and is_at(kept.root):
        from ii_companion.log.locking import Lock  # age and the keyring, for a sealed folder alone

        unlock(Lock(kept, _say_nothing))
    if any(some_wait(part) for part in (kept, kept.practice, kept.codings)):
        from ii_companion.log.erase import (
            finish_intents,  # brings TinyDB, and only after something was cut short
        )

        finish_intents(kept)
    return LocalStore(kept)


def _say_nothing(sentence: str) -> None:
    pass


class LocalStore:
    """A data folder. What a start does not need is imported where it is used."""

    joined = False

    def __init__(
        self,
        kept: Places,
        tell: Callable[[str], None] = _say_nothing,
        wait_s: float | None = None,
        who: str = "",
        main: Places | None = None,
    ) -> None:
        self._places = kept
        self._tell = tell
        self._wait_s = wait_s
        self._who = who
        self._main = main or kept
        """The data folder this is a part of: who last used it is remembered there."""
        self.where = str(kept.root)

    @property
    def practice(self) -> LocalStore:
        return self._part(self._places.practice)

    @property
    def codings(self) -> LocalStore:
        return self._part(self._places.codings)

    def _part(self, part: Places) -> LocalStore:
        return LocalStore(part, self._tell, self._wait_s, self._who, self._main)

    def telling(self, tell: Callable[[str], None]) -> Self:
        return self._with(tell=tell)

    def within(self, seconds: float) -> Self:
        return self._with(wait_s=seconds)

    def by(self, who: str) -> Self:
        return self._with(who=who)

    def _with(
        self,
        *,
        tell: Callable[[str], None] | None = None,
        wait_s: float | None = None,
        who: str = "",
    ) -> Self:
        return type(self)(
            self._places,
            tell or self._tell,
            self._wait_s if wait_s is None else wait_s,
            who or self._who,
            self._main,
        )

    @property
    def places(self) -> Places:
        """Where it all lies: for stores that are made of this one."""
        return self._places

    def whose(self, session_id: str) -> str:
        return ""

    def beside(self, session_id: str) -> list[str]:
        return []

    def beside_card(self, learner: str) -> list[str]:
        return []

    def hold(self) -> Held | None:
        return None

    def school_line(self, now: datetime) -> str:
        return ""

    def ready(self) -> None:
        ready(self._places)

    def proved(self) -> list[str]:
        from ii_companion.log.proof import proved

        return proved(self._places)

    @property
    def sealed(self) -> bool:
        return is_at(self._top.root)

    @property
    def unsealed(self) -> int:
        return self.lock.standing().plain

    @property
    def under_passphrase(self) -> bool:
        if not self.sealed:
            return False
        seal = self.lock.seal
        return seal is not None and seal.kept == "passphrase"

    def unlock(self, passphrase: str) -> None:
        self.lock.unlock(passphrase)

    @property
    def lock(self) -> Lock:
        from ii_companion.log.locking import Lock

        return Lock(self._top, self._tell)

    @property
    def _top(self) -> Places:
        """The data folder itself, for one of its parts too."""
        from ii_companion.log.seal import top_and_name

        top, _name = top_and_name(self._places.log / "x")
        return self._places if top is None else Places(top)

    @property
    def _shelf(self) -> Shelf:
        from ii_companion.log.shelf import Shelf

        return Shelf(self._places, self._tell, self._wait_s)

    def save(self, log: BriefLog, *, keep_earlier: bool = False, over: BriefLog | None = None) -> None:
        from ii_companion.log.activity import Did

        by = self._doer() if keep_earlier else ""
        self._shelf.save(log, keep_earlier=keep_earlier, over=over, by=by)
        if keep_earlier:
            self.did(Did.EDITED, [log.id])

    def get(self, session_id: str) -> BriefLog | None:
        return self._shelf.get(session_id)

    def earlier(self, session_id: str) -> list[BriefLog]:
        return self._shelf.earlier(session_id)

    def edits(self, session_id: str) -> list[Edit]:
        return self._shelf.edits(session_id)

    def logs(self) -> list[BriefLog]:
        return self._shelf.logs()

    def entries(self) -> list[Entry]:
        return self._shelf.entries()

    def newest(self, n: int) -> list[BriefLog]:
        return self._shelf.newest(n)

    def ids(self) -> set[str]:
        return self._shelf.ids()

    def json(self) -> bytes:
        return self._shelf.json()

    def checklist(self, session_id: str) -> Checklist | None:
        return self._shelf.checklist(session_id)

    def save_checklist(self, log: BriefLog, checklist: Checklist, over: Checklist | None = None) -> None:
        from ii_companion.log.activity import Did

        self._shelf.save_checklist(log, checklist, over, self._doer() if over is not None else "")
        if over is not None and over != checklist:
            self.did(Did.EDITED, [log.id])

    def draft(self, name: str) -> Draft | None:
        from ii_companion.log import drafts

        return drafts.load(drafts.path_of(self._places, name))

    def drafts(self) -> list[Draft]:
        from ii_companion.log import drafts

        return drafts.every(self._places)

    def keep_draft(self, draft: Draft) -> None:
        from ii_companion.log import drafts
        from ii_companion.log.shelf import gone

        if draft.session and not self.has(draft.session):
            raise gone(draft.session)
        if draft.had_card and not self.has_card(draft.learner):
            raise Refusal(
                "The card of {learner} has been removed meanwhile. It is not brought back.",
                learner=draft.learner,
            )
        drafts.keep(self._places, draft)

    def drop_draft(self, name: str) -> None:
        from ii_companion.log import drafts

        drafts.drop(self._places, name)

    def film(self, session_id: str) -> FilmLink | None:
        from ii_companion.log import films

        return films.load(self._places, session_id)

    def tie_film(self, link: FilmLink) -> None:
        from ii_companion.log import films
        from ii_companion.log.shelf import gone

        if not self.has(link.session):
            raise gone(link.session)
        films.keep(self._places, link)

    def begin(self, header: Header, began: float | None = None) -> Journal:
        return Journal.begin(self._places.journals, header, began)

    def written(self, session_id: str) -> Written | None:
        from ii_companion.log.journal_reader import read_journal

        path = journal_path(self._places.journals, session_id)
        if not path.exists():
            return None
        written = read_journal(path)
        if written.ended is None:
            return written
        from ii_companion.log.sealed_ends import held_against

        return held_against(written, self._shelf.kept_end(written))

    def is_live(self, session_id: str) -> bool:
        from ii_companion.log.live import is_live

        return is_live(journal_path(self._places.journals, session_id))

    def live(self) -> str | None:
        from ii_companion.log.live import newest_live

        path = newest_live(self._places.journals)
        return path.stem if path is not None else None

    def follow(self, session_id: str) -> Followed:
        from ii_companion.log.follow import Followed

        return Followed(journal_path(self._places.journals, session_id))

    def watch(self, changed: Callable[[], None]) -> FolderWatch:
        from ii_companion.log.follow import FolderWatch

        return FolderWatch(self._places.journals, changed)

    def note_watched(self, session_id: str, watched: Watched) -> None:
        from ii_companion.log.beside import note_watched

        note_watched(self._places.journals, session_id, watched)

    def watched(self, session_id: str) -> list[Watched]:
        from ii_companion.log.beside import watched

        return watched(self._places.journals, session_id)

    def note_clocks(self, session_id: str, within_s: float) -> None:
        from ii_companion.log.beside import note_clocks

        note_clocks(self._places.journals, session_id, within_s)

    def clocks(self, session_id: str) -> float | None:
        from ii_companion.log.beside import clocks

        return clocks(self._places.journals, session_id)

    def unfinished(self) -> tuple[list[Unfinished], list[str]]:
        from ii_companion.log.unfinished import unfinished

        return unfinished(self._places, self.ids())

    def finish(self, unfinished: Unfinished, end_reason: EndReason | None = None) -> BriefLog:
        from ii_companion.log.unfinished import finish

        return finish(self._places, unfinished, end_reason)

    def discard(self, session_id: str) -> None:
        from ii_companion.log.activity import Did
        from ii_companion.log.unfinished import discard

        discard(self._places, self._shelf, session_id)
        self.did(Did.DELETED, [session_id])

    def has(self, session_id: str) -> bool:
        return journal_path(self._places.journals, session_id).exists() or self.get(session_id) is not None

    def known(self) -> set[str]:
        from ii_companion.log.beside import is_journal

        return self.ids() | {path.stem for path in self._places.journals.glob("*.jsonl") if is_journal(path)}

    def mend_journal(self, header: Header, events: tuple[Event, ...]) -> bool:
        from ii_companion.log.taking import mend_journal

        return mend_journal(self._places, header, events)

    def take_in(self, sessions: Iterable[tuple[BriefLog, Header | None, tuple[Event, ...]]]) -> None:
        from ii_companion.log.activity import Did
        from ii_companion.log.taking import take_in

        taken = list(sessions)
        take_in(self._places, self._shelf, taken)
        self.did(Did.IMPORTED, [log.id for log, _header, _events in taken])

    def card(self, learner: str) -> Card:
        return cards.load_card(self._places, learner)

    def has_card(self, learner: str) -> bool:
        return cards.card_path(self._places, learner).exists()

    def save_card(self, card: Card, over: Card | None = None) -> None:
        from ii_companion.log.activity import Did

        cards.save_card(self._places, card, over, self._tell)
        self.did(Did.EDITED, learner=card.code)

    def learners(self) -> list[str]:
        return cards.cards(self._places)

    def dates(self) -> dict[str, Dates]:
        from ii_companion.log.dates import read_dates

        return read_dates(self._places)

    def note_date(
        self, practitioner: str, *, induction: date | None = None, refresher: date | None = None
    ) -> None:
        from ii_companion.log.dates import note_date

        note_date(self._places, practitioner, induction=induction, refresher=refresher)

    def last_plan(self) -> Plan:
        return plan.load_plan(self._places)

    def remember_plan(self, kept: Plan) -> None:
        plan.remember_plan(self._places, kept)

    def noise(self) -> Noise | None:
        from ii_companion.log.noise import noise

        return noise(self._places)

    def remember_noise(self, times: int, at: datetime) -> None:
        from ii_companion.log.noise import remember_noise

        remember_noise(self._places, times, at)

    def _doer(self) -> str:
        """The code of who acts: the one that was said, else the practitioner's last given on this machine."""
        return self._who or plan.load_plan(self._main).practitioner

    def did(self, act: Did, sessions: Iterable[str] = (), *, learner: str = "", n: int = 0) -> None:
        from ii_companion.log import activity

        line = activity.Line(activity.now(), act, self._doer(), learner, tuple(sessions), n)
        try:
            activity.append(self._places, line, sync=act is not activity.Did.OPENED)
        except (OSError, Refusal) as problem:
            why = reason(problem) if isinstance(problem, OSError) else problem.sentence
            self._tell(
                _("It was not noted in {path}: {why}.", path=activity.path_of(self._places), why=render(why))
            )

    def activity(self) -> list[Line]:
        from ii_companion.log import activity

        lines, unreadable = activity.read(self._places)
        if unreadable:
            self._tell(
                ngettext(
                    "{path}: {n} line cannot be read; it is left out.",
                    "{path}: {n} lines cannot be read; they are left out.",
                    unreadable,
                    path=activity.path_of(self._places),
                )
            )
        return lines

    def verify(self, newest: int | None = None) -> Verified:
        from ii_companion.log.verify import verify

        return verify(self._places, newest)

    def verify_session(self, session_id: str) -> list[Change]:
        from ii_companion.log.verify import verify_session

        return verify_session(self._places, session_id)

    def put_back(self, session_id: str) -> None:
        from ii_companion.log.activity import Did

        self._shelf.put_back(session_id, self._doer())
        self.did(Did.PUT_BACK, [session_id])

    def older_than(self, months: int, now: datetime) -> Doomed:
        from ii_companion.log.erase import older_than

        return older_than(self._places, months, now).doomed

    def about(self, learner: str) -> Doomed:
        from ii_companion.log.erase import about

        return about(self._places, learner).doomed

    def of_session(self, session_id: str) -> Doomed:
        from ii_companion.log.erase import of_session

        return of_session(self._places, session_id).doomed

    def remove(self, doomed: Doomed) -> None:
        from ii_companion.log.erase import remove

        remove(self._places, doomed, self._doer())

    def erase(self, learner: str) -> None:
        from ii_companion.log.erase import erase_learner

        erase_learner(self._places, learner, self._doer())
