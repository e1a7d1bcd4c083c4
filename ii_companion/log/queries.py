"""What can be asked of the brief logs, read only as far as the question needs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ii_companion.log.digests import CHECKLISTS, DIGESTS, EARLIER, digest, in_order
from ii_companion.log.documents import (
    ENTRIES,
    LOGS,
    MONTH,
    TABLE,
    Entry,
    decode,
    newer,
    newest_first,
    peek,
    tables_of,
)
from ii_companion.log.header import LATEST_YEAR
from ii_companion.log.records import SCHEMA, BriefLog
from ii_companion.log.store import Edit
from ii_companion.log.versions import CHECKLIST, refuse_newer
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.words import _, of

if TYPE_CHECKING:
    from ii_companion.log.checklist import Checklist
    from ii_companion.log.store import Seam, Written

from ii_companion.log.damage import Damaged
from ii_companion.log.months import Months
from ii_companion.log.sealing import read


class Queries(Months):
    """The brief logs of one data folder, to read."""

    def get(self, session_id: str) -> BriefLog | None:
        """The log with this id. Raises Refusal if it is there but cannot be read."""
        for path in self._likely(session_id):
            for raw in self._raw_documents(path):
                if peek(raw).id == session_id:
                    return decode(raw, path)
        return None

    def earlier(self, session_id: str) -> list[BriefLog]:
        """The earlier versions of a log, kept when it was edited, oldest first."""
        found = []
        for path in self._likely(session_id):
            for raw in tables_of(path).get(EARLIER, {}).values():
                if peek(raw).id == session_id:
                    found.append(decode(raw, path))
        return found

    def edits(self, session_id: str) -> list[Edit]:
        """The edits of a log, oldest first: the version before each, and who and when."""
        found = []
        for path in self._likely(session_id):
            tables = tables_of(path)
            rows = in_order(
                {
                    number: row
                    for number, raw in tables.get(DIGESTS, {}).items()
                    if peek(raw).id == session_id and "of" not in (row := msgspec.json.decode(raw))
                }
            )
            made = [row.get("sha256") for row in rows]
            for raw in tables.get(EARLIER, {}).values():
                if peek(raw).id != session_id:
                    continue
                one = digest(msgspec.json.decode(raw))
                then = rows[made.index(one) + 1 :] if one in made else []
                at = datetime.fromisoformat(then[0]["at"]) if then else None
                found.append(Edit(decode(raw, path), at, then[0].get("by", "") if then else ""))
        return found

    def checklist(self, session_id: str) -> Checklist | None:
        """The mentor's list of a session, if there is one. Raises Refusal if it cannot be read."""
        from ii_companion.log.checklist import Checklist

        for path in self._likely(session_id):
            for raw in tables_of(path).get(CHECKLISTS, {}).values():
                if peek(raw).id == session_id:
                    refuse_newer(raw, CHECKLIST, _("{path}: the checklist of {id}", path=path, id=session_id))
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

    def kept_end(self, written: Written) -> Seam | None:
        """How the session's sealed journal ended, as its month keeps it."""
        from ii_companion.log.sealed_ends import kept_end

        path = self._places.log / f"{written.header.started_at:%Y-%m}.json"
        try:
            return kept_end(tables_of(path), written.header.id)
        except (Damaged, OSError):
            return None

    def logs(self) -> list[BriefLog]:
        """Every log that can be read, newest first; the others are told of."""
        return newest_first([log for path in self.months() for log in self._readable(path)])

    def entries(self) -> list[Entry]:
        """Every log as a list shows it, newest first: a fifth of the cost of reading them whole."""
        found: list[Entry] = []
        for path in self.months():
            try:
                documents = list(ENTRIES.decode(read(path)).logs.values())
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError):
                documents = []
            if not documents or any(entry.started_at.year > LATEST_YEAR for entry in documents):
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
                data = read(path)
                valid = LOGS.decode(data).logs.values()
                pairs = list(zip(valid, MONTH.decode(data)[TABLE].values(), strict=True))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError, KeyError):
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
