"""What a sync needs of a laptop: months, journals, cards and dates, each put in one durable step.

`Month` is a value. A desk reads it, lets it be changed while nobody else may, and puts it in place if it is another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from ii_companion.log.dates import Dates
from ii_companion.school.membership import Cards, Gone, Membership, Trained
from ii_companion.school.parts import BLANK, PARTS, STAYS, Row, canonical, joined, part_of, without
from ii_companion.session.card import Card

Document = dict[str, Any]
CHECKLIST = "checklist"
JOURNAL = "journal"
SESSION = "session"


class Month(msgspec.Struct, frozen=True):
    """The logs of one month's file, checklists beside them, and what is known of their versions."""

    logs: dict[str, Document] = {}
    lists: dict[str, Document] = {}
    rows: dict[tuple[str, str], Row] = {}

    def knows(self, session_id: str) -> bool:
        """Whether a session was ever here: something is known of it, though its log may have been removed since."""
        return any((session_id, kind) in self.rows for kind in (SESSION, *PARTS, CHECKLIST, JOURNAL))

    def row(self, session_id: str, kind: str) -> Row:
        return self.rows.get((session_id, kind)) or Row(session_id, kind)

    def body(self, session_id: str, kind: str) -> str:
        """What the log says in one part, as canonical JSON."""
        if kind == CHECKLIST:
            return canonical(self.lists[session_id]) if session_id in self.lists else BLANK
        return part_of(self.logs[session_id], kind) if session_id in self.logs else BLANK

    def with_rows(self, *rows: Row) -> Month:
        changed = {(row.id, row.kind): row for row in rows if self.rows.get((row.id, row.kind)) != row}
        return msgspec.structs.replace(self, rows={**self.rows, **changed}) if changed else self

    def with_body(self, session_id: str, kind: str, body: str) -> Month:
        """Raises ValueError for a body that is no such part."""
        if kind == CHECKLIST:
            return msgspec.structs.replace(self, lists={**self.lists, session_id: msgspec.json.decode(body)})
        return self.with_log(session_id, joined(self.logs[session_id], kind, body))

    def with_log(self, session_id: str, document: Document) -> Month:
        return msgspec.structs.replace(self, logs={**self.logs, session_id: document})

    def withdrawn(self, session_id: str, kind: str) -> Month:
        """Without one part, and without a trace of its versions."""
        rows = {key: row for key, row in self.rows.items() if key != (session_id, kind)}
        if kind == CHECKLIST:
            return Month(self.logs, {key: one for key, one in self.lists.items() if key != session_id}, rows)
        if kind == JOURNAL:
            left = {name: value for name, value in self.logs[session_id].items() if name not in STAYS}
        else:
            left = without(self.logs[session_id], kind)
        return Month({**self.logs, session_id: left}, self.lists, rows)

    def forgot(self, ids: set[str]) -> Month:
        """Without those sessions."""
        if not any(session_id in ids for session_id in self.logs) and not any(
            session_id in ids for session_id, _kind in self.rows
        ):
            return self
        return Month(
            {session_id: log for session_id, log in self.logs.items() if session_id not in ids},
            {session_id: one for session_id, one in self.lists.items() if session_id not in ids},
            {key: row for key, row in self.rows.items() if key[0] not in ids},
        )


class Desk(Protocol):
    """One laptop. `own`: one's own log; else others' sessions. Every `put_` and `change` is one durable step."""

    def sweep(self) -> None:
        """Remove what a sync that was killed had not put in its place. No durable step: it can be done again."""
        ...

    def membership(self) -> Membership: ...

    def put_membership(self, membership: Membership) -> None: ...

    def gone(self) -> Gone: ...

    def put_gone(self, gone: Gone) -> None: ...

    def months(self, *, own: bool) -> list[str]: ...

    def month(self, name: str, *, own: bool) -> Month: ...

    def change(self, name: str, act: Callable[[Month], Month], *, own: bool) -> None:
        """Let `act` change the month while nobody else may; nothing is written if it stays the same."""
        ...

    def settled(self, name: str, *, own: bool) -> int | None:
        """How many sessions wait in a month that is as a finished sync left it, with nothing to send; None: look at it."""
        ...

    def settle(self, months: dict[tuple[bool, str], int]) -> None:
        """Remember months with nothing to send, and how many sessions wait in each. Nothing is lost if this is."""
        ...

    def journal(self, session_id: str) -> bytes | None:
        """One's own session's journal, whole, once it has ended; None if there is none to send."""
        ...

    def has_journal(self, session_id: str, *, own: bool) -> bool: ...

    def put_journal(self, session_id: str, data: bytes, *, own: bool) -> None: ...

    def drop_journals(self, keep: set[str]) -> None:
        """Remove others' journals but for those."""
        ...

    def cards(self) -> Cards: ...

    def put_cards(self, cards: Cards) -> None: ...

    def learners(self) -> list[str]:
        """Whose cards there are."""
        ...

    def card(self, learner: str) -> Card: ...

    def put_card(self, card: Card) -> None: ...

    def dates(self) -> dict[str, Dates]:
        """Training dates that were noted on this laptop."""
        ...

    def put_dates(self, practitioner: str, days: list[tuple[str, str]]) -> None:
        """Add days to one's own dates."""
        ...

    def trained(self) -> Trained: ...

    def put_trained(self, trained: Trained) -> None: ...

    def codes(self) -> set[str]:
        """Every learner whom anything here is about."""
        ...

    def erase(self, learner: str) -> bool:
        """Remove everything about a learner. False, and nothing removed, while a session with them runs."""
        ...

    def drop(self, session_id: str) -> bool:
        """Remove one session everywhere here. False, and nothing removed, while it runs."""
        ...
