"""This laptop for a sync: month files, journals, cards and dates of the data folder, each changed under its lock.

Long because it is one desk: every file that a sync reads or puts, each as its own few lines.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from ii_companion.log import activity, digests, erase
from ii_companion.log import cards as card_files
from ii_companion.log.dates import Dates, note_date, read_dates
from ii_companion.log.digests import CHECKLISTS, DIGESTS, SCHOOL
from ii_companion.log.journal import journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.live import is_live
from ii_companion.log.months import Months
from ii_companion.log.places import Places, reason, removed, sync_folder
from ii_companion.log.relocking import SCHOOL_FILES
from ii_companion.log.shelf import Shelf
from ii_companion.log.storage import (
    Tables,
    WholeFileStorage,
    backup_path,
    locked,
    mend,
    one_document_a_line,
    read_tables,
)
from ii_companion.log.whole import left_of
from ii_companion.school import sealed
from ii_companion.school.desk import Document, Month
from ii_companion.school.membership import (
    FOLDER,
    Cards,
    Gone,
    Kept,
    Membership,
    Trained,
    membership,
    path_of,
    read,
)
from ii_companion.school.parts import Row
from ii_companion.session.card import Card
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal

LOGS = "_default"
SETTLED = "settled.json"
_NAMED = re.compile(r"\.?\d{8}-\d{6}-(.+?)-[0-9a-f]{4}(?:-coded-[0-9a-f]{4})?\.jsonl")


class _Read(NamedTuple):
    """What was read of a month, or written, and the file's stamp then. Tables and month hold the same documents."""

    stamp: tuple[int, int, int]
    month: Month
    tables: Tables


