"""One's own log and, read-only and marked, others' sessions from the school's log: a store like any other.

Whoever asks for logs, journals or lists gets both without knowing. What is changed is one's own; of others' sessions a
mentor's list alone can be saved, and it lies where its session lies.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.documents import Entry, newest_first
from ii_companion.log.journal import journal_path
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.records import BriefLog
from ii_companion.log.shelf import Shelf
from ii_companion.log.store import Doomed, Store, Written
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, ngettext, of

if TYPE_CHECKING:
    from ii_companion.log.checklist import Checklist
    from ii_companion.log.dates import Dates
    from ii_companion.log.header import Header
    from ii_companion.log.journal import Journal
    from ii_companion.log.store import Held
    from ii_companion.session.card import Card


class _Order(msgspec.Struct):
    """What a list of logs is put in order by."""

    started_at: datetime
    id: str


class Together(LocalStore):
    """The data folder of a laptop that has joined."""

    joined = True

    @property
    def _school(self) -> str:
        from ii_companion.school.membership import membership

        return membership(self._places.root).school

    @property
    def _others(self) -> Shelf:
        """Others' sessions; none where this process cannot open them, which is told."""
        from ii_companion.school.others_seal import closed

        def tell(why: Refusal) -> None:
            self._tell(_("Others' sessions are not shown. {why}", why=of(why)))

        part = self._places.school
        if closed(self._places, tell):
            part = Places(part.root / "closed")
        return Shelf(part, self._tell, self._wait_s)

    def _is_others(self, session_id: str) -> bool:
        return super().get(session_id) is None and self._others.get(session_id) is not None

    def whose(self, session_id: str) -> str:
        return self._school if self._is_others(session_id) else ""

    def entries(self) -> list[Entry]:
        own, others, school = super().entries(), self._others.entries(), self._school
        ids = {entry.id for entry in own}
        for entry in others:
            entry.school = school
        return newest_first([*own, *(entry for entry in others if entry.id not in ids)])

    def logs(self) -> list[BriefLog]:
        own = super().logs()
        ids = {log.id for log in own}
        return newest_first([*own, *(log for log in self._others.logs() if log.id not in ids)])

    def newest(self, n: int) -> list[BriefLog]:
        own = super().newest(n)
        ids = {log.id for log in own}
        return newest_first([*own, *(log for log in self._others.newest(n) if log.id not in ids)])[:n]

    def ids(self) -> set[str]:
        return super().ids() | self._others.ids()

    def json(self) -> bytes:
        own = msgspec.json.decode(super().json(), type=list[msgspec.Raw])
        ids = super().ids()
        both = [(msgspec.json.decode(raw, type=_Order), raw) for raw in own]
        for raw in msgspec.json.decode(self._others.json(), type=list[msgspec.Raw]):
            order = msgspec.json.decode(raw, type=_Order)
            if order.id not in ids:
                both.append((order, raw))
        both.sort(key=lambda one: (one[0].started_at, one[0].id), reverse=True)
        return b"[" + b",\n".join(bytes(raw) for _order, raw in both) + b"]\n"

    def get(self, session_id: str) -> BriefLog | None:
        return super().get(session_id) or self._others.get(session_id)

    def earlier(self, session_id: str) -> list[BriefLog]:
        return super().earlier(session_id)

    def checklist(self, session_id: str) -> Checklist | None:
        if self._is_others(session_id):
            return self._others.checklist(session_id)
        return super().checklist(session_id)

    def save_checklist(self, log: BriefLog, checklist: Checklist, over: Checklist | None = None) -> None:
        if self._is_others(log.id):
            self._others.save_checklist(log, checklist, over)
        else:
            super().save_checklist(log, checklist, over)

    def save(self, log: BriefLog, *, keep_earlier: bool = False, over: BriefLog | None = None) -> None:
        if over is not None and self._is_others(log.id):
            raise self._read_only(log.id)
        if over is None and not self.has(log.id):
            self._refuse_retired(log.learner)
        super().save(log, keep_earlier=keep_earlier, over=over)

    def written(self, session_id: str) -> Written | None:
        found = super().written(session_id)
        if found is not None:
            return found
        from ii_companion.log.journal_reader import read_journal

        path = journal_path(self._places.school.journals, session_id)
        return read_journal(path) if path.exists() else None

    def of_session(self, session_id: str) -> Doomed:
        if self._is_others(session_id):
            raise self._read_only(session_id)
        return super().of_session(session_id)

    def dates(self) -> dict[str, Dates]:
        from ii_companion.log.dates import Dates
        from ii_companion.school.file_desk import FileDesk

        found = dict(super().dates())
        for who, what, day in FileDesk(self._places).trained().days:
            known, when = found.get(who, Dates()), date.fromisoformat(day)
            if what == "induction":
                found[who] = known if known.induction else Dates(when, known.refreshers)
            else:
                found[who] = Dates(known.induction, tuple(sorted({*known.refreshers, when})))
        return found

    def beside(self, session_id: str) -> list[str]:
        from ii_companion.school.beside import words_beside

        return words_beside(self._places, session_id, others=self._is_others(session_id))

    def beside_card(self, learner: str) -> list[str]:
        from ii_companion.school.beside import card_beside

        return card_beside(self._places, learner)

    def hold(self) -> Held | None:
        from ii_companion.school.lock import hold

        return hold(self._places)

    def _refuse_retired(self, learner: str) -> None:
        from ii_companion.school.erasing import refuse_retired

        refuse_retired(self._places, learner)

    def begin(self, header: Header, began: float | None = None) -> Journal:
        self._refuse_retired(header.learner)
        return super().begin(header, began)

    def save_card(self, card: Card, over: Card | None = None) -> None:
        self._refuse_retired(card.code)
        super().save_card(card, over)

    def school_line(self, now: datetime) -> str:
        from ii_companion.school.joining import waits
        from ii_companion.school.membership import membership

        mine = membership(self._places.root)
        waiting = len(waits(self._places))
        wait = ngettext("{n} waits", "{n} wait", waiting) if waiting else _("nothing waits")
        return _(
            "{school}: {wait} · {last}", school=mine.school, wait=wait, last=last_words(mine.last_sync, now)
        )

    def _read_only(self, session_id: str) -> Refusal:
        return Refusal(
            "{id} is from {school}'s log. It can be read here, not changed.",
            id=session_id,
            school=self._school,
        )


def last_words(last_sync: str, now: datetime) -> str:
    """When the last sync was, as a person says it."""
    if not last_sync:
        return _("never in step yet")
    days = (now.astimezone().date() - datetime.fromisoformat(last_sync).astimezone().date()).days
    if days <= 0:
        return _("last in step today")
    return ngettext("last in step {n} day ago", "last in step {n} days ago", days)


def together(store: LocalStore) -> Store:
    """The store with others' sessions beside one's own."""
    return Together(store.places)
