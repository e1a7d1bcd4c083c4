"""The brief logs: plain TinyDB JSON, one file a month.

A save touches one month's file, so it costs the same after ten years as on the first day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ii_companion.log.activity import now
from ii_companion.log.documents import (
    TABLE,
    checked,
    named_for,
    says_learner,
    unescaped,
)
from ii_companion.log.places import removed
from ii_companion.log.records import BriefLog
from ii_companion.log.sealed_ends import ends_of
from ii_companion.log.storage import (
    Tables,
    WholeFileStorage,
    backup_path,
    locked,
    read_tables,
    searchable,
)

if TYPE_CHECKING:
    from tinydb import TinyDB
    from tinydb.storages import Storage

    from ii_companion.log.checklist import Checklist

from ii_companion.log import digests
from ii_companion.log.digests import CHECKLISTS, CHECKLISTS_EARLIER, EARLIER, SCHOOL, SEALED_JOURNALS
from ii_companion.log.queries import Queries
from ii_companion.log.whole import left_of
from ii_companion.session.refusal import Refusal
from ii_companion.words import _


class MonthStorage(WholeFileStorage):
    """A month's file, whose digests of some sessions are brought up to date with each write."""

    def __init__(self, path: Path, ids: Collection[str] = (), by: str = "") -> None:
        super().__init__(path)
        self._ids = ids
        self._by = by

    def write(self, data: Tables) -> None:
        digests.note(data, self._ids, now().isoformat(), self._by)
        super().write(data)


