"""A school's log and laptops in memory: what the SQL and the files promise, without either; and how they fail."""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from ii_companion.log.dates import Dates
from ii_companion.school.desk import Month
from ii_companion.school.membership import Cards, Gone, Membership, Trained
from ii_companion.school.parts import grave
from ii_companion.school.remote import (
    Answer,
    Batch,
    Day,
    Erased,
    Fetched,
    Hello,
    Listing,
    Page,
    Removed,
    Session,
    Shared,
    Stone,
    Version,
)
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal

SALT = "5a" * 32
AUDIENCE = {"facts": 2, "checklist": 0}


class Kept(msgspec.Struct):
    """All that a backup of the server holds."""

    co_ordinators: set[str]
    mentoring: set[tuple[str, str]]
    epochs: dict[str, int]
    at: int = 0
    sessions: dict[str, tuple[int, Session]] = {}
    parts: dict[tuple[str, str, str], tuple[int, Version]] = {}
    training: dict[Day, int] = {}
    stones: dict[tuple[str, str], tuple[int, Stone]] = {}
    marks: dict[str, int] = {}


class MemoryServer:
    """One school."""

    def __init__(self, co_ordinators: set[str], seed: int = 0) -> None:
        self.kept = Kept(set(co_ordinators), set(), {})
        self._random = random.Random(seed)

    def backup(self) -> Kept:
        return copy.deepcopy(self.kept)

    def restore(self, kept: Kept) -> None:
        self.kept = copy.deepcopy(kept)

    def mac(self, hash: str, author: str, wide: bool) -> str:
        return hashlib.sha256(f"secret {hash} {author} {wide}".encode()).hexdigest()

    def mark(self) -> str:
        mark = f"{self._random.getrandbits(96):024x}"
        self.kept.marks[mark] = self.kept.at
        return mark

    def mentor(self, mentor: str, practitioner: str, *, ends: bool = False) -> None:
        self.kept.at += 1
        (self.kept.mentoring.discard if ends else self.kept.mentoring.add)((mentor, practitioner))
        self.kept.epochs[mentor] = self.kept.epochs.get(mentor, 1) + 1

    def is_gone(self, session_id: str, learner: str, practitioner: str) -> bool:
        salt = bytes.fromhex(SALT)
        for (gone, author), (_at, stone) in self.kept.stones.items():
            if stone.wide and gone == grave(salt, f"learner:{learner}"):
                return True
            if gone == grave(salt, f"session:{session_id}") and (stone.wide or author == practitioner):
                return True
        return False

    def reap(self) -> None:
        for session_id, (_at, one) in list(self.kept.sessions.items()):
            if self.is_gone(session_id, one.learner, one.practitioner):
                del self.kept.sessions[session_id]
                for key in [key for key in self.kept.parts if key[0] == session_id]:
                    del self.kept.parts[key]
        for key in [key for key in self.kept.parts if key[1] == "card"]:
            if self.is_gone("", key[0].partition("/")[0], ""):
                del self.kept.parts[key]


