"""What a month's logs were when they were saved: a table of digests in the month's file, each linked to the one before.

For each version of a log or a checklist that is kept, a row: SHA-256 over its canonical JSON (keys in order, no spaces),
when it was saved and, of an edit, by whom; `chain` is SHA-256 over the row before's chain and this row. So a changed digit
shows at its log, and a row taken out, put in or moved shows where it was. It guards against faults and stray hands, not
against somebody who computes the digests anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from ii_companion.log.documents import TABLE

DIGESTS = "digests"
EARLIER = "earlier"
CHECKLISTS = "checklists"
CHECKLISTS_EARLIER = "checklists_earlier"
KEPT = {TABLE: EARLIER, CHECKLISTS: CHECKLISTS_EARLIER}
"""The tables that have digests, each with the table of its versions that were put by."""
SEALED_JOURNALS = "sealed_journals"
"""How sealed journals ended: `{id, lines, tag}`, a row a session."""
SCHOOL = "school"
"""What a school's log knows of these sessions, where this laptop has joined one."""
KNOWN = frozenset({DIGESTS, SEALED_JOURNALS, SCHOOL, *KEPT, *KEPT.values()})
"""The tables a month's file may hold."""

Tables = dict[str, dict[str, dict[str, Any]]]
Row = dict[str, Any]
_encode = msgspec.json.Encoder(order="sorted").encode


def canonical(document: object) -> bytes:
    return _encode(document)


def digest(document: object) -> str:
    return _sha256(_encode(document))


def _sha256(data: bytes) -> str:
    import hashlib  # 5 ms, which a list of logs need not pay

    return hashlib.sha256(data).hexdigest()


def link(before: str, row: Row) -> str:
    """The chain's value at a row."""
    said = {name: value for name, value in row.items() if name != "chain"}
    return _sha256(before.encode() + b"\n" + _encode(said))


def in_order(rows: dict[str, Row]) -> list[Row]:
    return [rows[number] for number in sorted(rows, key=_number)]


def _number(number: str) -> int:
    return int(number) if number.isdecimal() else -1


def whole(rows: Iterable[Row]) -> list[bool]:
    """For each row, whether it follows from the one before."""
    found, before = [], ""
    for row in rows:
        found.append(row.get("chain") == link(before, row))
        before = str(row.get("chain", ""))
    return found


def key(row: Row) -> tuple[str, str]:
    """Whose digest it is: the table, and the session's id."""
    return str(row.get("of", TABLE)), str(row.get("id", ""))


def note(tables: Tables, ids: Iterable[str], at: str, by: str) -> None:
    """Bring the digests of sessions up to date with what the tables hold now, in place.

    A version that is kept among the earlier ones keeps its row; one that was written over is replaced. A month without
    digests, from before there were any, gets those of all that it holds.
    """
    adopt = DIGESTS not in tables
    kept = _Rows(tables.setdefault(DIGESTS, {}), at)
    for name, earlier in KEPT.items():
        here = tables.get(name, {})
        if not here and not tables.get(earlier):
            continue
        wanted = None if adopt else set(ids)
        put_by: dict[str, list[str]] = {}
        for document in tables.get(earlier, {}).values():
            session_id = str(document.get("id", ""))
            if wanted is None or session_id in wanted:
                put_by.setdefault(session_id, []).append(digest(document))
        if wanted is None:
            for session_id, digests in put_by.items():
                for made in digests:
                    kept.add((name, session_id), made, "")
        for document in here.values():
            session_id = str(document.get("id", ""))
            if wanted is None or session_id in wanted:
                kept.update((name, session_id), digest(document), put_by.get(session_id, ()), by)


class _Rows:
    """The table of digests while it is brought up to date; each session's newest row is found without a search."""

    def __init__(self, rows: dict[str, Row], at: str) -> None:
        self._rows, self._at = rows, at
        self._numbers = sorted(rows, key=_number)
        self._latest = {key(rows[number]): number for number in self._numbers}

    def update(self, whose: tuple[str, str], made: str, put_by: Iterable[str], by: str) -> None:
        """A session's document is this now; its versions in `put_by` were kept."""
        latest = self._latest.get(whose)
        if latest is None:
            self.add(whose, made, "")
            return
        old = self._rows[latest]
        if old["sha256"] == made:
            return
        if old["sha256"] in put_by:
            self.add(whose, made, by)
            return
        new = {**old, "sha256": made, "at": self._at}
        if latest == self._numbers[-1]:  # the common way: a form saved again while it is filled in
            before = self._chain(-2)
            linked = old.get("chain") == link(before, old)
            self._rows[latest] = {**new, "chain": link(before, new)} if linked else new
        else:
            _relink(self._rows, lambda row: new if row is old else row)

    def add(self, whose: tuple[str, str], made: str, by: str) -> None:
        """One more version."""
        name, session_id = whose
        row: Row = {"id": session_id, "sha256": made, "at": self._at}
        if name != TABLE:
            row["of"] = name
        if by:
            row["by"] = by
        row["chain"] = link(self._chain(-1), row)
        number = str(max(0, _number(self._numbers[-1])) + 1 if self._numbers else 1)
        self._rows[number] = row
        self._numbers.append(number)
        self._latest[whose] = number

    def _chain(self, nth: int) -> str:
        """The chain's value at a row, counted from the end; nothing before the first, or after one with no number."""
        if len(self._numbers) < -nth or _number(self._numbers[nth]) < 0:
            return ""
        return str(self._rows[self._numbers[nth]].get("chain", ""))


def drop(tables: Tables, theirs: Callable[[str], bool]) -> None:
    """Take out the digests of sessions that are removed. A break that was there before stays one."""
    if DIGESTS in tables:
        _relink(tables[DIGESTS], lambda row: None if theirs(str(row.get("id", ""))) else row)


def _relink(rows: dict[str, Row], changed: Callable[[Row], Row | None]) -> None:
    """Change or leave out rows, and link what follows anew, but for what was not linked before."""
    numbers = sorted(rows, key=_number)
    good = whole(rows[number] for number in numbers)
    before, moved = "", False
    for number, linked in zip(numbers, good, strict=True):
        old = rows[number]
        row = changed(old)
        moved |= row is not old
        if row is None:
            del rows[number]
            continue
        if moved and linked:
            row = {**row, "chain": link(before, row)}
        rows[number] = row
        before = str(row.get("chain", ""))
