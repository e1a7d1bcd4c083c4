"""Taking in what is new in the school's log: checked, kept from what was erased, and laid over what is here.

Long because whatever comes from elsewhere is checked here, at one door.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

import msgspec
from msgspec.structs import replace

from ii_companion.log.checklist import Checklist
from ii_companion.log.header import refuse_bad_id
from ii_companion.log.records import SCHEMA, BriefLog
from ii_companion.log.versions import BRIEF_LOG
from ii_companion.school import parts
from ii_companion.school.card_sync import CardSync
from ii_companion.school.common import is_true
from ii_companion.school.desk import CHECKLIST, JOURNAL, SESSION, Document, Month
from ii_companion.school.membership import Graves, Trained
from ii_companion.school.parts import PARTS, Row, Versions
from ii_companion.school.remote import (
    PAGE,
    Day,
    Session,
    Version,
)
from ii_companion.session.codes import code
from ii_companion.session.refusal import Refusal

NEWER = {name for names in BRIEF_LOG.values() for name in names}
"""Fields that a log has only where they say something."""
LONGEST_JOURNAL = 64 * 2**20
"""Bytes of a journal that is unpacked; one of ours of a whole day is a hundredth of it."""


class Taking(CardSync):
    """What a sync takes in."""

    def _pull(self) -> None:
        while True:
            page = self.remote.pull(self.desk.membership().cursor, PAGE)
            self.keep_stones(page.tombstones)
            self.move_cursor_early(page.cursor)
            if page.sessions or page.cards:
                # what is laid counts as sent: were the log put back to before this page, that has to be found out
                self.desk.put_membership(replace(self.desk.membership(), laid=page.cursor))
            self._take(page.sessions)
            self._take_cards(page.cards)
            self._take_training(page.training)
            mine = self.desk.membership()
            if (mine.cursor, mine.laid) != (page.cursor, ""):
                self.desk.put_membership(replace(mine, cursor=page.cursor, laid=""))
            if not page.more:
                return

    def move_cursor_early(self, cursor: str) -> None:
        """Never: what is not laid yet would not come again after a crash."""

    @property
    def where(self) -> dict[str, str]:
        """In which month's file each of one's own sessions is, those removed since the last sync too."""
        if self._where is None:
            self._where = {}
            for name in self.desk.months(own=True):
                month = self.desk.month(name, own=True)
                self._where |= dict.fromkeys(
                    [*month.logs, *(session_id for session_id, _kind in month.rows)], name
                )
        return self._where

    def is_wanted(self, session: Session, graves: Graves) -> bool:
        """Whether a session is taken in: not one that was erased, nor one whose name could be no file's."""
        with contextlib.suppress(ValueError, Refusal):
            refuse_bad_id(session.id)
            return (
                code(session.learner) == session.learner
                and not graves.learner(session.learner)
                and not graves.session(session.id, session.practitioner)
            )
        return False

    def _take(self, sessions: Iterable[Session]) -> None:
        graves = self.graves
        places: dict[tuple[bool, str], list[Session]] = {}
        for session in sessions:
            if not self.is_wanted(session, graves):
                continue
            own = session.id in self.where or session.practitioner == self._me
            name = self.where.get(session.id) if own else None
            places.setdefault((own, name or f"{session.started_at:%Y-%m}"), []).append(session)
        for (own, name), some in places.items():
            for session in some:
                self._take_journal(session, name, own=own)
            self.desk.change(name, partial(self._lay_all, sessions=some, own=own), own=own)
            if own:
                self.where.update({session.id: name for session in some})

    def _take_journal(self, session: Session, name: str, *, own: bool) -> None:
        found = next((one for one in session.parts if one.kind == JOURNAL and one.body), None)
        if found is None or self.desk.has_journal(session.id, own=own):
            return
        if own and self.desk.month(name, own=True).knows(session.id):
            return  # it was here before: its log was removed, or its journal was
        data = unpacked(found)
        if data is not None and _is_of(data, session):
            self.desk.put_journal(session.id, data, own=own)

    def _lay_all(self, month: Month, sessions: list[Session], *, own: bool) -> Month:
        """Each session is laid as a month of its own, and put back: a large month is copied once."""
        month = self.notice(month, {session.id for session in sessions}) if own else self.notice_lists(month)
        logs, lists, rows = dict(month.logs), dict(month.lists), dict(month.rows)
        by_id: dict[str, dict[tuple[str, str], Row]] = {}
        for key, row in rows.items():
            by_id.setdefault(key[0], {})[key] = row
        for session in sessions:
            name = session.id
            alone = Month(
                {name: logs[name]} if name in logs else {},
                {name: lists[name]} if name in lists else {},
                by_id.get(name, {}),
            )
            if self._is_here(alone, session, own=own):
                continue
            laid = self._lay_own(alone, session) if own else self._lay_other(alone, session)
            if laid != alone:
                self.out.took.add(name)
                for key in alone.rows:
                    del rows[key]
                rows.update(laid.rows)
                logs.update(laid.logs)
                lists.update(laid.lists)
                if name not in laid.lists:
                    lists.pop(name, None)
        return Month(logs, lists, rows)

    def _is_here(self, month: Month, session: Session, *, own: bool) -> bool:
        """Whether there is nothing in a session that is not here already; most of a page is what one sent oneself."""
        state = month.row(session.id, SESSION)
        if (
            session.id not in month.logs
            or state.state != "sent"
            or state.told != (session.figures_for, session.words_for)
        ):
            return False
        kinds = {kind for _id, kind in month.rows} - {SESSION}
        return (own or kinds == {one.kind for one in session.parts}) and all(
            one.vid in month.row(session.id, one.kind).sent for one in session.parts
        )

    def _lay_own(self, month: Month, session: Session) -> Month:
        session_id, state = session.id, month.row(session.id, SESSION)
        if session_id not in month.logs:
            if month.knows(session_id):
                return month  # removed here, and not told yet; it came there all the same if only the answer was lost
            return self._new(month, session)
        document = month.logs[session_id]
        if not self.is_mine(document) or state.state == "kept":
            return month
        if not _is_one(document, session):
            return month.with_rows(replace(state, state="refused"))
        audience = (session.figures_for, session.words_for)
        pending = state.audience is not None and state.audience != state.told
        month = month.with_rows(
            replace(state, state="sent", audience=state.audience if pending else audience, told=audience)
        )
        return self._lay_parts(month, session)

    def _new(self, month: Month, session: Session) -> Month:
        """A session that is not here yet."""
        facts = next((body for _v, body in _read_heads(session, "facts")), None)
        if facts is None:
            return month
        document = {name: value for name, value in msgspec.to_builtins(session).items() if name in parts.WHO}
        with contextlib.suppress(ValueError, msgspec.ValidationError):
            made = _whole(parts.joined(document, "facts", facts))
            if any(one.kind == JOURNAL for one in session.parts):
                made["journal"] = f"{session.id}.jsonl"
            audience = (session.figures_for, session.words_for)
            month = month.with_log(session.id, made)
            month = month.with_rows(Row(session.id, SESSION, state="sent", audience=audience, told=audience))
            return self._lay_parts(month, session)
        return month

    def _lay_other(self, month: Month, session: Session) -> Month:
        if session.id not in month.logs:
            return self._new(month, session)
        for session_id, kind in list(month.rows):
            if (
                session_id == session.id
                and kind != SESSION
                and not any(one.kind == kind for one in session.parts)
            ):
                month = month.withdrawn(session_id, kind)
        if any(one.kind == JOURNAL for one in session.parts):
            month = month.with_log(session.id, {**month.logs[session.id], "journal": f"{session.id}.jsonl"})
        audience = (session.figures_for, session.words_for)
        month = month.with_rows(replace(month.row(session.id, SESSION), audience=audience, told=audience))
        return self._lay_parts(month, session)

    def _lay_parts(self, month: Month, session: Session) -> Month:
        """All parts, read once they are laid; only if that fails, each by itself."""
        true = [one for one in session.parts if is_true(one)]
        with contextlib.suppress(ValueError, msgspec.DecodeError, Refusal):
            laid = self._lay_some(month, session.id, true, lambda _kind, _body: True)
            _check(laid.logs[session.id])
            if session.id in laid.lists and laid.lists.get(session.id) is not month.lists.get(session.id):
                msgspec.convert(laid.lists[session.id], Checklist)
            return laid
        return self._lay_some(
            month, session.id, true, lambda kind, body: self._fits(month, session.id, kind, body)
        )

    def _lay_some(
        self, month: Month, session_id: str, true: list[Version], fits: Callable[[str, str], bool]
    ) -> Month:
        for kind in (*PARTS, CHECKLIST, JOURNAL):
            some = [one for one in true if one.kind == kind]
            if not some:
                continue
            versions: Versions = {one.vid: (one.replaces, one.author) for one in some}
            row = month.row(session_id, kind)
            seen = tuple(dict.fromkeys([*row.sent, *versions]))
            if kind == JOURNAL:
                month = month.with_rows(replace(row, versions={**versions, **row.versions}, sent=seen))
                continue
            bodies = {one.vid: one.body for one in some if one.body is not None and fits(kind, one.body)}
            laid = self.lay(row, month.body(session_id, kind), versions, bodies)
            month = month.with_rows(replace(laid.row, sent=seen))
            if laid.body is not None:
                month = month.with_body(session_id, kind, laid.body)
        return month

    def _fits(self, month: Month, session_id: str, kind: str, body: str) -> bool:
        """Whether the log could be read with a part that says this."""
        with contextlib.suppress(ValueError, msgspec.DecodeError, Refusal):
            if kind == CHECKLIST:
                return msgspec.json.decode(body, type=Checklist).id == session_id
            _check(parts.joined(month.logs[session_id], kind, body))
            return True
        return False

    def _take_training(self, days: Iterable[Day]) -> None:
        known = self.desk.trained().days
        new = tuple(day for day in dict.fromkeys(days) if day not in set(known))
        own = [(what, day) for who, what, day in days if who == self._me]
        if own:
            self.desk.put_dates(self._me, own)
        if new:
            self.desk.put_trained(Trained(known + new))