class MemoryRemote:
    """The log as one person's login is answered."""

    def __init__(self, server: MemoryServer, person: str) -> None:
        self.server, self.me = server, person

    @property
    def _kept(self) -> Kept:
        return self.server.kept

    @property
    def _co(self) -> bool:
        return self.me in self._kept.co_ordinators

    def _sees(self, session: Session) -> bool:
        return (
            self.me in (session.practitioner, session.mentor)
            or self._co
            or (self.me, session.practitioner) in self._kept.mentoring
        )

    def _sees_part(self, version: Version) -> bool:
        if version.kind == "card" or version.author == self.me:
            return True
        session = self._kept.sessions[version.key][1]
        audience = AUDIENCE.get(
            version.kind, session.figures_for if version.kind == "figures" else session.words_for
        )
        mentors = self.me == session.mentor or (self.me, session.practitioner) in self._kept.mentoring
        return session.practitioner == self.me or (audience >= 1 and mentors) or (audience >= 2 and self._co)

    def _whole(self, ids: set[str]) -> tuple[Session, ...]:
        return tuple(
            replace(
                one,
                parts=tuple(
                    v
                    for (key, _k, _v), (_at, v) in sorted(self._kept.parts.items())
                    if key == session_id and self._sees_part(v)
                ),
            )
            for session_id, (_at, one) in sorted(self._kept.sessions.items())
            if session_id in ids and self._sees(one)
        )

    def hello(self, cursor: str, acked: str) -> Hello:
        at, _dot, mark = cursor.partition(".")
        known = all(not one or one in self._kept.marks for one in (mark, acked))
        more = any(when >= int(at or 0) and one != mark for one, when in self._kept.marks.items())
        return Hello(
            1, "Elm School", SALT, str(self._kept.epochs.get(self.me, 1)), known, self.me, self._co,
            tuple(sorted(self._kept.co_ordinators)), more,
        )  # fmt: skip

    def _end(self) -> int:
        """Of all that was written: what was counted beyond it is counted again by a log that is put back."""
        return max(self._kept.marks.values(), default=0)

    def _cursor(self, at: int) -> str:
        marks = [one for one, when in self._kept.marks.items() if when <= at]
        return f"{at}.{marks[-1] if marks else ''}"

    def pull(self, cursor: str, most: int) -> Page:
        since = int(cursor.partition(".")[0] or 0)
        new = sorted(
            {at for at, _s in self._kept.sessions.values() if at > since}
            | {at for at, _v in self._kept.parts.values() if at > since}
            | {at for at in self._kept.training.values() if at > since}
            | {at for at, _s in self._kept.stones.values() if at > since}
        )
        upto = new[min(len(new), 2) - 1] if new else self._end()  # small pages: more of them
        ids = {session_id for session_id, (at, _s) in self._kept.sessions.items() if since < at <= upto}
        ids |= {
            key
            for (key, kind, _v), (at, _x) in self._kept.parts.items()
            if since < at <= upto and kind != "card"
        }
        cards = {
            key
            for (key, kind, _v), (at, _x) in self._kept.parts.items()
            if since < at <= upto and kind == "card"
        }
        return Page(
            tuple(stone for at, stone in self._kept.stones.values() if since < at <= upto),
            self._whole(ids), self._cards(cards),
            tuple(day for day, at in self._kept.training.items() if since < at <= upto and self._sees_day(day)),
            self._cursor(upto), len(new) > 2,
        )  # fmt: skip

    def _sees_day(self, day: Day) -> bool:
        return day[0] == self.me or self._co or (self.me, day[0]) in self._kept.mentoring

    def _cards(self, keys: set[str]) -> tuple[Version, ...]:
        return tuple(
            v for (key, kind, _v), (_at, v) in self._kept.parts.items() if kind == "card" and key in keys
        )

    def list(self) -> Listing:
        every = self._whole(set(self._kept.sessions))
        cards: dict[str, list[str]] = {}
        for key, kind, vid in self._kept.parts:
            if kind == "card":
                cards.setdefault(key, []).append(vid)
        return Listing(
            {one.id: tuple(v.vid for v in one.parts) for one in every},
            {one.id: (one.figures_for, one.words_for) for one in every},
            {key: tuple(vids) for key, vids in cards.items()},
            tuple(day for day in self._kept.training if self._sees_day(day)),
            tuple(stone for _at, stone in self._kept.stones.values()), self._cursor(self._end()),
        )  # fmt: skip

    def fetch(self, ids: list[str], keys: list[str]) -> Fetched:
        return Fetched(self._whole(set(ids)), self._cards(set(keys)))

    def push(self, batch: Batch) -> Answer:
        kept, server = self._kept, self.server
        kept.at += 1
        for stone in batch.tombstones:
            if stone.mac == server.mac(stone.hash, stone.author, stone.wide):
                kept.stones.setdefault((stone.hash, stone.author), (kept.at, stone))
        server.reap()
        for one in batch.sessions:
            assert self.me in (one.practitioner, one.mentor), "new row violates row-level security"
            if not server.is_gone(one.id, one.learner, one.practitioner):
                cap = 2 if one.practitioner == self.me else 1
                made = replace(
                    one, figures_for=min(one.figures_for, cap), words_for=min(one.words_for, cap), parts=()
                )
                kept.sessions.setdefault(one.id, (kept.at, made))
        for v in (*batch.parts, *batch.cards):
            assert v.author == self.me, "new row violates row-level security"
            if v.kind == "card":
                if server.is_gone("", v.key.partition("/")[0], ""):
                    continue
            elif v.key not in kept.sessions or not self._sees(kept.sessions[v.key][1]):
                continue
            kept.parts.setdefault((v.key, v.kind, v.vid), (kept.at, replace(v, flat=None)))
        for (key, kind, vid), (at, v) in list(kept.parts.items()):
            if any(
                vid in other.replaces
                for (k, d, _v), (_a, other) in kept.parts.items()
                if (k, d) == (key, kind)
            ):
                kept.parts[key, kind, vid] = (at, replace(v, body=None))
        for day in batch.training:
            kept.training.setdefault(day, kept.at)
        return Answer(
            server.mark(),
            tuple(
                one.id for one in batch.sessions
                if one.id in kept.sessions and replace(kept.sessions[one.id][1], figures_for=0, words_for=0)
                == replace(one, figures_for=0, words_for=0, parts=())
            ),
            tuple(one.id for one in batch.sessions if server.is_gone(one.id, one.learner, one.practitioner)),
            tuple(v.vid for v in (*batch.parts, *batch.cards) if (v.key, v.kind, v.vid) in kept.parts),
            batch.training, tuple(stone.hash for stone in batch.tombstones),
        )  # fmt: skip

    def _stone(self, what: str, wide: bool) -> Stone:
        gone = grave(bytes.fromhex(SALT), what)
        there = [stone for (h, _a), (_at, stone) in self._kept.stones.items() if h == gone and stone.wide]
        if there:
            return there[0]
        stone = Stone(gone, self.me, wide, self.server.mac(gone, self.me, wide))
        return self._kept.stones.setdefault((gone, self.me), (self._kept.at, stone))[1]

    def erase(self, code: str) -> Erased:
        if not self._co:
            raise Refusal("a co-ordinator does this")
        self._kept.at += 1
        stone = self._stone(f"learner:{code}", True)
        self.server.reap()
        return Erased(stone, 0, self.server.mark())

    def remove(self, ids: list[str]) -> Removed:
        self._kept.at += 1
        stones = tuple(self._stone(f"session:{session_id}", self._co) for session_id in ids)
        self.server.reap()
        return Removed(
            stones,
            self.server.mark(),
            tuple(session_id for session_id in ids if session_id in self._kept.sessions),
        )

    def share(self, ids: list[str], figures: int | None, words: int | None) -> Shared:
        self._kept.at += 1
        shown = []
        for session_id in ids:
            if (
                session_id in self._kept.sessions
                and self._kept.sessions[session_id][1].practitioner == self.me
            ):
                one = self._kept.sessions[session_id][1]
                f, w = (
                    one.figures_for if figures is None else figures,
                    one.words_for if words is None else words,
                )
                self._kept.sessions[session_id] = (self._kept.at, replace(one, figures_for=f, words_for=w))
                shown.append(session_id)
        return Shared(self.server.mark(), tuple(shown))

    def seen(self, cursor: str, program: str) -> None:
        pass


