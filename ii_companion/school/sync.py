"""One sync: what was changed here goes, what is new there is taken in, and what was erased is removed.

Every step is durable before the next; a crash anywhere is followed by the same sync again. The order is the point:
tombstones are on disk before anything they speak of may be taken in; edits are noticed before versions are laid over
them; the cursor moves last. Long because the order stands here in one piece.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from ii_companion.log.header import refuse_bad_id
from ii_companion.log.records import SCHEMA, BriefLog
from ii_companion.school import parts
from ii_companion.school.desk import CHECKLIST, JOURNAL, SESSION, Desk, Document, Month
from ii_companion.school.flat import flat
from ii_companion.school.membership import Cards, Graves, Trained
from ii_companion.school.parts import BLANK, PARTS, Row, Versions
from ii_companion.school.remote import (
    PAGE,
    PROTOCOL,
    Answer,
    Batch,
    Day,
    Hello,
    Listing,
    Remote,
    Session,
    Stone,
    Version,
)
from ii_companion.session.codes import code
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, counted, said

LONGEST_JOURNAL = 64 * 2**20
"""Bytes of a journal that is unpacked; one of ours of a whole day is a hundredth of it."""


class Outcome(msgspec.Struct):
    """What a sync did."""

    sent: set[str] = msgspec.field(default_factory=set)
    took: set[str] = msgspec.field(default_factory=set)
    waits: int = 0
    told: list[Said] = msgspec.field(default_factory=list)


class Engine:
    """Brings one laptop and the school's log in step."""

    def __init__(
        self, desk: Desk, remote: Remote, *, program: str = "", now: datetime | None = None,
        progress: Callable[[int], None] = lambda _done: None,
    ) -> None:  # fmt: skip
        self.desk, self.remote, self.program = desk, remote, program
        self._now = now or datetime.now(UTC)
        self._progress = progress
        self.out = Outcome()
        self._where: dict[str, str] = {}

    def sync(self) -> Outcome:
        """Raises Refusal; what was done until then stays done."""
        hello = self._hello()
        self._ask_for_erasures()
        mine = self.desk.membership()
        if not self.is_known(hello):
            self._reconcile(hello)
            hello = replace(hello, more=True)
        elif not mine.salt:
            self.desk.put_membership(self._named(hello))
        self._find()
        if hello.more:
            self._pull()
        self._wipe()
        if self._send():
            self._pull()
            self._wipe()
        after = self.desk.membership()
        if after.cursor != mine.cursor or after.acked != mine.acked:
            self.remote.seen(after.cursor, self.program)
        self._finish(hello)
        return self.out

    # 1. hello

    def _hello(self) -> Hello:
        mine = self.desk.membership()
        hello = self.remote.hello(*self.marks(mine.cursor, mine.acked))
        if hello.protocol != PROTOCOL:
            raise Refusal(
                "This laptop's version of ii-companion speaks protocol {ours}; the school's log speaks {theirs}. "
                "Update; nothing was sent.",
                ours=PROTOCOL,
                theirs=hello.protocol,
            )
        self.salt = hello.salt
        return hello

    def marks(self, cursor: str, acked: str) -> tuple[str, str]:
        """How far this laptop is, as the server is to know it."""
        return cursor, acked

    def is_known(self, hello: Hello) -> bool:
        """Whether the cursor still says what this laptop lacks."""
        return hello.known and self.desk.membership().epoch in ("", hello.epoch)

    def _named(self, hello: Hello):  # type: ignore[no-untyped-def]
        return replace(
            self.desk.membership(), salt=hello.salt, school=hello.school, co_ordinator=hello.co_ordinator,
            co_ordinators=hello.co_ordinators, epoch=hello.epoch,
        )  # fmt: skip

    # 2. erasures that were asked for without a connection

    def _ask_for_erasures(self) -> None:
        for learner in self.desk.gone().asked:
            erased = self.remote.erase(learner)
            self.acknowledge(erased.mark)
            self.keep_erasure(learner, erased.tombstone)

    def keep_erasure(self, learner: str, stone: Stone) -> None:
        """The tombstone and that it was asked for, in one step: between two, a crash would lose one of them."""
        gone = self.desk.gone().plus((stone,))
        self.desk.put_gone(replace(gone, asked=tuple(one for one in gone.asked if one != learner)))

    # 3. the server was put back, or what may be seen has changed

    def _reconcile(self, hello: Hello) -> None:
        listing = self.remote.list()
        there = {stone.hash for stone in listing.tombstones}
        before = self.desk.gone()
        after = before.plus(listing.tombstones)
        lacking = tuple(dict.fromkeys(stone.hash for stone in after.stones if stone.hash not in there))
        if (after := replace(after, unsent=lacking)) != before:
            self.desk.put_gone(after)
        wanted: set[str] = set(listing.sessions)
        lost = 0
        for own in (True, False):
            for name in self.desk.months(own=own):
                lacked, known = self._compare(name, listing, own=own)
                lost += lacked
                wanted -= known
        keys = self._compare_cards(listing)
        self.desk.put_trained(Trained(listing.training))
        self._find()
        self._take_training(listing.training)
        for some in _chunks(sorted(wanted), PAGE):
            self._take(self.remote.fetch(some, []).sessions)
        for some in _chunks(sorted(keys), PAGE):
            self._take_cards(self.remote.fetch([], some).cards)
        if not hello.known:
            self.out.told.append(
                said(
                    "The school's log was put back to an earlier day. What it lacked was sent again: {sessions}, {erasures}.",
                    sessions=counted("{n} session", "{n} sessions", lost),
                    erasures=counted("{n} erasure", "{n} erasures", len(lacking)),
                )
            )
        self.desk.put_membership(replace(self._named(hello), cursor=listing.cursor, acked=""))

    def _compare(self, name: str, listing: Listing, *, own: bool) -> tuple[int, set[str]]:
        """Mark unsent what the server lacks, drop what is not to be seen any more. How many, and what is here whole."""
        lacked, known, gone = 0, set(), set()
        month = self.desk.month(name, own=own)
        rows: list[Row] = []
        for id in {*month.logs, *(id for id, _kind in month.rows)}:
            has = set(listing.sessions.get(id, ()))
            ours = {one for (key, _kind), row in month.rows.items() if key == id for one in row.versions}
            if id in listing.sessions and id in month.logs and (has <= ours if own else has == ours):
                known.add(id)
            if not own:
                if id not in listing.sessions:
                    gone.add(id)
                continue
            state = month.row(id, SESSION)
            if state.state == "sent" and id not in listing.sessions and id in month.logs:
                lacked += 1
                rows.append(replace(state, state="", told=None))
            rows += [
                replace(row, sent=tuple(one for one in row.sent if one in has))
                for (key, kind), row in month.rows.items()
                if key == id and kind != SESSION and not set(row.sent) <= has
            ]
        if own:
            self.desk.change(name, lambda month: month.with_rows(*rows), own=True)
        else:
            self.desk.change(name, lambda month: month.forgot(gone), own=False)
        return lacked, known

    def _compare_cards(self, listing: Listing) -> set[str]:
        """The same for cards. The fields of which versions are missing here."""
        missing, changed = set(listing.cards), {}
        for learner, rows in self.desk.cards().rows.items():
            new = []
            for row in rows:
                has = set(listing.cards.get(row.id, ()))
                new.append(replace(row, sent=tuple(one for one in row.sent if one in has)))
                if has <= set(row.versions):
                    missing.discard(row.id)
            changed[learner] = tuple(new)
        if changed != self.desk.cards().rows:
            self.desk.put_cards(Cards(changed))
        return missing

    # 4. pull

    def _pull(self) -> None:
        while True:
            page = self.remote.pull(self.desk.membership().cursor, PAGE)
            self.keep_stones(page.tombstones)
            self.move_cursor_early(page.cursor)
            self._take(page.sessions)
            self._take_cards(page.cards)
            self._take_training(page.training)
            self._progress(len(page.sessions))
            if self.desk.membership().cursor != page.cursor:
                self.desk.put_membership(replace(self.desk.membership(), cursor=page.cursor))
            if not page.more:
                return

    def move_cursor_early(self, cursor: str) -> None:
        """Never: what is not laid yet would not come again after a crash."""

    def keep_stones(self, stones: Iterable[Stone]) -> None:
        before = self.desk.gone()
        if (after := before.plus(tuple(stones))) != before:
            self.desk.put_gone(after)

    def _find(self) -> None:
        """In which month's file each of one's own sessions is, and what was removed since the last sync."""
        self._where = {}
        for name in self.desk.months(own=True):
            month = self.desk.month(name, own=True)
            self._where |= {id: name for id in [*month.logs, *(id for id, _kind in month.rows)]}

    @property
    def _me(self) -> str:
        return self.desk.membership().person

    def is_mine(self, document: Document) -> bool:
        return self._me in (document.get("practitioner"), document.get("mentor"))

    @property
    def graves(self) -> Graves:
        return Graves(self.salt, self.desk.gone())

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
        graves, places = self.graves, {}  # type: ignore[var-annotated]
        for session in sessions:
            if not self.is_wanted(session, graves):
                continue
            own = session.id in self._where or session.practitioner == self._me
            name = self._where.get(session.id) if own else None
            places.setdefault((own, name or f"{session.started_at:%Y-%m}"), []).append(session)
        for (own, name), some in places.items():
            for session in some:
                self._take_journal(session, name, own=own)
            self.desk.change(
                name, lambda month, some=some, own=own: self._lay_all(month, some, own=own), own=own
            )
            if own:
                self._where |= {session.id: name for session in some}

    def _take_journal(self, session: Session, name: str, *, own: bool) -> None:
        found = next((one for one in session.parts if one.kind == JOURNAL and one.body), None)
        if found is None or self.desk.has_journal(session.id, own=own):
            return
        if own and (session.id, SESSION) in self.desk.month(name, own=True).rows:
            return  # it was here before: its log was removed, or its journal was
        if (data := unpacked(found)) is not None:
            self.desk.put_journal(session.id, data, own=own)

    def _lay_all(self, month: Month, sessions: list[Session], *, own: bool) -> Month:
        if own:
            month = self.notice(month, {session.id for session in sessions})
        else:
            month = self.notice_lists(month)
        for session in sessions:
            laid = self._lay_own(month, session) if own else self._lay_other(month, session)
            if laid is not month:
                self.out.took.add(session.id)
            month = laid
        return month

    def _lay_own(self, month: Month, session: Session) -> Month:
        id, state = session.id, month.row(session.id, SESSION)
        if id not in month.logs:
            if (id, SESSION) in month.rows:
                return month  # removed here, and not told yet
            return self._new(month, session)
        document = month.logs[id]
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
            made = parts.joined(document, "facts", facts)
            _check(made)
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
        for id, kind in list(month.rows):
            if id == session.id and kind != SESSION and not any(one.kind == kind for one in session.parts):
                month = month.withdrawn(id, kind)
        if any(one.kind == JOURNAL for one in session.parts):
            month = month.with_log(session.id, {**month.logs[session.id], "journal": f"{session.id}.jsonl"})
        audience = (session.figures_for, session.words_for)
        month = month.with_rows(replace(month.row(session.id, SESSION), audience=audience, told=audience))
        return self._lay_parts(month, session)

    def _lay_parts(self, month: Month, session: Session) -> Month:
        id = session.id
        for kind in (*PARTS, CHECKLIST, JOURNAL):
            versions: Versions = {
                one.vid: (one.replaces, one.author)
                for one in session.parts
                if one.kind == kind and _is_true(one)
            }
            if not versions:
                continue
            row = month.row(id, kind)
            seen = tuple(dict.fromkeys([*row.sent, *versions]))
            if kind == JOURNAL:
                month = month.with_rows(replace(row, versions={**versions, **row.versions}, sent=seen))
                continue
            bodies = {
                one: body for one, body in _read_heads(session, kind) if self._fits(month, id, kind, body)
            }
            laid = self.lay(row, month.body(id, kind), versions, bodies)
            month = month.with_rows(replace(laid.row, sent=seen))
            if laid.body is not None:
                month = month.with_body(id, kind, laid.body)
        return month

    def lay(self, row: Row, body: str, versions: Versions, bodies: dict[str, str]) -> parts.Laid:
        return parts.laid(row, body, versions, bodies)

    def _fits(self, month: Month, id: str, kind: str, body: str) -> bool:
        """Whether the log could be read with a part that says this."""
        with contextlib.suppress(ValueError, msgspec.DecodeError, Refusal):
            if kind == CHECKLIST:
                from ii_companion.log.checklist import Checklist

                return msgspec.json.decode(body, type=Checklist).id == id
            _check(parts.joined(month.logs[id], kind, body))
            return True
        return False

    def _take_cards(self, versions: Iterable[Version]) -> None:
        """A card is two files: what is known of it says what is to come, then the card is put, then that is cleared."""
        graves = self.graves
        by_learner: dict[str, list[Version]] = {}
        for one in versions:
            learner, _slash, field = one.key.partition("/")
            with contextlib.suppress(Refusal):
                if (
                    code(learner) == learner
                    and field
                    and _is_true(one)
                    and self.is_card_wanted(learner, graves)
                ):
                    by_learner.setdefault(learner, []).append(one)
        cards, to_put = dict(self.desk.cards().rows), {}
        for learner, some in by_learner.items():
            try:
                card = self.desk.card(learner)
            except Refusal as refusal:
                self.out.told.append(refusal.sentence)
                continue
            rows, changed = self._lay_card(card, cards.get(learner, ()), some)
            cards[learner] = rows
            if changed:
                to_put[learner] = changed
        if cards != self.desk.cards().rows:
            self.desk.put_cards(Cards(cards))
        self._put_cards(to_put)

    def is_card_wanted(self, learner: str, graves: Graves) -> bool:
        return not graves.learner(learner)

    def _lay_card(
        self, card: object, known: tuple[Row, ...], versions: list[Version]
    ) -> tuple[tuple[Row, ...], dict[str, str]]:
        said_now = parts.fields_of(card)  # type: ignore[arg-type]
        if card.code not in self.desk.learners() and not any(row.before is not None for row in known):  # type: ignore[attr-defined]
            known = ()  # somebody removed the file: that empties no field at the school
        rows = {row.id: row for row in known}
        learner = card.code  # type: ignore[attr-defined]
        changed: dict[str, str] = {}
        for field, body in said_now.items():
            key = f"{learner}/{field}"
            row = self.notice_part(rows.get(key, Row(key, "card")), body)
            some = [one for one in versions if one.key == key]
            if some:
                bodies = {
                    one.vid: one.body
                    for one in some
                    if one.body is not None and _fits_card(card, field, one.body)
                }
                laid = self.lay(row, body, {one.vid: (one.replaces, one.author) for one in some}, bodies)
                seen = tuple(dict.fromkeys([*row.sent, *(one.vid for one in some)]))
                after = replace(laid.row, sent=seen)
                if laid.body is not None:
                    after = self.to_come(after, row.shown if row.before is None else row.before, laid.body)
                row = after
            if row.before is not None:  # now, or since a crash
                changed[field] = row.bodies[max(row.shown)]
            if row.versions:
                rows[key] = row
        return tuple(rows.values()), changed

    def to_come(self, row: Row, shown: tuple[str, ...], body: str) -> Row:
        """What the card's file says until it is put is no edit, should a crash come between."""
        return replace(row, before=shown, bodies={**row.bodies, max(row.shown): body})

    def _put_cards(self, to_put: dict[str, dict[str, str]]) -> None:
        for learner, changed in to_put.items():
            self.desk.put_card(parts.card_with(self.desk.card(learner), changed))
        if to_put:
            cards = dict(self.desk.cards().rows)
            for learner in to_put:
                cards[learner] = tuple(parts.put(row) if row.before is not None else row for row in cards[learner])
            self.desk.put_cards(Cards(cards))

    def _take_training(self, days: Iterable[Day]) -> None:
        known = self.desk.trained().days
        new = tuple(day for day in dict.fromkeys(tuple(one) for one in days) if day not in set(known))
        own = [(what, day) for who, what, day in days if who == self._me]
        if own:
            self.desk.put_dates(self._me, own)
        if new:
            self.desk.put_trained(Trained(known + new))

    # 5. wipe what has a tombstone

    def _wipe(self) -> None:
        graves = self.graves
        if not self.desk.gone().stones:
            self._tidy_journals()
            return
        for learner in sorted(self.desk.codes()):
            if graves.learner(learner) and not self.desk.erase(learner):
                self.out.told.append(
                    said(
                        "A session with {learner} is running, and {learner} was erased. End it: it will be removed.",
                        learner=learner,
                    )
                )
        cards = {one: rows for one, rows in self.desk.cards().rows.items() if not graves.learner(one)}
        if cards != self.desk.cards().rows:
            self.desk.put_cards(Cards(cards))
        for own in (True, False):
            for name in self.desk.months(own=own):
                month = self.desk.month(name, own=own)
                doomed = {
                    id
                    for id, log in month.logs.items()
                    if graves.session(id, str(log.get("practitioner", "")))
                }
                gone = {id for id in doomed if self.desk.drop(id)}
                gone |= {
                    id for id, kind in month.rows if id not in month.logs and graves.session(id, self._me)
                }
                if gone:
                    self.desk.change(name, lambda month, gone=gone: month.forgot(gone), own=own)
        self._tidy_journals()

    def _tidy_journals(self) -> None:
        """Others' journals that no log of others' speaks of: withdrawn, or left by a crash."""
        keep = set()
        for name in self.desk.months(own=False):
            month = self.desk.month(name, own=False)
            keep |= {id for id, kind in month.rows if kind == JOURNAL}
        self.desk.drop_journals(keep)

    # 6. notice and push

    def notice_part(self, row: Row, body: str) -> Row:
        return parts.noticed(row, body, self._me)

    def notice(self, month: Month, ids: Iterable[str]) -> Month:
        """Edits of one's own sessions, whoever made them: a screen, stock TinyDB, a text editor."""
        consent = self.desk.membership().consent
        rows = []
        for id in ids:
            document = month.logs.get(id)
            state = month.row(id, SESSION)
            if document is None or not self.is_mine(document) or state.state in ("kept", "refused"):
                continue
            figures_for, words_for = state.audience or (consent.figures_for, consent.words_for)
            bodies = parts.split(document) | {CHECKLIST: month.body(id, CHECKLIST)}
            for kind, body in bodies.items():
                let_go = {"figures": figures_for, "words": words_for}.get(kind, 1) > 0
                if kind == CHECKLIST:
                    let_go = month.lists.get(id, {}).get("mentor") in (self._me, "") and body != BLANK
                if let_go or (id, kind) in month.rows:
                    rows.append(self.notice_part(month.row(id, kind), body))
        return month.with_rows(*(row for row in rows if row.versions))

    def notice_lists(self, month: Month) -> Month:
        """Checklists that this person filled in about others' sessions."""
        rows = [
            self.notice_part(month.row(id, CHECKLIST), month.body(id, CHECKLIST))
            for id, one in month.lists.items()
            if id in month.logs and one.get("mentor") in (self._me, "")
        ]
        return month.with_rows(*(row for row in rows if row.versions))

    def _send(self) -> bool:
        """Whether anything was sent."""
        some = self._remove()
        self._notice_cards()
        for name in self.desk.months(own=True):
            self.desk.change(name, lambda month: self.notice(month, list(month.logs)), own=True)
        for name in self.desk.months(own=False):
            self.desk.change(name, self.notice_lists, own=False)
        some |= self._share()
        for batch in self._batches():
            self._push(batch)
            some = True
        return some

    def _remove(self) -> bool:
        """Sessions that were sent, and were removed here since."""
        some = False
        for name in self.desk.months(own=True):
            month = self.desk.month(name, own=True)
            loose = {id for id, _kind in month.rows if id not in month.logs}
            # one that was not marked as sent may have come there all the same, with the answer lost
            there = [id for id in sorted(loose) if month.row(id, SESSION).state in ("", "sent")]
            for ids in _chunks(there, PAGE):
                removed = self.remote.remove(ids)
                self.acknowledge(removed.mark)
                self.keep_stones(removed.tombstones)
                some = True
            if loose:
                self.desk.change(name, lambda month, loose=loose: month.forgot(loose), own=True)
        return some

    def _share(self) -> bool:
        """Who else may see sessions that are there already."""
        wanted: dict[tuple[int, int], list[tuple[str, str]]] = {}
        for name in self.desk.months(own=True):
            month = self.desk.month(name, own=True)
            for (id, kind), row in month.rows.items():
                if kind == SESSION and row.state == "sent" and row.audience and row.audience != row.told:
                    wanted.setdefault(row.audience, []).append((name, id))
        for (figures, words), some in wanted.items():
            answer = self.remote.share([id for _name, id in some], figures, words)
            self.acknowledge(answer.mark)
            shown = set(answer.sessions)
            for name in sorted({name for name, _id in some}):
                ids = {id for month, id in some if month == name}

                def told(month: Month, ids: set[str] = ids, now: tuple[int, int] = (figures, words)) -> Month:
                    rows = (month.row(id, SESSION) for id in ids)
                    # a session that is another's to lend stays as its practitioner has it
                    return month.with_rows(
                        *(
                            replace(r, told=now) if r.id in shown else replace(r, audience=r.told)
                            for r in rows
                        )
                    )

                self.desk.change(name, told, own=True)
        return bool(wanted)

    def _notice_cards(self) -> None:
        cards, graves = dict(self.desk.cards().rows), self.graves
        to_put: dict[str, dict[str, str]] = {}
        for learner in self.desk.learners():
            if graves.learner(learner):
                continue
            try:
                card = self.desk.card(learner)
            except Refusal as refusal:
                self.out.told.append(refusal.sentence)
                continue
            rows, changed = self._lay_card(card, cards.get(learner, ()), [])
            if rows:
                cards[learner] = rows
            if changed:
                to_put[learner] = changed
        for learner in set(cards) - set(self.desk.learners()):
            changed = self._lay_card(self.desk.card(learner), cards[learner], [])[1]
            if changed:
                to_put[learner] = changed
        if cards != self.desk.cards().rows:
            self.desk.put_cards(Cards(cards))
        self._put_cards(to_put)

    def _batches(self) -> Iterator[Batch]:
        gone = self.desk.gone()
        stones = tuple(stone for stone in gone.stones if stone.hash in gone.unsent)
        cards, training = self._cards_to_send(), self._training_to_send()
        sessions: list[Session] = []
        versions: list[Version] = []
        for own in (True, False):
            for name in self.desk.months(own=own):
                month = self.desk.month(name, own=own)
                for id in month.logs:
                    head, some = self._to_send(month, id, own=own)
                    if head is None and not some:
                        continue
                    sessions += [head] if head is not None else []
                    versions += some
                    if len({*(s.id for s in sessions), *(v.key for v in versions)}) >= PAGE:
                        yield Batch(tuple(sessions), tuple(versions), cards, training, stones)
                        sessions, versions, cards, training, stones = [], [], (), (), ()
        if batch := Batch(tuple(sessions), tuple(versions), cards, training, stones):
            yield batch

    def _to_send(self, month: Month, id: str, *, own: bool) -> tuple[Session | None, list[Version]]:
        document, state = month.logs[id], month.row(id, SESSION)
        if own and (
            not self.is_mine(document)
            or not document.get("practitioner")
            or state.state in ("kept", "refused")
        ):
            return None, []
        if self.graves.learner(document["learner"]) or self.graves.session(id, document["practitioner"]):
            return None, []
        consent = self.desk.membership().consent
        figures_for, words_for = state.audience or (consent.figures_for, consent.words_for)
        may = (
            {"facts": 1, "figures": figures_for, "words": words_for, CHECKLIST: 1} if own else {CHECKLIST: 1}
        )
        some = []
        for kind, allowed in may.items():
            row = month.rows.get((id, kind))
            if row is None or not allowed:
                continue
            for one in parts.unsent(row, self._me):
                body = parts.body_of(row, one, month.body(id, kind))
                if body is not None:
                    numbers = flat(document) if kind == "figures" else None
                    some.append(Version(kind, id, one, row.versions[one][0], self._me, body, numbers))
        if (
            own
            and words_for > 0
            and (id, JOURNAL) not in month.rows
            and (data := self.desk.journal(id)) is not None
        ):
            packed = base64.b64encode(zlib.compress(data, 9)).decode()
            some.append(
                Version(JOURNAL, id, parts.vid(JOURNAL, id, (), self._me, packed), (), self._me, packed)
            )
        if not own or state.state == "sent":
            return None, some
        who = {name: document.get(name, "") for name in parts.WHO}
        return msgspec.convert({**who, "figures_for": figures_for, "words_for": words_for}, Session), some

    def _cards_to_send(self) -> tuple[Version, ...]:
        found, graves = [], self.graves
        for learner, rows in self.desk.cards().rows.items():
            if graves.learner(learner) or not any(parts.unsent(row, self._me) for row in rows):
                continue
            said_now = parts.fields_of(self.desk.card(learner))
            for row in rows:
                for one in parts.unsent(row, self._me):
                    body = parts.body_of(row, one, said_now[row.id.partition("/")[2]])
                    if body is not None:
                        found.append(Version("card", row.id, one, row.versions[one][0], self._me, body))
        return tuple(found)

    def _training_to_send(self) -> tuple[Day, ...]:
        known, mine = set(self.desk.trained().days), self.desk.membership()
        every = [
            day
            for who, dates in self.desk.dates().items()
            if who == mine.person or mine.co_ordinator
            for day in [
                *([(who, "induction", dates.induction.isoformat())] if dates.induction else []),
                *((who, "refresher", one.isoformat()) for one in dates.refreshers),
            ]
        ]
        return tuple(day for day in every if day not in known)

    def _push(self, batch: Batch) -> None:
        answer = self.remote.push(batch)
        self.acknowledge(answer.mark)
        gone = self.desk.gone()
        left = tuple(one for one in gone.unsent if one not in answer.tombstones)
        if left != gone.unsent:
            self.desk.put_gone(replace(gone, unsent=left))
        self._sent(batch, answer)
        self._progress(len(batch.sessions))

    def acknowledge(self, mark: str) -> None:
        """The mark first: with what was sent marked as sent and not the mark, a log put back would not be found out."""
        self.desk.put_membership(replace(self.desk.membership(), acked=mark))

    def _sent(self, batch: Batch, answer: Answer) -> None:
        """What the answer shows is sent, and nothing else."""
        shown, there = set(answer.parts), set(answer.sessions)
        brought = {one.id: one for one in batch.sessions}
        by_id: dict[str, list[Version]] = {}
        for one in batch.parts:
            by_id.setdefault(one.key, []).append(one)

        def mark(month: Month) -> Month:
            rows = []
            for id in month.logs:
                state = month.row(id, SESSION)
                if id in brought and id in there:
                    told = (brought[id].figures_for, brought[id].words_for)
                    rows.append(replace(state, state="sent", audience=state.audience or told, told=told))
                    self.out.sent.add(id)
                elif id in brought and id not in answer.gone:
                    rows.append(replace(state, state="refused"))
                for one in by_id.get(id, []):
                    if one.vid in shown:
                        row = month.row(id, one.kind)
                        versions = {**row.versions, one.vid: (one.replaces, one.author)}
                        rows.append(
                            replace(row, versions=versions, sent=tuple(dict.fromkeys([*row.sent, one.vid])))
                        )
                        self.out.sent.add(id)
                        month = month.with_rows(rows[-1])
            return month.with_rows(*rows)

        for own in (True, False):
            for name in self.desk.months(own=own):
                self.desk.change(name, mark, own=own)
        if batch.cards:
            cards = {
                learner: tuple(
                    replace(
                        row, sent=tuple(dict.fromkeys([*row.sent, *(v for v in row.versions if v in shown)]))
                    )
                    for row in rows
                )
                for learner, rows in self.desk.cards().rows.items()
            }
            self.desk.put_cards(Cards(cards))
        if answer.training:
            self.desk.put_trained(
                Trained(tuple(dict.fromkeys([*self.desk.trained().days, *answer.training])))
            )

    # 7. what is said

    def _finish(self, hello: Hello) -> None:
        for name in self.desk.months(own=True):
            month = self.desk.month(name, own=True)
            self.out.waits += sum(state_of(month, id, self._me) in ("waits", "refused") for id in month.logs)
        self.desk.put_membership(
            replace(self._named(hello), last_sync=f"{self._now:%Y-%m-%dT%H:%M:%SZ}", waits=self.out.waits)
        )


