"""What a month's file holds: each document decoded as far as is asked, and refused by file, log and field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ii_companion.log.header import Mode, Moment
from ii_companion.log.records import SCHEMA, BriefLog, EndReason
from ii_companion.log.storage import damaged
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal, said_by

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
    schema: int = SCHEMA

    @classmethod
    def of(cls, log: BriefLog) -> Entry:
        return cls(**{name: getattr(log, name) for name in cls.__struct_fields__})

    @property
    def words(self) -> str:
        """The first words somebody wrote."""
        text = self.what_happened or self.best_moment or self.typical_moment
        return text.splitlines()[0] if text else ""


Listed = TypeVar("Listed", Entry, BriefLog)


def newest_first(logs: list[Listed]) -> list[Listed]:
    return sorted(logs, key=lambda log: (log.started_at, log.id), reverse=True)


class _Peek(msgspec.Struct):
    """What can be told of any document, however new."""

    id: str = ""
    schema: int = SCHEMA


ENTRIES = msgspec.json.Decoder(dict[str, dict[str, Entry]])
LOGS = msgspec.json.Decoder(dict[str, dict[str, BriefLog]])
MONTH = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])
_PEEK = msgspec.json.Decoder(_Peek)
_LOG = msgspec.json.Decoder(BriefLog)


def documents_of(path: Path) -> Iterable[msgspec.Raw]:
    return tables_of(path).get(TABLE, {}).values()


def tables_of(path: Path) -> dict[str, dict[str, msgspec.Raw]]:
    data = read_whole(path)
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
        document = msgspec.to_builtins(log)
        msgspec.convert(document, BriefLog)
    except (msgspec.ValidationError, ValueError) as error:
        raise Refusal(
            "The brief log of {id} cannot be kept: {why}.", id=log.id, why=said_by(error)
        ) from error
    return dict(document)