class _Head(msgspec.Struct):
    """What a journal's first line says it is of."""

    id: str
    learner: str


def _is_of(journal: bytes, session: Session) -> bool:
    """Whether a journal is the session's: what it says it is of is what erasing goes by."""
    try:
        head = msgspec.json.decode(journal.partition(b"\n")[0], type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return (head.id, head.learner) == (session.id, session.learner)


def unpacked(version: Version) -> bytes | None:
    """The journal in a version; None if it is none."""
    try:
        packed = base64.b64decode(version.body or "", validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, LONGEST_JOURNAL)
        return data if unpacker.eof and is_true(version) else None
    except (ValueError, zlib.error):
        return None


def _read_heads(session: Session, kind: str) -> Iterator[tuple[str, str]]:
    """The versions of a part that say something, the greatest first."""
    some = [one for one in session.parts if one.kind == kind and one.body is not None and is_true(one)]
    for one in sorted(some, key=lambda one: one.vid, reverse=True):
        yield one.vid, one.body or ""


def _check(document: Document) -> None:
    """Raise ValueError for a log that no program could read; one of a newer version is left for that."""
    if isinstance(document.get("schema"), int) and document["schema"] > SCHEMA:
        return
    msgspec.convert(document, BriefLog)


def _whole(document: Document) -> Document:
    """A log with every field that a log of ours has."""
    return {**{name: value for name, value in parts.DEFAULTS.items() if name not in NEWER}, **document}


def _is_one(document: Document, session: Session) -> bool:
    """Whether a log here and a session there are one and the same, and not two under one id."""
    here = msgspec.convert(document.get("started_at"), datetime)
    who = (document.get("learner"), document.get("practitioner", ""), document.get("mentor", ""))
    return who == (session.learner, session.practitioner, session.mentor) and here == session.started_at
