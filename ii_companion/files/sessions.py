"""A session as it travels: its header, its brief log and its events. JSON, versioned, none of these lost.

{"format": "ii-companion.sessions", "version": 1, "sessions": [{"header": …, "log": …, "events": […]}]}
A mentor's list and the versions that edits put by stay in the data folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from ii_companion.log.closing import brief_log
from ii_companion.log.documents import checked
from ii_companion.log.header import JOURNAL_VERSION, Header, header_line
from ii_companion.log.places import reason
from ii_companion.log.records import SCHEMA, BriefLog
from ii_companion.log.store import Store, longest_good, part_of, wanted
from ii_companion.opening import read_whole
from ii_companion.session.card import Card
from ii_companion.session.codes import code
from ii_companion.session.events import Event, IllegalEvent, fold
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import said

FORMAT = "ii-companion.sessions"
VERSION = SCHEMA
"""Of the file; what it can say is what brief logs can say."""
LONGEST_LEFT_OPEN_S = 366 * 86_400.0
"""What we export we import: a session can be left open over a weekend, or a holiday. Tables are asked about sooner."""


class Travelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One session. `events`: every event as journalled, undone ones too; none if the journal is gone."""

    log: BriefLog
    header: Header | None = None
    events: tuple[Event, ...] = ()

    def effective(self) -> list[Event]:
        """The events that count, undone ones left out."""
        return fold(self.events).events()

    def head(self) -> Header:
        """The session's header; without its journal, one made from what the log says."""
        if self.header is not None:
            return self.header
        log = self.log
        wait = log.measures.parameters.wait_s if log.measures else Card("").wait_s
        return Header(
            id=log.id,
            learner=log.learner,
            practitioner=log.practitioner,
            mentor=log.mentor,
            stage=log.stage,
            mode=log.mode,
            probe=log.probe,
            place=log.place,
            started_at=log.started_at,
            assent_at_start=log.assent_at_start,
            card=Card(log.learner, wait),
        )


class Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a JSON file holds; its sessions are read one at a time, so that memory stays flat."""

    format: str
    version: int
    sessions: list[msgspec.Raw]


def collect(
    store: Store, ids: Iterable[str], tell: Callable[[str], None] | None = None
) -> Iterator[Travelling]:
    """The sessions of those ids, with their journals. Raises Refusal for an id there is no log of."""
    for session_id in ids:
        yield with_journal(store, wanted(store, session_id), tell)


def whole_session(store: Store, session_id: str, tell: Callable[[str], None] | None = None) -> Travelling:
    """A session by its id, also a second coding or one without a brief log. Raises Refusal if there is none."""
    part = part_of(store, session_id)
    log = part.get(session_id)
    if log is not None:
        return with_journal(part, log, tell)
    written = part.written(session_id)
    if written is None:
        raise Refusal("There is no session {id}. `ii-companion log` lists those there are.", id=session_id)
    events = written.events[: longest_good(written.events).n]
    return Travelling(brief_log(written.header, events), written.header, events)


def with_journal(store: Store, log: BriefLog, tell: Callable[[str], None] | None = None) -> Travelling:
    """A log with its journal, if that is still there and can be read. What cannot be is told to `tell`, for `words.render`."""
    say = tell or (lambda _sentence: None)
    try:
        written = store.written(log.id)
    except Refusal as refusal:
        say(refusal.sentence)
        return Travelling(log)
    if written is None:
        return Travelling(log)
    if written.complaint:
        say(written.complaint)
    events = written.events[: longest_good(written.events).n]
    if len(events) < len(written.events):
        say(
            said(
                "The journal of {id}: event {number} cannot follow the one before; it and what comes after are left out.",
                id=log.id,
                number=len(events) + 1,
            )
        )
    return Travelling(log, written.header, events)


def encode(sessions: Iterable[Travelling]) -> bytes:
    """Sessions as JSON, one a line."""
    rows = [_encoded(session) for session in sessions]
    head = f'{{"format": "{FORMAT}", "version": {VERSION}, "sessions": [\n'.encode()
    return head + b",\n".join(rows) + b"\n]}\n"


def _encoded(session: Travelling) -> bytes:
    """A session in the oldest version that can say it."""
    document = msgspec.to_builtins(session) | {"log": checked(session.log)}
    if session.header is not None:
        document["header"] = msgspec.json.decode(header_line(session.header))
    return msgspec.json.encode(document)


class _Kind(msgspec.Struct):
    format: str = ""
    version: int = 0


def decode(data: bytes, name: str) -> Iterator[Travelling]:
    """The sessions of a JSON file, all of them checked before the first is given.

    Raises Refusal naming what is wrong, and where.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        kind = msgspec.json.decode(data, type=_Kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("{name}: damaged, or not JSON: {why}.", name=name, why=said_by(error)) from error
    if kind.format != FORMAT:
        raise Refusal(
            "{name}: its format is {format}; expected {expected}.",
            name=name,
            format=kind.format or said("not said"),
            expected=FORMAT,
        )
    if kind.version > VERSION:
        raise Refusal(
            "{name}: written by a newer version of ii-companion (format version {version}; this one reads "
            "{known}). Update to read it.",
            name=name,
            version=kind.version,
            known=VERSION,
        )
    try:
        parcel = msgspec.json.decode(data, type=Parcel)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("{where}: {why}.", where=name, why=said_by(error)) from error
    for number, raw in enumerate(parcel.sessions, 1):
        try:
            session = _session.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refusal(
                "{name}, session {number}: {why}.", name=name, number=number, why=said_by(error)
            ) from error
        check(
            session,
            said("{name}, session {number} ({id})", name=name, number=number, id=session.log.id),
        )
    return map(_session.decode, parcel.sessions)


_session = msgspec.json.Decoder(Travelling)


def check(session: Travelling, where: str) -> None:
    """Raise Refusal if a session's parts do not belong together or its events cannot follow one another."""
    if session.header is not None and session.header.id != session.log.id:
        raise Refusal("{where}: the header is of session {id}.", where=where, id=session.header.id)
    if session.header is not None and session.header.version > JOURNAL_VERSION:
        raise Refusal("{where}: its journal is of a newer version.", where=where)
    for whose in ("learner", "practitioner", "mentor"):
        name = getattr(session.log, whose)
        if (name or whose == "learner") and code(name, whose) != name:
            raise Refusal(
                "{where}: {field} is “{code}”; a code is in small letters.",
                where=where,
                field=whose,
                code=name,
            )
    if not session.log.duration_s <= LONGEST_LEFT_OPEN_S or any(
        event.t > LONGEST_LEFT_OPEN_S for event in session.events
    ):
        raise Refusal(
            "{where}: it lasts longer than {longest} s; a session is not left open for a year.",
            where=where,
            longest=f"{LONGEST_LEFT_OPEN_S:g}",
        )
    try:
        fold(session.events)
    except IllegalEvent as illegal:
        raise Refusal("{where}: {why}.", where=where, why=said_by(illegal)) from illegal


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises Refusal."""
    try:
        return read_whole(path)
    except IsADirectoryError as error:
        raise Refusal("{path} is a folder; a file was expected.", path=path) from error
    except FileNotFoundError as error:
        raise Refusal("{path}: there is no such file.", path=path) from error
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error


def write_file(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file whole or not at all; never over another unless told. Raises Refusal."""
    from ii_companion.log.whole import write_whole

    if path.is_dir():
        raise Refusal("{path} is a folder; name a file.", path=path)
    if path.exists() and not force:
        raise Refusal(
            "{path} is there already, and stays as it is. Say --force to write over it, or name another file.",
            path=path,
        )
    try:
        if path.exists() and not path.is_file():  # a pipe or a device takes what is written, and stays
            path.write_bytes(data)
        else:
            write_whole(path.resolve(), data)  # through a link, to the file it means
    except OSError as error:
        raise Refusal(
            "{path} cannot be written: {why}. Nothing was left half-written.", path=path, why=reason(error)
        ) from error
