"""The brief logs: plain TinyDB JSON, one file a month.

A save touches one month's file, so it costs the same after ten years as on the first day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.documents import (
    ENTRIES,
    LOGS,
    MONTH,
    TABLE,
    Entry,
    checked,
    decode,
    documents_of,
    newer,
    newest_first,
    peek,
    says_learner,
    tables_of,
)
from ii_companion.log.places import Places, reason, removed
from ii_companion.log.records import SCHEMA, BriefLog
from ii_companion.log.storage import Damaged, WholeFileStorage, backup_path, locked, mend
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.words import _, of

if TYPE_CHECKING:
    from ii_companion.log.checklist import Checklist

EARLIER = "earlier"
"""The table of versions that edits put by; stock TinyDB shows it beside the first."""
CHECKLISTS = "checklists"
_MONTH_FILE = re.compile(r"^\d{4}-\d{2}\.json$")


class Shelf:
    """The brief logs of one data folder. Messages about damage go to `tell`, a sentence each."""

    def __init__(self, places: Places, tell: Callable[[str], None] | None = None) -> None:
        self._places = places
        self._tell = tell or (lambda _sentence: None)

    def save(self, log: BriefLog, *, keep_earlier: bool = False) -> None:
        """Keep the log in place of one with the same id; `keep_earlier` puts that one by. Raises Refusal."""
        self.save_all([log], keep_earlier=keep_earlier)

    def earlier(self, session_id: str) -> list[BriefLog]:
        """The versions of a log that edits put by, oldest first."""
        found = []
        for path in self._likely(session_id):
            for raw in tables_of(path).get(EARLIER, {}).values():
                if peek(raw).id == session_id:
                    found.append(decode(raw, path))
        return found

    def save_checklist(self, log: BriefLog, checklist: Checklist) -> None:
        """Keep a mentor's list beside its log, in place of the one before. Raises Refusal."""
        from tinydb import Query, TinyDB

        path = self._month(log)
        with locked(path):
            self._mend(path)
            with TinyDB(storage=WholeFileStorage, path=path) as db:
                db.table(CHECKLISTS).upsert(msgspec.to_builtins(checklist), Query().id == checklist.id)

    def checklist(self, session_id: str) -> Checklist | None:
        """The mentor's list of a session, if there is one. Raises Refusal if it cannot be read."""
        from ii_companion.log.checklist import Checklist

        for path in self._likely(session_id):
            for raw in tables_of(path).get(CHECKLISTS, {}).values():
                if peek(raw).id == session_id:
                    try:
                        return msgspec.json.decode(raw, type=Checklist)
                    except msgspec.DecodeError as error:
                        raise Refusal(
                            "{path}: the checklist of {id} cannot be read: {why}.",
                            path=path,
                            id=session_id,
                            why=said_by(error),
                        ) from error
        return None

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

    def get(self, session_id: str) -> BriefLog | None:
        """The log with this id. Raises Refusal if it is there but cannot be read."""
        for path in self._likely(session_id):
            for raw in self._raw_documents(path):
                if peek(raw).id == session_id:
                    return decode(raw, path)
        return None

    def logs(self) -> list[BriefLog]:
        """Every log that can be read, newest first; the others are told of."""
        return newest_first([log for path in self.months() for log in self._readable(path)])

    def entries(self) -> list[Entry]:
        """Every log as a list shows it, newest first: a fifth of the cost of reading them whole."""
        found: list[Entry] = []
        for path in self.months():
            try:
                documents = ENTRIES.decode(path.read_bytes()).get(TABLE, {}).values()
            except (msgspec.DecodeError, UnicodeDecodeError, OSError):
                found += [Entry.of(log) for log in self._readable(path)]  # the slow way tells what is wrong
                continue
            for entry in documents:
                if entry.schema > SCHEMA:
                    self._tell(of(newer(path, entry.id, entry.schema)))
                else:
                    found.append(entry)
        return newest_first(found)

    def json(self) -> bytes:
        """Every log that is valid, newest first, as one JSON list, just as it is written."""
        found: list[tuple[datetime, str, msgspec.Raw]] = []
        for path in self.months():
            try:
                data = path.read_bytes()
                valid = LOGS.decode(data).get(TABLE, {}).values()
                pairs = list(zip(valid, MONTH.decode(data)[TABLE].values(), strict=True))
            except (msgspec.DecodeError, UnicodeDecodeError, OSError, KeyError):
                pairs = self._readable_raw(path)  # the slow way tells what is wrong
            for log, raw in pairs:
                if log.schema > SCHEMA:
                    self._tell(of(newer(path, log.id, log.schema)))
                else:
                    found.append((log.started_at, log.id, raw))
        found.sort(key=lambda row: row[:2], reverse=True)
        return b"[" + b",\n".join([bytes(raw) for _, _, raw in found]) + b"]\n"

    def newest(self, n: int) -> list[BriefLog]:
        """The newest `n` logs, reading no more months than they fill."""
        found: list[BriefLog] = []
        for path in reversed(self.months()):
            found += self._readable(path)
            if len(found) >= n:
                break
        return newest_first(found)[:n]

    def ids(self) -> set[str]:
        """The ids of all logs, without reading the rest of them."""
        return {
            peeked.id
            for path in self.months()
            for raw in self._raw_documents(path)
            if (peeked := peek(raw)).id
        }

    def months(self) -> list[Path]:
        """The month files, oldest first. A month of which only the backup is left counts."""
        try:
            names = {entry.name.removesuffix(".bak") for entry in self._places.log.iterdir()}
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Refusal(
                "{path} cannot be read: {why}. Choose another folder with --data-dir.",
                path=self._places.log,
                why=reason(error),
            ) from error
        return [self._places.log / name for name in sorted(names) if _MONTH_FILE.match(name)]

    def _month(self, log: BriefLog) -> Path:
        return self._places.log / f"{log.started_at:%Y-%m}.json"

    def _likely(self, session_id: str) -> Iterator[Path]:
        """The months to look in, the one the id names first."""
        named = self._places.log / f"{session_id[:4]}-{session_id[4:6]}.json"
        months = self.months()
        if named in months:
            yield named
        yield from (path for path in months if path != named)

    def _find(self, session_id: str) -> Path | None:
        for path in self._likely(session_id):
            if any(peek(raw).id == session_id for raw in self._raw_documents(path)):
                return path
        return None

    def _mend(self, path: Path) -> None:
        if done := mend(path):
            self._tell(done)

    def _readable(self, path: Path) -> list[BriefLog]:
        return [log for log, _ in self._readable_raw(path)]

    def _readable_raw(self, path: Path) -> list[tuple[BriefLog, msgspec.Raw]]:
        found = []
        for raw in self._raw_documents(path):
            try:
                found.append((decode(raw, path), raw))
            except Refusal as refusal:
                self._tell(of(refusal))
        return found

    def _raw_documents(self, path: Path) -> Iterable[msgspec.Raw]:
        """The documents of a month as they are written, from its backup if the file is damaged."""
        try:
            return documents_of(path)
        except (Damaged, FileNotFoundError):
            pass
        except OSError as error:
            self._tell(_("{path} cannot be read: {why}.", path=path, why=reason(error)))
            return ()
        try:
            with locked(path):
                self._mend(path)
            return documents_of(path)
        except FileNotFoundError:
            return ()
        except (Refusal, OSError):  # a folder we may not write: read the backup where it lies
            return self._from_backup(path)

    def _from_backup(self, path: Path) -> Iterable[msgspec.Raw]:
        try:
            documents = documents_of(backup_path(path))
        except (Damaged, OSError):
            self._tell(_("{path} is damaged and has no good backup.", path=path))
            return ()
        self._tell(
            _("{path} is damaged; its logs are read from {name}.", path=path, name=backup_path(path).name)
        )
        return documents
