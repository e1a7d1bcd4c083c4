"""The brief logs: plain TinyDB JSON, one file a month.

A save touches one month's file, so it costs the same after ten years as on the first day.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.documents import (
    TABLE,
    checked,
    says_learner,
)
from ii_companion.log.places import removed
from ii_companion.log.records import BriefLog
from ii_companion.log.storage import WholeFileStorage, backup_path, locked

if TYPE_CHECKING:
    from ii_companion.log.checklist import Checklist

from ii_companion.log.queries import CHECKLISTS, EARLIER, Queries


class Shelf(Queries):
    """The brief logs of one data folder, to read and to change."""

    def save(self, log: BriefLog, *, keep_earlier: bool = False) -> None:
        """Keep the log in place of one with the same id; `keep_earlier` keeps that one as an earlier version. Raises Refusal."""
        self.save_all([log], keep_earlier=keep_earlier)

    def save_all(self, logs: list[BriefLog], *, keep_earlier: bool = False) -> None:
        """Keep logs of one month in one go. Raises Refusal, and then nothing has changed."""
        if not logs:
            return
        documents = [checked(log) for log in logs]
        path = self._month(logs[0])
        with locked(path):
            self._mend(path)
            from tinydb import Query, TinyDB

            with TinyDB(storage=WholeFileStorage, path=path) as db:
                if keep_earlier:
                    ids = [document["id"] for document in documents]
                    db.table(EARLIER).insert_multiple(map(dict, db.search(Query().id.one_of(ids))))
                if len(documents) == 1:
                    db.upsert(documents[0], Query().id == documents[0]["id"])
                else:
                    db.remove(Query().id.one_of([document["id"] for document in documents]))
                    db.insert_multiple(documents)

    def save_checklist(self, log: BriefLog, checklist: Checklist) -> None:
        """Keep a mentor's list beside its log, in place of the one before. Raises Refusal."""
        from tinydb import Query, TinyDB

        path = self._month(log)
        with locked(path):
            self._mend(path)
            with TinyDB(storage=WholeFileStorage, path=path) as db:
                db.table(CHECKLISTS).upsert(msgspec.to_builtins(checklist), Query().id == checklist.id)

    def delete(self, session_id: str) -> bool:
        """Take the log out of its month and of that month's backup. False if there is none."""
        path = self._find(session_id)
        if path is None:
            return False
        from tinydb import Query, TinyDB

        with locked(path):
            self._mend(path)
            with TinyDB(storage=WholeFileStorage, path=path) as db:
                db.remove(Query().id == session_id)
                for table in (EARLIER, CHECKLISTS):
                    db.table(table).remove(Query().id == session_id)
            self._renew_backup(path)
        return True

    def erase(self, learner: str) -> None:
        """Take everything about a learner out of every month and its backup, logs that cannot be read too."""
        from tinydb import Query, TinyDB

        for path in self.months():
            both = (one for one in (path, backup_path(path)) if one.exists())
            if not any(says_learner(one.read_bytes(), learner) for one in both):
                continue
            with locked(path):
                self._mend(path)
                with TinyDB(storage=WholeFileStorage, path=path) as db:
                    theirs = Query().learner == learner
                    ids = {
                        document.get("id")
                        for table in (TABLE, EARLIER)
                        for document in db.table(table).search(theirs)
                    }
                    for table in (TABLE, EARLIER):
                        db.table(table).remove(theirs)
                    db.table(CHECKLISTS).remove(Query().id.one_of(list(ids)))
                self._renew_backup(path)

    def _renew_backup(self, path: Path) -> None:
        """Let the backup hold nothing that the month no longer does. With the month's lock held."""
        from tinydb import TinyDB

        removed(backup_path(path))
        if path.exists():
            with TinyDB(storage=WholeFileStorage, path=path) as db:
                db.storage.write(db.storage.read() or {})
