"""One sync: what was changed here goes, what is new there is taken in, and what was erased is removed.

Every step is durable before the next; a crash anywhere is followed by the same sync again. The order is the point:
tombstones are on disk before anything they speak of may be taken in; edits are noticed before versions are laid over
them; the cursor moves last.
"""

from __future__ import annotations

from msgspec.structs import replace

from ii_companion.school.common import Outcome, chunks, forgetting, state_of
from ii_companion.school.desk import JOURNAL, SESSION
from ii_companion.school.membership import Cards, Membership, Trained
from ii_companion.school.parts import Row
from ii_companion.school.remote import (
    PAGE,
    Hello,
    Listing,
    Stone,
)
from ii_companion.school.sending import Sending
from ii_companion.school.taking import Taking
from ii_companion.session.said import counted, said


class Engine(Taking, Sending):
    """Brings one laptop and the school's log in step."""

    def sync(self) -> Outcome:
        """Raises Refusal; what was done until then stays done."""
        self.desk.sweep()
        hello = self._hello()
        if self._ask_for_erasures():
            hello = replace(hello, more=True)
        mine = self.desk.membership()
        if not self.is_known(hello):
            self._reconcile(hello)
            hello = replace(hello, more=True)
        elif not mine.salt:
            self.desk.put_membership(self._named(hello))
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

    def _hello(self) -> Hello:
        mine = self.desk.membership()
        hello = self.remote.hello(*self.marks(mine.cursor, mine.acked))
        hello.refuse_other()
        self.salt = hello.salt
        if mine.laid:  # a sync ended half way: what it had laid must be known there as well
            hello = replace(hello, known=hello.known and self.remote.hello(mine.laid, "").known, more=True)
        return hello

    def marks(self, cursor: str, acked: str) -> tuple[str, str]:
        """How far this laptop is, as the server is to know it."""
        return cursor, acked

    def is_known(self, hello: Hello) -> bool:
        """Whether the cursor still says what this laptop lacks."""
        return hello.known and self.desk.membership().epoch in ("", hello.epoch)

    def _named(self, hello: Hello) -> Membership:
        return replace(
            self.desk.membership(), salt=hello.salt, school=hello.school, co_ordinator=hello.co_ordinator,
            co_ordinators=hello.co_ordinators, epoch=hello.epoch,
        )  # fmt: skip

    def _ask_for_erasures(self) -> bool:
        """Whether there were any."""
        asked = self.desk.gone().asked
        for learner in asked:
            erased = self.remote.erase(learner)
            self.acknowledge(erased.mark)
            self.keep_erasure(learner, erased.tombstone)
        return bool(asked)

    def keep_erasure(self, learner: str, stone: Stone) -> None:
        """The tombstone and that it was asked for, in one step: between two, a crash would lose one of them."""
        gone = self.desk.gone().plus((stone,))
        self.desk.put_gone(replace(gone, asked=tuple(one for one in gone.asked if one != learner)))

    def _reconcile(self, hello: Hello) -> None:
        listing = self.remote.list()
        self.desk.put_membership(replace(self.desk.membership(), laid=listing.cursor))
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
        self._take_training(listing.training)
        for some in chunks(sorted(wanted), PAGE):
            self._take(self.remote.fetch(some, []).sessions)
        for some in chunks(sorted(keys), PAGE):
            self._take_cards(self.remote.fetch([], some).cards)
        if not hello.known:
            self.out.told.append(
                said(
                    "The school's log was put back to an earlier day. What it lacked was sent again: {sessions}, {erasures}.",
                    sessions=counted("{n} session", "{n} sessions", lost),
                    erasures=counted("{n} erasure", "{n} erasures", len(lacking)),
                )
            )
        self.desk.put_membership(replace(self._named(hello), cursor=listing.cursor, acked="", laid=""))

    def _compare(self, name: str, listing: Listing, *, own: bool) -> tuple[int, set[str]]:
        """Mark unsent what the server lacks, drop what is not to be seen any more. How many, and what is here whole."""
        lacked, known, gone = 0, set(), set()
        month = self.desk.month(name, own=own)
        rows: list[Row] = []
        for session_id in {*month.logs, *(session_id for session_id, _kind in month.rows)}:
            has = set(listing.sessions.get(session_id, ()))
            ours = {
                one for (key, _kind), row in month.rows.items() if key == session_id for one in row.versions
            }
            if (
                session_id in listing.sessions
                and session_id in month.logs
                and (has <= ours if own else has == ours)
            ):
                known.add(session_id)
            if not own:
                if session_id not in listing.sessions:
                    gone.add(session_id)
                continue
            state = month.row(session_id, SESSION)
            if state.state == "sent" and session_id not in listing.sessions and session_id in month.logs:
                lacked += 1
                rows.append(replace(state, state="", told=None))
            rows += [
                replace(row, sent=tuple(one for one in row.sent if one in has))
                for (key, kind), row in month.rows.items()
                if key == session_id and kind != SESSION and not set(row.sent) <= has
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
            for name in self.open_months(own=own):
                month = self.desk.month(name, own=own)
                doomed = {
                    session_id
                    for session_id, log in month.logs.items()
                    if graves.session(session_id, str(log.get("practitioner", "")))
                }
                gone = {session_id for session_id in doomed if self.desk.drop(session_id)}
                gone |= {
                    session_id
                    for session_id, kind in month.rows
                    if session_id not in month.logs and graves.session(session_id, self._me)
                }
                if gone:
                    self.desk.change(name, forgetting(gone), own=own)
        self._tidy_journals()

    def _tidy_journals(self) -> None:
        """Others' journals that no log of others' speaks of: withdrawn, or left by a crash."""
        keep = set()
        for name in self.desk.months(own=False):
            month = self.desk.month(name, own=False)
            keep |= {session_id for session_id, kind in month.rows if kind == JOURNAL}
        self.desk.drop_journals(keep)

    def _finish(self, hello: Hello) -> None:
        settled: dict[tuple[bool, str], int] = {}
        for own in (True, False):
            for name in self.desk.months(own=own):
                waits = self.desk.settled(name, own=own)
                if waits is None:
                    month = self.desk.month(name, own=own)
                    waits = own * sum(
                        state_of(month, session_id, self._me) in ("waits", "refused")
                        for session_id in month.logs
                    )
                    if self.has_more(month, own=own):
                        self.out.waits += waits
                        continue
                settled[own, name] = waits
                self.out.waits += waits
        self.desk.settle(settled)
        self.desk.put_membership(
            replace(self._named(hello), last_sync=f"{self._now:%Y-%m-%dT%H:%M:%SZ}", waits=self.out.waits)
        )
