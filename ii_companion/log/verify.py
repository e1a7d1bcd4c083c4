"""Whether anything has changed unseen: month files, ended journals and cards against the digests that were kept of them.

What is found is a value, said by whoever shows it; nothing is refused for it and nothing is mended. Long because every
way in which a file can differ has its own sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.collecting import not_collecting
from ii_companion.log import cards
from ii_companion.log.damage import Damaged, Unreadable
from ii_companion.log.digests import DIGESTS, KEPT, KNOWN, Row, Tables, digest, in_order, key, whole
from ii_companion.log.documents import TABLE
from ii_companion.log.journal import journal_path
from ii_companion.log.months import Months
from ii_companion.log.places import Places, reason
from ii_companion.log.sealing import read
from ii_companion.log.storage import backup_path, read_tables
from ii_companion.log.store import Change, Verified
from ii_companion.progress import going_through
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, said

ELSEWHERE = said("No copy of it as it was is left here; a backup of the folder may have one.")


def verify(places: Places, newest: int | None = None) -> Verified:
    """Look at the newest month files, or all, with the journals of their sessions, and at every card."""
    months = Months(places).months()
    if newest is not None:
        months = months[len(months) - min(newest, len(months)) :]
    changes: list[Change] = []
    logs = journals = without = 0
    with not_collecting():
        for path in going_through(months):
            try:
                tables = read_tables(path)
            except (Damaged, Unreadable) as refusal:
                changes.append(Change("", refusal.sentence))
                continue
            if tables is None:  # its backup alone is left; who reads the logs is told
                continue
            changes += month(path, tables)
            without += _without(tables)
            documents = list(tables.get(TABLE, {}).values())
            logs += len(documents)
            for document in going_through(documents):
                if document.get("journal_digest") is not None:
                    journals += 1
                    changes += journal(places, document)
        changes += card_changes(places)
    return Verified(tuple(changes), logs, journals, without)


def verify_session(places: Places, session_id: str) -> list[Change]:
    """What has changed unseen of one session."""
    named = places.log / f"{session_id[:4]}-{session_id[4:6]}.json"
    months = Months(places).months()
    for path in [named, *(one for one in months if one != named)] if named in months else months:
        try:
            tables = read_tables(path)
        except (Damaged, Unreadable):
            continue
        found = [row for row in (tables or {}).get(TABLE, {}).values() if row.get("id") == session_id]
        if tables is not None and found:
            changes = [change for change in month(path, tables) if change.session == session_id]
            return [*changes, *(change for row in found for change in journal(places, row))]
    return []


def _without(tables: Tables) -> int:
    """How many logs are from before there were digests."""
    return 0 if DIGESTS in tables else len(tables.get(TABLE, {}))


def month(path: Path, tables: Tables) -> Iterator[Change]:
    """What differs in a month's file from its digests."""
    for name in tables:
        if name not in KNOWN:
            yield Change(
                "", said("{path}: it has a part “{name}” that is not ii-companion's.", path=path, name=name)
            )
    if DIGESTS not in tables:
        backup = _backup(path)
        if backup is not None and DIGESTS in backup:
            yield Change("", said("{path}: its digests are gone, though its backup has them.", path=path))
        return
    rows = in_order(tables[DIGESTS])
    good = whole(rows)
    if not all(good):
        at = rows[good.index(False)]
        yield Change(
            str(at.get("id", "")),
            said(
                "{path}: what was saved is not in its order any more at {id}; something was taken out, put in or changed.",
                path=path,
                id=str(at.get("id", "")),
            ),
        )
    saved: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        saved.setdefault(key(row), []).append(row)
    for name, earlier in KEPT.items():
        there = {str(one.get("id", "")): one for one in tables.get(name, {}).values()}
        yield from _documents(path, name, there, saved)
        yield from _put_by(name, tables.get(earlier, {}).values(), saved)


def _documents(
    path: Path, name: str, there: dict[str, dict[str, Any]], saved: dict[tuple[str, str], list[Row]]
) -> Iterator[Change]:
    is_log = name == TABLE
    for session_id, document in there.items():
        versions = saved.get((name, session_id))
        if versions is None:
            sentence = (
                said("The brief log {id} was put into {path} by another program.", id=session_id, path=path)
                if is_log
                else said(
                    "The checklist of {id} was put into {path} by another program.", id=session_id, path=path
                )
            )
            yield Change(session_id, sentence)
        elif digest(document) != versions[-1].get("sha256"):
            time = _when(versions[-1])
            sentence = (
                said("The brief log {id} is not as it was saved on {time}.", id=session_id, time=_told(time))
                if is_log
                else said(
                    "The checklist of {id} is not as it was saved on {time}.", id=session_id, time=_told(time)
                )
            )
            yield _changed(path, name, session_id, versions[-1], sentence, time)
    for (table, session_id), versions in saved.items():
        if table == name and session_id not in there:
            time = _when(versions[-1])
            sentence = (
                said(
                    "The brief log {id}, saved on {time}, is gone; ii-companion did not remove it.",
                    id=session_id,
                    time=_told(time),
                )
                if is_log
                else said(
                    "The checklist of {id}, saved on {time}, is gone; ii-companion did not remove it.",
                    id=session_id,
                    time=_told(time),
                )
            )
            yield _changed(path, name, session_id, versions[-1], sentence, time)


