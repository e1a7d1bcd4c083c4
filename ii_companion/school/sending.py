"""Sending what was changed here: removals, edits, who else may see, and days; what the answer shows is sent."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from functools import partial

import msgspec
from msgspec.structs import replace

from ii_companion.progress import did, expected
from ii_companion.school import parts
from ii_companion.school.ahead import ahead
from ii_companion.school.card_sync import CardSync
from ii_companion.school.common import chunks, forgetting, state_of
from ii_companion.school.desk import CHECKLIST, JOURNAL, SESSION, Month
from ii_companion.school.flat import flat
from ii_companion.school.membership import Cards, Graves, Trained
from ii_companion.school.parts import Row
from ii_companion.school.remote import (
    PAGE,
    Answer,
    Batch,
    Day,
    Session,
    Version,
)


class Sending(CardSync):
    """What a sync sends."""

    def _send(self) -> bool:
        """Whether anything was sent."""
        some = self._remove()
        self._notice_cards()
        for name in self.open_months(own=True):
            self.desk.change(name, lambda month: self.notice(month, list(month.logs)), own=True)
        for name in self.open_months(own=False):
            self.desk.change(name, self.notice_lists, own=False)
        some |= self._share()
        expected(sum(len(self._to_go(name)) for name in self.open_months(own=True)))
        for batch, answer in ahead(self.remote.push, self._batches()):
            self._pushed(batch, answer)
            some = True
        return some

    def _remove(self) -> bool:
        """Sessions that were sent, and were removed here since."""
        some = False
        for name in self.open_months(own=True):
            month = self.desk.month(name, own=True)
            loose = {session_id for session_id, _kind in month.rows if session_id not in month.logs}
            # one that was not marked as sent may have come there all the same, with the answer lost
            there = [
                session_id
                for session_id in sorted(loose)
                if month.row(session_id, SESSION).state in ("", "sent")
            ]
            for ids in chunks(there, PAGE):
                removed = self.remote.remove(ids)
                self.acknowledge(removed.mark)
                self.keep_stones(removed.tombstones)
                some = True
            if loose:
                self.desk.change(name, forgetting(loose), own=True)
        return some

    def _share(self) -> bool:
        """Who else may see sessions that are there already."""
        wanted: dict[tuple[int, int], list[tuple[str, str]]] = {}
        for name in self.open_months(own=True):
            month = self.desk.month(name, own=True)
            for (session_id, kind), row in month.rows.items():
                if kind == SESSION and row.state == "sent" and row.audience and row.audience != row.told:
                    wanted.setdefault(row.audience, []).append((name, session_id))
        for (figures, words), some in wanted.items():
            answer = self.remote.share([session_id for _name, session_id in some], figures, words)
            self.acknowledge(answer.mark)
            shown = set(answer.sessions)
            for name in sorted({name for name, _id in some}):
                ids = {session_id for month, session_id in some if month == name}

                self.desk.change(name, partial(_told, ids=ids, shown=shown, now=(figures, words)), own=True)
        return bool(wanted)

    def _to_go(self, name: str) -> list[str]:
        """The sessions of a month of one's own that are not in the school's log yet."""
        month = self.desk.month(name, own=True)
        return [one for one in month.logs if state_of(month, one, self._me) == "here"]

    def _batches(self) -> Iterator[Batch]:
        gone, graves = self.desk.gone(), self.graves
        stones = tuple(stone for stone in gone.stones if stone.hash in gone.unsent)
        cards, training = self._cards_to_send(), self._training_to_send()
        sessions: list[Session] = []
        versions: list[Version] = []
        count = 0
        for own in (True, False):
            for name in self.open_months(own=own):
                month = self.desk.month(name, own=own)
                for session_id in month.logs:
                    head, some = self._to_send(month, session_id, graves, own=own)
                    if head is None and not some:
                        continue
                    sessions += [head] if head is not None else []
                    versions += some
                    count += 1
                    if count >= PAGE:
                        yield Batch(tuple(sessions), tuple(versions), cards, training, stones)
                        sessions, versions, cards, training, stones, count = [], [], (), (), (), 0
        if batch := Batch(tuple(sessions), tuple(versions), cards, training, stones):
            yield batch

    def _to_send(
        self, month: Month, session_id: str, graves: Graves, *, own: bool
    ) -> tuple[Session | None, list[Version]]:
        document, state = month.logs[session_id], month.row(session_id, SESSION)
        if own and (
            not self.is_mine(document)
            or not document.get("practitioner")
            or state.state in ("kept", "refused")
        ):
            return None, []
        if graves.learner(document["learner"]) or graves.session(session_id, document["practitioner"]):
            return None, []
        consent = self.desk.membership().consent
        figures_for, words_for = state.audience or (consent.figures_for, consent.words_for)
        may = (
            {"facts": 1, "figures": figures_for, "words": words_for, CHECKLIST: 1} if own else {CHECKLIST: 1}
        )
        some = []
        for kind, allowed in may.items():
            row = month.rows.get((session_id, kind))
            if row is None or not allowed:
                continue
            for one in parts.unsent(row, self._me):
                body = parts.body_of(row, one, month.body(session_id, kind))
                if body is not None:
                    numbers = flat(document) if kind == "figures" else None
                    some.append(Version(kind, session_id, one, row.versions[one][0], self._me, body, numbers))
        if (
            own
            and words_for > 0
            and (session_id, JOURNAL) not in month.rows
            and (data := self.desk.journal(session_id)) is not None
        ):
            packed = base64.b64encode(zlib.compress(data, 9)).decode()
            some.append(
                Version(
                    JOURNAL,
                    session_id,
                    parts.vid(JOURNAL, session_id, (), self._me, packed),
                    (),
                    self._me,
                    packed,
                )
            )
        if not own or state.state == "sent":
            return None, some
        who = {name: document.get(name, "") for name in parts.WHO}
        return msgspec.convert({**who, "figures_for": figures_for, "words_for": words_for}, Session), some

    def has_more(self, month: Month, *, own: bool) -> bool:
        """Whether something of a month is still to be sent, or may be: a journal that has not ended."""
        graves = self.graves
        if any(session_id not in month.logs for session_id, _kind in month.rows):
            return True
        for session_id in month.logs:
            head, some = self._to_send(month, session_id, graves, own=own)
            if head is not None or some:
                return True
            if (
                own
                and (session_id, JOURNAL) not in month.rows
                and self.desk.has_journal(session_id, own=True)
            ):
                audience = month.row(session_id, SESSION).audience
                if audience and audience[1] > 0:
                    return True
        return False

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

    def _pushed(self, batch: Batch, answer: Answer) -> None:
        self.acknowledge(answer.mark)
        gone = self.desk.gone()
        left = tuple(one for one in gone.unsent if one not in answer.tombstones)
        if left != gone.unsent:
            self.desk.put_gone(replace(gone, unsent=left))
        self._sent(batch, answer)
        did(len(batch.sessions))

    def _sent(self, batch: Batch, answer: Answer) -> None:
        """What the answer shows is sent, and nothing else."""
        shown, there = set(answer.parts), set(answer.sessions)
        brought = {one.id: one for one in batch.sessions}
        by_id: dict[str, list[Version]] = {}
        for one in batch.parts:
            by_id.setdefault(one.key, []).append(one)

        touched = {*brought, *by_id}

        def mark(month: Month) -> Month:
            rows = dict(month.rows)
            for session_id in touched & set(month.logs):
                state = month.row(session_id, SESSION)
                if session_id in brought and session_id in there:
                    told = (brought[session_id].figures_for, brought[session_id].words_for)
                    now = replace(state, state="sent", audience=state.audience or told, told=told)
                    rows[session_id, SESSION] = now
                    self.out.sent.add(session_id)
                elif session_id in brought and session_id not in answer.gone:
                    rows[session_id, SESSION] = replace(state, state="refused")
                for one in by_id.get(session_id, []):
                    if one.vid in shown:
                        row = rows.get((session_id, one.kind)) or Row(session_id, one.kind)
                        versions = {**row.versions, one.vid: (one.replaces, one.author)}
                        sent = tuple(dict.fromkeys([*row.sent, one.vid]))
                        rows[session_id, one.kind] = replace(row, versions=versions, sent=sent)
                        self.out.sent.add(session_id)
            return replace(month, rows=rows) if rows != month.rows else month

        for own in (True, False):
            for name in self.desk.months(own=own):
                if not touched.isdisjoint(self.desk.month(name, own=own).logs):
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


def _told(month: Month, ids: set[str], shown: set[str], now: tuple[int, int]) -> Month:
    """What the server has for an audience now; a session that is another's to lend stays as its practitioner has it."""
    rows = (month.row(session_id, SESSION) for session_id in ids)
    return month.with_rows(
        *(replace(row, told=now) if row.id in shown else replace(row, audience=row.told) for row in rows)
    )