def state_of(month: Month, id: str, me: str) -> str:
    """How one of one's own sessions stands: `here`, `sent`, `kept`, `refused`, or `waits`, since it is another's."""
    log, state = month.logs[id], month.row(id, SESSION).state
    if state:
        return state
    return (
        "here" if me in (log.get("practitioner"), log.get("mentor")) and log.get("practitioner") else "waits"
    )


def unpacked(version: Version) -> bytes | None:
    """The journal in a version; None if it is none."""
    try:
        packed = base64.b64decode(version.body or "", validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, LONGEST_JOURNAL)
        return data if unpacker.eof and _is_true(version) else None
    except (ValueError, zlib.error):
        return None


def _is_true(version: Version) -> bool:
    """Whether a version is what its id says; of one that was replaced only the id is left."""
    if version.body is None:
        return True
    try:
        return (
            parts.vid(version.kind, version.key, version.replaces, version.author, version.body)
            == version.vid
        )
    except (ValueError, UnicodeError):
        return False


def _read_heads(session: Session, kind: str) -> Iterator[tuple[str, str]]:
    """The versions of a part that say something, the greatest first."""
    some = [one for one in session.parts if one.kind == kind and one.body is not None and _is_true(one)]
    for one in sorted(some, key=lambda one: one.vid, reverse=True):
        yield one.vid, one.body or ""


def _fits_card(card: object, field: str, body: str) -> bool:
    with contextlib.suppress(ValueError, msgspec.DecodeError):
        parts.card_with(card, {field: body})  # type: ignore[arg-type]
        return True
    return False


def _check(document: Document) -> None:
    """Raise ValueError for a log that no program could read; one of a newer version is left for that."""
    if isinstance(document.get("schema"), int) and document["schema"] > SCHEMA:
        return
    msgspec.convert(document, BriefLog)


def _is_one(document: Document, session: Session) -> bool:
    """Whether a log here and a session there are one and the same, and not two under one id."""
    here = msgspec.convert(document.get("started_at"), datetime)
    who = (document.get("learner"), document.get("practitioner", ""), document.get("mentor", ""))
    return who == (session.learner, session.practitioner, session.mentor) and here == session.started_at


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
