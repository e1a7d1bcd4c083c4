"""What a month's file holds: each document decoded as far as is asked, and refused by file, log and field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ii_companion.log.damage import Damaged, damaged
from ii_companion.log.header import Mode, Moment
from ii_companion.log.places import reason
from ii_companion.log.records import SCHEMA, BriefLog, EndReason
from ii_companion.log.sealed_journal import Spoiled
from ii_companion.log.sealing import read
from ii_companion.log.versions import BRIEF_LOG, FIRST, written
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import said

TABLE = "_default"
"""TinyDB's own name for the table of logs."""


class Entry(msgspec.Struct):
    """A log as a list shows it."""

    id: str
    learner: str
    started_at: Moment
    duration_s: float
    end_reason: EndReason
    practitioner: str = ""
    mentor: str = ""
    mode: Mode = Mode.SOLO
    what_happened: str = ""
    best_moment: str = ""
    typical_moment: str = ""
    next_time: str = ""
    probe: bool = False
    fundamentals: tuple[str, ...] = ()
    engagement: tuple[str, ...] = ()
    schema: int = FIRST
    school: str = ""
    """The school whose log it is from, if it is another's and can only be read; no log's document says so."""

    @classmethod
    def of(cls, log: BriefLog) -> Entry:
        return cls(**{name: getattr(log, name) for name in cls.__struct_fields__ if name != "school"})

    @property
    def words(self) -> str:
        """The first words somebody wrote."""
        text = self.what_happened or self.best_moment or self.typical_moment
        return text.splitlines()[0] if text else ""


Listed = TypeVar("Listed", Entry, BriefLog)


def newest_first(logs: list[Listed]) -> list[Listed]:
    return sorted(logs, key=lambda log: (log.started_at, log.id), reverse=True)


def past_their_time(entries: list[Entry], months: int, now: datetime) -> tuple[Entry, ...]:
    """One's own that began more than `months` months before `now`: a school's log has its own time, and its co-ordinator."""
    limit = time_limit(months, now)
    return tuple(e for e in entries if not e.school and f"{e.started_at:%Y-%m-%d}" < limit)


def time_limit(months: int, now: datetime) -> str:
    """The first day that is not too long ago, as ISO text."""
    total = now.year * 12 + now.month - 1 - months
    return f"{total // 12:04d}-{total % 12 + 1:02d}-{now.day:02d}"


class _Peek(msgspec.Struct):
    """What is in a document of any version, as a list needs it."""

    id: str = ""
    schema: int = FIRST


class _Entries(msgspec.Struct):
    """A month's logs alone, as lists show them; its other tables are passed over."""

    logs: dict[str, Entry] = msgspec.field(name=TABLE, default_factory=dict)


class _Logs(msgspec.Struct):
    logs: dict[str, BriefLog] = msgspec.field(name=TABLE, default_factory=dict)


ENTRIES = msgspec.json.Decoder(_Entries)
LOGS = msgspec.json.Decoder(_Logs)
MONTH = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])
_PEEK = msgspec.json.Decoder(_Peek)
_LOG = msgspec.json.Decoder(BriefLog)


FAR_DAYS = 400
"""A clock this far beyond the newest session is questioned, and so is one before it."""


def clock_disagrees(entries: list[Entry], now: datetime) -> str:
    """Why this machine's date cannot be right, as a sentence; empty where the logs do not contradict it."""
    if not entries:
        return ""
    newest = max(entry.started_at for entry in entries)
    if timedelta(days=-1) <= now - newest <= timedelta(days=FAR_DAYS):
        return ""
    return said(
        "This computer's date is {now}, the newest session's is {newest}. Is the clock right?",
        now=f"{now:%Y-%m-%d}",
        newest=f"{newest:%Y-%m-%d}",
    )


def documents_of(path: Path) -> Iterable[msgspec.Raw]:
    return tables_of(path).get(TABLE, {}).values()


def tables_of(path: Path) -> dict[str, dict[str, msgspec.Raw]]:
    try:
        data = read(path)
    except Spoiled as error:
        raise Damaged("{path} is damaged: {why}.", path=path, why=reason(error)) from error
    try:
        return MONTH.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise damaged(path, data, error) from error


def peek(raw: msgspec.Raw) -> _Peek:
    try:
        return _PEEK.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Peek()


_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def unescaped(data: bytes) -> str:
    """JSON's text with its escapes decoded, however damaged it is: any letter may be written as one."""
    text = data.decode("utf-8", "replace")
    if "\\u" not in text:
        return text
    return _ESCAPES.sub(
        lambda found: bytes.fromhex(found[0].replace("\\u", "")).decode("utf-16-be", "replace"), text
    )


def says_learner(data: bytes, learner: str) -> bool:
    """Whether JSON, in whatever layout, escapes and state of damage, says that something is about the learner.

    Ids of ours hold the learner's code too: a list or an intent that names only the session is about them as well.
    """
    text, code = unescaped(data), re.escape(learner)
    if re.search(rf'"(?:learner|code)"\s*:\s*"{code}"', text):
        return True
    return (
        re.search(rf'"{_STAMP}{code}-[0-9a-f]{{4}}(?:-coded-[0-9a-f]{{4}})?(?:\.jsonl)?"', text) is not None
    )


def named_for(name: str, learner: str) -> bool:
    """Whether a file's or a session's name is of a session with the learner."""
    return re.match(rf"\.?(?:[a-z]+-)?{_STAMP}{re.escape(learner)}-[0-9a-f]{{4}}\b", name) is not None


_STAMP = r"\d{8}-\d{6}-"


def decode(raw: msgspec.Raw | bytes, path: Path) -> BriefLog:
    """A log from its JSON. Raises Refusal naming file, log and field."""
    try:
        log = _LOG.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        peeked = peek(msgspec.Raw(raw))
        if peeked.schema <= SCHEMA:
            why = said_by(error)
            if not peeked.id:
                raise Refusal(
                    "{path}: brief log (no id) cannot be read: {why}.", path=path, why=why
                ) from error
            raise Refusal(
                "{path}: brief log {id} cannot be read: {why}.", path=path, id=peeked.id, why=why
            ) from error
        log = None
    if log is None or log.schema > SCHEMA:
        peeked = peek(msgspec.Raw(raw))
        raise newer(path, peeked.id, peeked.schema)
    return log


def newer(path: Path, session_id: str, schema: int) -> Refusal:
    """The refusal of a log that this version does not know how to read."""
    return Refusal(
        "{path}: brief log {id} was written by a newer version of ii-companion (schema {schema}; "
        "this one reads {known}). It is left as it is; update to read it.",
        path=path,
        id=session_id,
        schema=schema,
        known=SCHEMA,
    )


def checked(log: BriefLog) -> dict[str, Any]:
    """The log as a TinyDB document, validated. Raises Refusal naming the field."""
    try:
        document, version = written(log, BRIEF_LOG)
        document["schema"] = max(version, log.schema)
        msgspec.convert(document, BriefLog)
    except (msgspec.ValidationError, ValueError) as error:
        raise Refusal(
            "The brief log of {id} cannot be kept: {why}.", id=log.id, why=said_by(error)
        ) from error
    return dict(document)