class FileDesk:
    """The data folder."""

    def __init__(self, places: Places) -> None:
        self._own = places
        self._others = places.school
        self._root = places.root / FOLDER
        self._read: dict[Path, _Read] = {}
        self._settled: dict[str, tuple[int, int, int, int]] | None = None
        self._small: dict[str, Any] = {}
        """What small files hold: they are asked for often, and nobody else changes them while a sync holds the lock."""

    # Small files

    def _put(self, name: str, value: object, *, unsettles: bool = True) -> None:
        path = self._root / name
        if unsettles:
            self._unsettle()
        try:
            sealed.put(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
        except OSError as error:
            raise Refusal(
                "{path} cannot be written: {why}. It is as it was.", path=path, why=reason(error)
            ) from error

        self._small[name] = value

    def _get(self, name: str, kind: type[Kept]) -> Kept | None:
        if name not in self._small:
            found = read(self._root / name, kind)
            if found is None:
                return None
            self._small[name] = found
        return cast("Kept", self._small[name])

    def sweep(self) -> None:
        for name in SCHOOL_FILES:
            for left in left_of(self._root / name):
                removed(left)

    def membership(self) -> Membership:
        return self._get("membership.json", Membership) or membership(self._own.root)

    def put_membership(self, membership: Membership) -> None:
        self._put(path_of(self._own.root).name, membership, unsettles=False)

    # Months that need no look: as the last finished sync left them

    def _unsettle(self) -> None:
        """Before the first change: whatever ends this sync on the way, the next one looks at everything."""
        if self._settled is None or self._settled:
            self._settled = {}
            removed(self._root / SETTLED)

    def settled(self, name: str, *, own: bool) -> int | None:
        if self._settled is None:
            try:
                self._settled = msgspec.json.decode(
                    sealed.read(self._root / SETTLED), type=dict[str, tuple[int, int, int, int]]
                )
            except (OSError, msgspec.DecodeError, UnicodeDecodeError):
                self._settled = {}
        path = self._path(name, own=own)
        kept = self._settled.get(str(path.relative_to(self._own.root)))
        return kept[3] if kept is not None and kept[:3] == _stamp(path) else None

    def settle(self, months: dict[tuple[bool, str], int]) -> None:
        made = {}
        for (own, name), waits in months.items():
            path = self._path(name, own=own)
            stamp = _stamp(path)
            # a file system may tell times in steps of 2 s: a file that young could change unseen
            if stamp is not None and time.time_ns() - stamp[0] > 2_500_000_000:
                made[str(path.relative_to(self._own.root))] = (*stamp, waits)
        if made != self._settled:
            with contextlib.suppress(OSError, Refusal):
                sealed.put(self._root / SETTLED, msgspec.json.encode(made))
                self._settled = made

    def gone(self) -> Gone:
        return self._get("gone.json", Gone) or Gone()

    def put_gone(self, gone: Gone) -> None:
        self._put("gone.json", gone)

    def cards(self) -> Cards:
        return self._get("cards.json", Cards) or Cards()

    def put_cards(self, cards: Cards) -> None:
        self._put("cards.json", cards)

    def trained(self) -> Trained:
        return self._get("training.json", Trained) or Trained()

    def put_trained(self, trained: Trained) -> None:
        if trained != self.trained():
            self._put("training.json", trained)

    # Months

    def _places(self, *, own: bool) -> Places:
        return self._own if own else self._others

    def _path(self, name: str, *, own: bool) -> Path:
        return self._places(own=own).log / f"{name}.json"

    def months(self, *, own: bool) -> list[str]:
        return [path.stem for path in Months(self._places(own=own)).months()]

    def month(self, name: str, *, own: bool) -> Month:
        path = self._path(name, own=own)
        before = _stamp(path)
        kept = self._read.get(path)
        if before is not None and kept is not None and kept.stamp == before:
            return kept.month
        try:
            tables = read_tables(path)
        except (Refusal, OSError):
            with locked(path):
                mend(path)
                tables = read_tables(path)
        month = month_of(tables or {})
        if before is not None and _stamp(path) == before:
            self._read[path] = _Read(before, month, tables or {})
        return month

    def change(self, name: str, act: Callable[[Month], Month], *, own: bool) -> None:
        path = self._path(name, own=own)
        before = self.month(name, own=own)
        after = act(before)
        if after == before:
            return  # looked at without the lock: most months stay as they are
        self._unsettle()
        with locked(path):
            looked_at = self._read.pop(path, None)  # until it is written again nothing is known of it
            if looked_at is not None and looked_at.month is before and looked_at.stamp == _stamp(path):
                tables = looked_at.tables
            else:
                mend(path)
                tables = read_tables(path) or {}
                before = month_of(tables)  # somebody changed it meanwhile
                after = act(before)
                if after == before:
                    return
            changed = tables_with(tables, before, after)
            if own or DIGESTS in changed:
                _note_digests(changed, before, after)
            if own:
                WholeFileStorage(path).write(changed)
                if set(before.logs) - set(after.logs) or set(before.rows) - set(after.rows):
                    Shelf(self._own).renew_backup(path)  # what was forgotten is in no generation before
            else:  # it can be fetched again: no generation before holds what is lent no more
                try:
                    sealed.put(path, one_document_a_line(changed))
                except OSError as error:
                    raise Refusal(
                        "{path} cannot be written: {why}. It is as it was.", path=path, why=reason(error)
                    ) from error
                for left in (backup_path(path), *left_of(path)):
                    removed(left)
            now = _stamp(path)
            if now is not None:
                self._read[path] = _Read(now, after, changed)

    # Journals

    def journal(self, session_id: str) -> bytes | None:
        path = journal_path(self._own.journals, session_id)
        if not path.exists() or is_live(path):
            return None
        try:
            written = read_journal(path)
            if written.torn or not written.events or written.events[-1].kind is not Kind.ENDED:
                return None
            return sealed.read(path)
        except (Refusal, OSError):
            return None

    def has_journal(self, session_id: str, *, own: bool) -> bool:
        return journal_path(self._places(own=own).journals, session_id).exists()

    def put_journal(self, session_id: str, data: bytes, *, own: bool) -> None:
        path = journal_path(self._places(own=own).journals, session_id)
        self._unsettle()
        try:
            sealed.put(path, data)
        except OSError as error:
            raise Refusal(
                "{path} cannot be written: {why}. It is as it was.", path=path, why=reason(error)
            ) from error

    def drop_journals(self, keep: set[str]) -> None:
        with contextlib.suppress(FileNotFoundError):
            for path in sorted(self._others.journals.iterdir()):
                if path.name.removesuffix(".jsonl") not in keep or path.suffix != ".jsonl":
                    removed(path)

    # Cards and dates

    def learners(self) -> list[str]:
        return card_files.cards(self._own)

    def card(self, learner: str) -> Card:
        return card_files.load_card(self._own, learner)

    def put_card(self, card: Card) -> None:
        card_files.save_card(self._own, card)

    def dates(self) -> dict[str, Dates]:
        return read_dates(self._own)

    def put_dates(self, practitioner: str, days: list[tuple[str, str]]) -> None:
        from datetime import date

        known = self.dates().get(practitioner, Dates())
        first = sorted(day for what, day in days if what == "induction")
        if known.induction is None and first:
            note_date(self._own, practitioner, induction=date.fromisoformat(first[-1]))
        for what, day in days:
            if what == "refresher" and date.fromisoformat(day) not in known.refreshers:
                note_date(self._own, practitioner, refresher=date.fromisoformat(day))

    # Removing

    def codes(self) -> set[str]:
        found = set(self.learners())
        for own in (True, False):
            for name in self.months(own=own):
                found |= {str(log.get("learner", "")) for log in self.month(name, own=own).logs.values()}
        for part in (self._own, self._own.codings, self._others):
            for path in _journals(part):
                named = _NAMED.fullmatch(path.name)
                with contextlib.suppress(Refusal):
                    found.add(named[1] if named else read_journal(path).header.learner)
        return found - {""}

    def erase(self, learner: str) -> bool:
        for path in _journals(self._own):
            if is_live(path) and read_journal(path).header.learner == learner:
                return False
        erase.erase_learner(self._own, learner)
        return True

    def drop(self, session_id: str) -> bool:
        if is_live(journal_path(self._own.journals, session_id)):
            return False
        erase.remove(self._own, erase.of_session(self._own, session_id).doomed)
        path = journal_path(self._others.journals, session_id)
        if path.exists():
            removed(path)
            sync_folder(path.parent)
        return True


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced or written to."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _journals(places: Places) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        yield from sorted(path for path in places.journals.iterdir() if path.suffix == ".jsonl")


def month_of(tables: Tables) -> Month:
    """A month's tables as a value; what has no id of its own, or none that can be read, stays where it is, unseen."""
    rows = {}
    for document in tables.get(SCHOOL, {}).values():
        with contextlib.suppress(msgspec.ValidationError):
            row = msgspec.convert(document, Row)
            rows[row.id, row.kind] = row
    return Month(_by_id(tables.get(LOGS, {})), _by_id(tables.get(CHECKLISTS, {})), rows)


def _by_id(table: dict[str, Any]) -> dict[str, Document]:
    return {
        one["id"]: one for one in table.values()
        if isinstance(one, dict) and isinstance(one.get("id"), str)
        and isinstance(one.get("learner", ""), str) and isinstance(one.get("started_at", ""), str)
    }  # fmt: skip


def tables_with(tables: Tables, before: Month, after: Month) -> Tables:
    """The tables with what changed between two values; everything else, and every number, as it was."""
    changed = dict(tables)
    for name, was, now in (
        (LOGS, before.logs, after.logs),
        (CHECKLISTS, before.lists, after.lists),
    ):
        changed[name] = _merged(changed.get(name, {}), was, now, lambda one: str(one.get("id")))
    changed[SCHOOL] = _merged(
        changed.get(SCHOOL, {}),
        {f"{session_id} {kind}": msgspec.to_builtins(row) for (session_id, kind), row in before.rows.items()},
        {f"{session_id} {kind}": msgspec.to_builtins(row) for (session_id, kind), row in after.rows.items()},
        lambda one: f"{one.get('id')} {one.get('kind')}",
    )
    return {name: table for name, table in changed.items() if table or (name in tables and name != SCHOOL)}


def _note_digests(tables: Tables, before: Month, after: Month) -> None:
    """What was taken over from the school's log has not changed unseen; an edit that was only noticed still has."""
    gone = before.logs.keys() - after.logs.keys()
    if gone:
        digests.drop(tables, gone.__contains__)
    taken = {
        session_id
        for was, now in ((before.logs, after.logs), (before.lists, after.lists))
        for session_id, one in now.items()
        if was.get(session_id) != one
    }
    digests.note(tables, taken, activity.now().isoformat(), "")


def _merged(
    table: dict[str, Any], was: dict[str, Document], now: dict[str, Document], key: Callable[[Document], str]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for number, one in table.items():
        name = key(one) if isinstance(one, dict) else ""
        if name not in was:
            merged[number] = one
        elif name in now:
            merged[number] = now[name] if now[name] != was[name] else one
    free = max((int(number) for number in table if number.isdecimal()), default=0)
    for name, one in now.items():
        if name not in was:
            free += 1
            merged[str(free)] = one
    return merged
