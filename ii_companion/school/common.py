"""What every part of a sync shares: the laptop, the school's log, what was erased, and how an edit is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from ii_companion.school import parts
from ii_companion.school.desk import CHECKLIST, SESSION, Desk, Document, Month
from ii_companion.school.membership import Graves
from ii_companion.school.parts import BLANK, Row, Versions
from ii_companion.school.remote import (
    Remote,
    Stone,
    Version,
)
from ii_companion.session.said import Said

NOTICED = ("facts", "figures", "words", CHECKLIST)
"""The parts in which edits are noticed."""


class Outcome(msgspec.Struct):
    """What a sync did."""

    sent: set[str] = msgspec.field(default_factory=set)
    took: set[str] = msgspec.field(default_factory=set)
    waits: int = 0
    told: list[Said] = msgspec.field(default_factory=list)


class Common:
    """One sync of one laptop."""

    def __init__(
        self, desk: Desk, remote: Remote, *, program: str = "", now: datetime | None = None,
    ) -> None:  # fmt: skip
        self.desk, self.remote, self.program = desk, remote, program
        self._now = now or datetime.now(UTC)
        self.out = Outcome()
        self.salt = ""
        self._where: dict[str, str] | None = None
        self._noticed: dict[str, tuple[object, ...]] = {}
        """By session, what was looked at and found as it was: the very same values need no second look."""

    @property
    def _me(self) -> str:
        return self.desk.membership().person

    def is_mine(self, document: Document) -> bool:
        return self._me in (document.get("practitioner"), document.get("mentor"))

    @property
    def graves(self) -> Graves:
        return Graves(self.salt, self.desk.gone())

    def acknowledge(self, mark: str) -> None:
        """The mark first: with what was sent marked as sent and not the mark, a log put back would not be found out."""
        self.desk.put_membership(replace(self.desk.membership(), acked=mark))

    def keep_stones(self, stones: Iterable[Stone]) -> None:
        before = self.desk.gone()
        if (after := before.plus(tuple(stones))) != before:
            self.desk.put_gone(after)

    def lay(self, row: Row, body: str, versions: Versions, bodies: dict[str, str]) -> parts.Laid:
        return parts.laid(row, body, versions, bodies)

    def notice_part(self, row: Row, body: str) -> Row:
        return parts.noticed(row, body, self._me)

    def notice(self, month: Month, ids: Iterable[str]) -> Month:
        """Edits of one's own sessions, whoever made them: a screen, stock TinyDB, a text editor."""
        consent = self.desk.membership().consent
        rows: list[Row] = []
        for session_id in ids:
            document = month.logs.get(session_id)
            state = month.row(session_id, SESSION)
            if document is None or not self.is_mine(document) or state.state in ("kept", "refused"):
                continue
            looked = (
                document,
                month.lists.get(session_id),
                state,
                *(month.rows.get((session_id, one)) for one in NOTICED),
            )
            if all(a is b for a, b in zip(looked, self._noticed.get(session_id, (None,)), strict=False)):
                continue
            before = len(rows)
            figures_for, words_for = state.audience or (consent.figures_for, consent.words_for)
            bodies = parts.split(document) | {CHECKLIST: month.body(session_id, CHECKLIST)}
            for kind, body in bodies.items():
                let_go = {"figures": figures_for, "words": words_for}.get(kind, 1) > 0
                if kind == CHECKLIST:
                    let_go = month.lists.get(session_id, {}).get("mentor") in (self._me, "") and body != BLANK
                if let_go or (session_id, kind) in month.rows:
                    rows.append(self.notice_part(month.row(session_id, kind), body))
            if all(month.rows.get((row.id, row.kind)) is row for row in rows[before:]):
                self._noticed[session_id] = looked
        return month.with_rows(*(row for row in rows if row.versions))

    def open_months(self, *, own: bool) -> list[str]:
        """The months that something may have to be sent or removed of."""
        return [name for name in self.desk.months(own=own) if self.desk.settled(name, own=own) is None]

    def notice_lists(self, month: Month) -> Month:
        """Checklists that this person filled in about others' sessions."""
        rows = [
            self.notice_part(month.row(session_id, CHECKLIST), month.body(session_id, CHECKLIST))
            for session_id, one in month.lists.items()
            if session_id in month.logs and one.get("mentor") in (self._me, "")
        ]
        return month.with_rows(*(row for row in rows if row.versions))


def is_true(version: Version) -> bool:
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


def chunks(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def state_of(month: Month, session_id: str, me: str) -> str:
    """How one of one's own sessions stands: `here`, `sent`, `kept`, `refused`, or `waits`, since it is another's."""
    log, state = month.logs[session_id], month.row(session_id, SESSION).state
    if state:
        return state
    return (
        "here" if me in (log.get("practitioner"), log.get("mentor")) and log.get("practitioner") else "waits"
    )


def forgetting(ids: set[str]) -> Callable[[Month], Month]:
    """A change that leaves those sessions out."""
    return lambda month: month.forgot(ids)
