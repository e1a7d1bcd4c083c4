"""How sealed journals ended, kept in their month's file beside the logs: a line cut off the end later is missed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.log.digests import SEALED_JOURNALS
from ii_companion.log.documents import TABLE
from ii_companion.log.journal import journal_path
from ii_companion.log.places import Places
from ii_companion.log.sealed_journal import PREFIX, count_and_tag
from ii_companion.log.store import Seam, Written
from ii_companion.opening import read_whole


class _Row(msgspec.Struct):
    id: str
    lines: int
    tag: str


_ROWS = msgspec.json.Decoder(_Row)


def ends_of(places: Places, documents: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for each of these logs whose journal is there and sealed. Needs no key."""
    for document in documents:
        if not document.get("journal"):
            continue
        with contextlib.suppress(OSError):
            data = read_whole(journal_path(places.journals, str(document["id"])))
            if data.startswith(PREFIX):
                lines, tag = count_and_tag(data)
                yield {"id": document["id"], "lines": lines, "tag": tag}


def renew_ends(path: Path, *, on: bool) -> None:
    """Put into a month how its sealed journals end, or, with the seal off, take it out. With the month's lock held."""
    from ii_companion.log.storage import WholeFileStorage

    storage = WholeFileStorage(path)
    tables = storage.read()
    if tables is None:
        return
    there = list(tables.get(SEALED_JOURNALS, {}).values())
    logs = tables.get(TABLE, {}).values()
    rows = list(ends_of(Places(path.parent.parent), logs)) if on else []
    if rows != there:
        tables.pop(SEALED_JOURNALS, None)
        if rows:
            tables[SEALED_JOURNALS] = {str(n): row for n, row in enumerate(rows, 1)}
        storage.write(tables)


def kept_end(tables: Mapping[str, Mapping[str, msgspec.Raw]], session_id: str) -> Seam | None:
    """What a month keeps of how the session's journal ended; None if nothing."""
    for raw in tables.get(SEALED_JOURNALS, {}).values():
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            row = _ROWS.decode(raw)
            if row.id == session_id:
                return Seam(row.lines, row.tag)
    return None


def held_against(written: Written, kept: Seam | None) -> Written:
    """The journal, with how many lines it lacks at its end, by what its month keeps."""
    if kept is None or written.ended is None or written.cut_at:
        return written
    lacking = max(0, kept.lines - written.ended.lines)
    return msgspec.structs.replace(written, missing=lacking, torn=True) if lacking else written