def _put_by(
    name: str, documents: Iterable[dict[str, Any]], saved: dict[tuple[str, str], list[Row]]
) -> Iterator[Change]:
    """Earlier versions that differ from every version that was saved, and saved versions that are gone."""
    there: dict[str, set[str]] = {}
    for document in documents:
        session_id, made = str(document.get("id", "")), digest(document)
        there.setdefault(session_id, set()).add(made)
        if made not in {row.get("sha256") for row in saved.get((name, session_id), ())}:
            yield Change(
                session_id,
                said("An earlier version of {id} is not as it was kept.", id=session_id),
                ELSEWHERE,
            )
    for (table, session_id), versions in saved.items():
        gone = {row.get("sha256") for row in versions[:-1]} - there.get(session_id, set())
        if table == name and gone - {versions[-1].get("sha256")}:
            yield Change(
                session_id,
                said("An earlier version of {id} is gone, or is not as it was kept.", id=session_id),
                ELSEWHERE,
            )


def _changed(
    path: Path, name: str, session_id: str, row: Row, sentence: Said, since: datetime | None
) -> Change:
    """A change, with the offer of the backup if that has what was saved."""
    if copy_of(path, name, session_id, row) is None:
        return Change(session_id, sentence, ELSEWHERE, since)
    offer = said(
        "{name} has it as it was saved: `ii-companion log restore {id}` puts it back, and what is there now stays beside it.",
        name=backup_path(path).name,
        id=session_id,
    )
    return Change(session_id, sentence, offer, since, restorable=True)


def copy_of(path: Path, name: str, session_id: str, row: Row) -> dict[str, Any] | None:
    """The document in the month's backup, if it is just as it was saved."""
    for document in (_backup(path) or {}).get(name, {}).values():
        if document.get("id") == session_id and digest(document) == row.get("sha256"):
            return document
    return None


def _backup(path: Path) -> Tables | None:
    try:
        return read_tables(backup_path(path))
    except Refusal:
        return None


def _when(row: Row) -> datetime | None:
    try:
        return datetime.fromisoformat(str(row.get("at", "")))
    except ValueError:
        return None


def _told(time: datetime | None) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}" if time is not None else "–"


def journal(places: Places, document: dict[str, Any]) -> Iterator[Change]:
    """What differs in a session's journal from what its log says of it."""
    session_id = str(document.get("id", ""))
    if document.get("journal_digest") is None:
        return
    try:
        kept = msgspec.convert(document["journal_digest"], _Kept)
        path = journal_path(places.journals, session_id)
        data = read(path)
    except FileNotFoundError:
        yield Change(session_id, said("The journal of {id} is gone.", id=session_id), ELSEWHERE)
        return
    except msgspec.ValidationError:
        return  # the log itself has changed, and that is said
    except OSError as error:
        yield Change(
            session_id, said("The journal of {id} cannot be read: {why}.", id=session_id, why=reason(error))
        )
        return
    if hashlib.sha256(data).hexdigest() == kept.sha256:
        return
    lines = data.count(b"\n")
    other = _id_in(data)
    if other not in ("", session_id):
        sentence = said(
            "The journal of {id} is that of another session, {other}.", id=session_id, other=other
        )
    elif lines < kept.lines:
        sentence = said(
            "The journal of {id} was cut: it has {n} lines, and had {of} when the session ended.",
            id=session_id,
            n=lines,
            of=kept.lines,
        )
    else:
        sentence = said("The journal of {id} has changed since the session ended.", id=session_id)
    yield Change(session_id, sentence, ELSEWHERE)


class _Kept(msgspec.Struct):
    sha256: str
    lines: int


class _Header(msgspec.Struct):
    id: str = ""


def _id_in(data: bytes) -> str:
    try:
        return msgspec.json.decode(data[: data.find(b"\n") + 1], type=_Header).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def card_changes(places: Places) -> Iterator[Change]:
    """Cards that are not as they were saved."""
    for learner in cards.with_digest(places):
        since = cards.changed_since(places, learner)
        if since is not None:
            there = cards.card_path(places, learner).exists()
            sentence = (
                said(
                    "The card of {learner} is not as it was saved on {time}.",
                    learner=learner,
                    time=_told(since),
                )
                if there
                else said(
                    "The card of {learner}, saved on {time}, is gone; ii-companion did not remove it.",
                    learner=learner,
                    time=_told(since),
                )
            )
            yield Change(
                "", sentence, said("Look at it (F5 at home); saving it there keeps it as it then is."), since
            )