class Shelf(Queries):
    """The brief logs of one data folder, to read and to change."""

    def save(
        self, log: BriefLog, *, keep_earlier: bool = False, over: BriefLog | None = None, by: str = ""
    ) -> None:
        """Keep the log in place of one with the same id; `keep_earlier` keeps that one as an earlier version. Raises Refusal."""
        self.save_all([log], keep_earlier=keep_earlier, over=over, by=by)

    def save_all(
        self, logs: list[BriefLog], *, keep_earlier: bool = False, over: BriefLog | None = None, by: str = ""
    ) -> None:
        """Keep logs of one month in one go. Raises Refusal, and then nothing has changed.

        Compared under the lock: a version other than `over` is put by, never written over, and told of unless that was
        asked for (`keep_earlier` without `over`); if `over` is gone, so is the log, and it is not brought back.
        """
        if not logs:
            return
        documents = [checked(log) for log in logs]
        path = self._month(logs[0])
        with locked(path, self._wait_s):
            self._mend(path)
            from tinydb import Query, TinyDB

            ids = [document["id"] for document in documents]
            with TinyDB(storage=MonthStorage, path=path, ids=set(ids), by=by) as db:
                there = [dict(found) for found in db.search(Query().id.one_of(ids))]
                if over is not None and not there:
                    raise gone(over.id)
                unseen = [found for found in there if _as_log(found) not in (over, *logs)]
                if keep_earlier or unseen:
                    db.table(EARLIER).insert_multiple(there if keep_earlier else unseen)
                for found in unseen if over is not None or not keep_earlier else ():
                    self._tell(
                        _(
                            "Another window has saved {id} meanwhile. Both are kept: that version among the earlier ones.",
                            id=found["id"],
                        )
                    )
                if len(documents) == 1:
                    db.upsert(documents[0], Query().id == documents[0]["id"])
                else:
                    db.remove(Query().id.one_of([document["id"] for document in documents]))
                    db.insert_multiple(documents)
                self._keep_ends(db, documents)

    def _keep_ends(self, db: TinyDB, documents: list[dict[str, Any]]) -> None:
        """How the sealed journals of these sessions end, so that a line cut off there later is missed."""
        from tinydb import Query

        for row in ends_of(self._places, documents):
            db.table(SEALED_JOURNALS).upsert(row, Query().id == row["id"])

    def save_checklist(
        self, log: BriefLog, checklist: Checklist, over: Checklist | None = None, by: str = ""
    ) -> None:
        """Keep a mentor's list beside its log, in place of the one before. Raises Refusal.

        A list other than `over` is put by under another name, and told of; a log that is gone gets none.
        """
        from tinydb import Query, TinyDB

        path = self._month(log)
        with locked(path, self._wait_s):
            self._mend(path)
            with TinyDB(storage=MonthStorage, path=path, ids={log.id}, by=by) as db:
                if not db.contains(Query().id == checklist.id):
                    raise gone(checklist.id)
                expected = msgspec.to_builtins(over) if over is not None else None
                for found in db.table(CHECKLISTS).search(Query().id == checklist.id):
                    if found not in (expected, msgspec.to_builtins(checklist)):
                        db.table(CHECKLISTS_EARLIER).insert(dict(found))
                        self._tell(
                            _(
                                "Another window has saved the checklist of {id} meanwhile. Both are kept, that one in {path}.",
                                id=checklist.id,
                                path=path,
                            )
                        )
                db.table(CHECKLISTS).upsert(msgspec.to_builtins(checklist), Query().id == checklist.id)

    def delete(self, session_id: str) -> bool:
        """Take the log out of its month and of that month's backup. False if there is none."""
        path = self._find(session_id) or self._left_of(session_id)
        if path is None:
            return False
        from tinydb import Query, TinyDB

        with locked(path, self._wait_s):
            self._mend(path)
            with TinyDB(storage=WholeFileStorage, path=path) as db:
                _without_digests(db.storage, lambda name: name == session_id)
                db.remove(Query().id == session_id)
                for table in (EARLIER, CHECKLISTS, CHECKLISTS_EARLIER, SEALED_JOURNALS):
                    db.table(table).remove(Query().id == session_id)
            self.renew_backup(path)
        return True

    def _left_of(self, session_id: str) -> Path | None:
        """A month that itself knows the log no more, but whose backup or half-written files still do: a removal cut short."""
        for path in self._likely(session_id):
            for one in (path, backup_path(path), *left_of(path)):
                if f'"{session_id}"' in unescaped(searchable(one)):
                    return path
        return None

    def erase(self, learner: str) -> None:
        """Take everything about a learner out of every month and its backup, logs that cannot be read too."""
        from tinydb import Query, TinyDB

        for path in self.months():
            every = (path, backup_path(path), *left_of(path))
            if not any(says_learner(searchable(one), learner) for one in every):
                continue
            with locked(path, self._wait_s):
                self._mend(path)
                with TinyDB(storage=WholeFileStorage, path=path) as db:
                    named = Query().id.test(lambda name: isinstance(name, str) and named_for(name, learner))
                    theirs = (Query().learner == learner) | named
                    ids = {
                        document.get("id")
                        for table in (TABLE, EARLIER)
                        for document in db.table(table).search(theirs)
                    }
                    _without_digests(db.storage, lambda name: name in ids or named_for(name, learner))  # noqa: B023 - called at once
                    for table in (TABLE, EARLIER):
                        db.table(table).remove(theirs)
                    for table in (CHECKLISTS, CHECKLISTS_EARLIER, SEALED_JOURNALS, SCHOOL):
                        db.table(table).remove(Query().id.one_of(list(ids)) | named)
                self.renew_backup(path)

    def put_back(self, session_id: str, by: str) -> None:
        """Put a log or a checklist back as it was saved, from the month's backup. Raises Refusal if that has it not."""
        from tinydb import Query, TinyDB

        from ii_companion.log.verify import copy_of

        for path in self.months():
            with locked(path, self._wait_s):
                rows = digests.in_order((read_tables(path) or {}).get(digests.DIGESTS, {}))
                latest = {digests.key(row): row for row in rows if row.get("id") == session_id}
                copies = {
                    name: copy
                    for (name, _), row in latest.items()
                    if (copy := copy_of(path, name, session_id, row)) is not None
                }
                if not copies:
                    continue
                with TinyDB(storage=MonthStorage, path=path, ids={session_id}, by=by) as db:
                    changed = False
                    for name, copy in copies.items():
                        there = [dict(one) for one in db.table(name).search(Query().id == session_id)]
                        if there == [copy]:
                            continue
                        changed = True
                        db.table(digests.KEPT[name]).insert_multiple(there)
                        db.table(name).upsert(copy, Query().id == session_id)
                if changed:
                    return
        raise Refusal(
            "There is no copy of {id} as it was saved that differs from what is there.", id=session_id
        )

    def absent(self, session_id: str, started_at: datetime, act: Callable[[], None]) -> None:
        """Do `act`, with its month locked, if there is no such log. Raises Refusal if there is one by now."""
        with locked(self._places.log / f"{started_at:%Y-%m}.json", self._wait_s):
            if self._find(session_id) is not None:
                raise Refusal("The session {id} has been kept meanwhile; its journal stays.", id=session_id)
            act()

    def renew_backup(self, path: Path) -> None:
        """Let the backup hold nothing that the month no longer does. With the month's lock held."""
        from tinydb import TinyDB

        removed(backup_path(path))
        for left in left_of(path):  # what a killed process had not put in place holds words too
            removed(left)
        if path.exists():
            with TinyDB(storage=WholeFileStorage, path=path) as db:
                db.storage.write(db.storage.read() or {})


def _without_digests(storage: Storage, theirs: Callable[[str], bool]) -> None:
    """Take the digests of sessions out of a month, before the sessions: what is cut short then is found again."""
    tables = storage.read()
    if tables:
        digests.drop(tables, theirs)
        storage.write(tables)


def _as_log(document: dict[str, Any]) -> BriefLog | None:
    """A document as a log; None if it is none that this version can read."""
    try:
        return msgspec.convert(document, BriefLog)
    except (msgspec.ValidationError, ValueError):
        return None


def gone(session_id: str) -> Refusal:
    """What whoever saves is told when what they had open was removed meanwhile."""
    return Refusal("The session {id} has been removed meanwhile. It is not brought back.", id=session_id)
