"""Reading a journal: whole lines, up to the first that cannot be read; a newer version is refused by name."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from ii_companion.log.header import JOURNAL_VERSION, Header
from ii_companion.log.places import reason
from ii_companion.log.sealing import is_sealed, opened_journal
from ii_companion.log.store import Seam, Written
from ii_companion.opening import read_whole
from ii_companion.session.along import in_film_order
from ii_companion.session.events import Event, Session, apply, why_illegal
from ii_companion.session.refusal import Refusal, said_by


class Read(msgspec.Struct, frozen=True):
    """What a journal file holds, and how many bytes its whole lines are."""

    written: Written
    good_size: int


_header = msgspec.json.Decoder(Header)
_event = msgspec.json.Decoder(Event)


def read_journal(path: Path) -> Written:
    """What a journal holds; as `read_with_size`."""
    return read_with_size(path).written


def read_with_size(path: Path) -> Read:
    """Read a journal. A torn or damaged end is left out; Refusal if not even the header can be read."""
    try:
        data = read_whole(path)
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    sealed = None
    if is_sealed(data):
        try:
            sealed = opened_journal(path, data)
        except OSError as error:
            raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
        if not sealed.lines:
            raise Refusal(
                "{path}, line 2: its header was cut off, or it is damaged or changed, or lies in the place of another.",
                path=path,
            )
        whole, data = len(data), sealed.lines
    end = data.find(b"\n") + 1
    try:
        header = _header.decode(data[: end or None])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _refuse_newer(path, data[:end])
        raise Refusal(
            "{path}, line 1: not the header of a journal: {why}.", path=path, why=said_by(error)
        ) from error
    if header.version > JOURNAL_VERSION:
        raise _newer(path, header.version)
    if not end:
        raise Refusal(
            "{path}, line 1: the header was cut off while it was written; nothing had been keyed yet.",
            path=path,
        )
    events: list[Event] = []
    damaged, line, good = 0, 1, end
    while (stop := data.find(b"\n", end)) >= 0:
        line += 1
        try:
            events.append(_event.decode(data[end:stop]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            damaged = damaged or line
        else:
            good = stop + 1
        end = stop + 1
    numbered = _numbered(events) if damaged and not header.along_film else tuple(events)
    read = in_film_order(numbered) if header.along_film else numbered
    if sealed is None:
        return Read(Written(header, read, damaged, torn=damaged > 0 or good < len(data)), good)
    good = sealed.ends[data.count(b"\n", 0, good)]
    torn = damaged > 0 or good < whole
    tag = sealed.chain.tag.hex()
    ended = Seam(sealed.chain.lines, tag)
    return Read(
        Written(header, read, sealed.broken or damaged, torn, cut_at=sealed.broken, ended=ended), good
    )


def _numbered(events: list[Event]) -> tuple[Event, ...]:
    """The events around a line that is lost, counted as if it had never been; what only it made possible goes with it."""
    session, kept = Session(), []
    for event in events:
        event = msgspec.structs.replace(event, n=session.n + 1)  # noqa: PLW2901 - the same event, counted anew
        if not why_illegal(session, event):
            session = apply(session, event)
            kept.append(event)
    return tuple(kept)


def _refuse_newer(path: Path, line: bytes) -> None:
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        version = msgspec.json.decode(line, type=_Version).version
        if version > JOURNAL_VERSION:
            raise _newer(path, version)


class _Version(msgspec.Struct):
    version: int = 0


def _newer(path: Path, version: int) -> Refusal:
    return Refusal(
        "{path}: written by a newer version of ii-companion (journal version {version}; this one reads {known}). "
        "It is left as it is; update to read it.",
        path=path,
        version=version,
        known=JOURNAL_VERSION,
    )