class Crash(BaseException):
    """The program ended here."""


class MemoryDesk:
    """A laptop whose every durable step is counted, and may be its last."""

    def __init__(self, person: str, consent: Any = None) -> None:
        made = Membership("log.elm.example", 5432, "elm", "Elm School", f"u{person}", person, "")
        self._membership = replace(made, consent=consent) if consent else made
        self._gone = Gone()
        self._months: dict[tuple[bool, str], Month] = {}
        self._journals: dict[tuple[bool, str], bytes] = {}
        self._cards = Cards()
        self.card_files: dict[str, Card] = {}
        self._dates: dict[str, Dates] = {}
        self._trained = Trained()
        self.running: set[str] = set()
        self.steps = 0
        self.crash_at = 0

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.crash_at:
            raise Crash

    def membership(self) -> Membership:
        return self._membership

    def put_membership(self, membership: Membership) -> None:
        self._step()
        self._membership = membership

    def gone(self) -> Gone:
        return self._gone

    def put_gone(self, gone: Gone) -> None:
        self._step()
        self._gone = gone

    def months(self, *, own: bool) -> list[str]:
        return sorted(name for mine, name in self._months if mine == own)

    def month(self, name: str, *, own: bool) -> Month:
        return self._months.get((own, name), Month())

    def change(self, name: str, act: Callable[[Month], Month], *, own: bool) -> None:
        before = self.month(name, own=own)
        after = act(before)
        if after != before:
            self._step()
            self._months[own, name] = after

    def settled(self, name: str, *, own: bool) -> int | None:
        return None

    def settle(self, months: dict[tuple[bool, str], int]) -> None:
        pass

    def journal(self, session_id: str) -> bytes | None:
        return self._journals.get((True, session_id))

    def has_journal(self, session_id: str, *, own: bool) -> bool:
        return (own, session_id) in self._journals

    def put_journal(self, session_id: str, data: bytes, *, own: bool) -> None:
        self._step()
        self._journals[own, session_id] = data

    def sweep(self) -> None:
        """Nothing is ever half put here."""

    def drop_journals(self, keep: set[str]) -> None:
        for own, session_id in list(self._journals):
            if not own and session_id not in keep:
                self._step()
                del self._journals[own, session_id]

    def cards(self) -> Cards:
        return self._cards

    def put_cards(self, cards: Cards) -> None:
        self._step()
        self._cards = cards

    def learners(self) -> list[str]:
        return sorted(self.card_files)

    def card(self, learner: str) -> Card:
        return self.card_files.get(learner, Card(learner))

    def put_card(self, card: Card) -> None:
        self._step()
        self.card_files[card.code] = card

    def dates(self) -> dict[str, Dates]:
        return self._dates

    def put_dates(self, practitioner: str, days: list[tuple[str, str]]) -> None:
        from datetime import date

        known = self._dates.get(practitioner, Dates())
        days_of = {
            what: [date.fromisoformat(day) for w, day in days if w == what]
            for what in ("induction", "refresher")
        }
        after = Dates(
            known.induction or max(days_of["induction"], default=None),
            tuple(sorted({*known.refreshers, *days_of["refresher"]})),
        )
        if after != known:
            self._step()
            self._dates[practitioner] = after

    def trained(self) -> Trained:
        return self._trained

    def put_trained(self, trained: Trained) -> None:
        if trained != self._trained:
            self._step()
            self._trained = trained

    def codes(self) -> set[str]:
        return {log["learner"] for month in self._months.values() for log in month.logs.values()} | set(
            self.card_files
        )

    def erase(self, learner: str) -> bool:
        if learner in self.running:
            return False
        for (own, name), month in list(self._months.items()):
            ids = {session_id for session_id, log in month.logs.items() if log["learner"] == learner}
            if ids:
                self._step()
                self._months[own, name] = month.forgot(ids)
            for session_id in ids:
                self._journals.pop((own, session_id), None)
        if learner in self.card_files:
            self._step()
            del self.card_files[learner]
        return True

    def drop(self, session_id: str) -> bool:
        for own in (True, False):
            if (own, session_id) in self._journals:
                self._step()
                del self._journals[own, session_id]
        return True

    # What a person does

    def log(self, session_id: str) -> dict[str, Any] | None:
        for month in self._months.values():
            if session_id in month.logs:
                return month.logs[session_id]
        return None

    def save(self, document: dict[str, Any]) -> None:
        name = document["started_at"][:7]
        self._months[True, name] = self.month(name, own=True).with_log(document["id"], document)

    def delete(self, session_id: str) -> None:
        for (own, name), month in list(self._months.items()):
            if own and session_id in month.logs:
                logs = {key: log for key, log in month.logs.items() if key != session_id}
                lists = {key: one for key, one in month.lists.items() if key != session_id}
                self._months[own, name] = Month(logs, lists, month.rows)
        self._journals.pop((True, session_id), None)

    def everything(self) -> str:
        """All that lies on this laptop, as text."""
        held = [
            msgspec.to_builtins(
                [
                    own,
                    name,
                    month.logs,
                    month.lists,
                    [msgspec.to_builtins(row) for row in month.rows.values()],
                ]
            )
            for (own, name), month in self._months.items()
        ]
        return repr(held) + repr(self._cards) + repr(self.card_files) + repr(list(self._journals))


def document(
    session_id: str, learner: str, practitioner: str, mentor: str = "", **fields: Any
) -> dict[str, Any]:
    """A brief log as a month's file has it."""
    from ii_companion.log.documents import checked
    from ii_companion.log.records import BriefLog, EndReason

    return checked(
        BriefLog(
            id=session_id, learner=learner, practitioner=practitioner, mentor=mentor, duration_s=60.0,
            started_at=datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC), end_reason=EndReason.DRIFTED_APART, **fields,
        )
    )  # fmt: skip
