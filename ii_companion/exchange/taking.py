"""Taking sessions in: each whole or not at all, and none twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from itertools import groupby

import msgspec

from ii_companion.exchange.sessions import Travelling
from ii_companion.log.journal import journal_path
from ii_companion.log.places import Places, ready
from ii_companion.log.shelf import Shelf
from ii_companion.log.whole import write_whole

BATCH = 100
"""Sessions saved into one month at a time."""


class Taken(msgspec.Struct, frozen=True):
    """How an import went."""

    new: int
    known: int


def take_in(places: Places, sessions: Iterable[Travelling], shelf: Shelf | None = None) -> Taken:
    """Keep the sessions that are not there yet. Raises Refusal; what was taken in before stays whole."""
    ready(places)
    shelf = shelf or Shelf(places)
    known_ids = shelf.ids()
    new = known = 0
    batch: list[Travelling] = []

    def save() -> None:
        for _, month in groupby(
            sorted(batch, key=lambda s: s.log.started_at), key=lambda s: f"{s.log.started_at:%Y-%m}"
        ):
            together = list(month)
            for session in together:
                _write_journal(places, session)
            shelf.save_all([session.log for session in together])
        batch.clear()

    for session in sessions:
        if session.log.id in known_ids:
            known += 1
            continue
        known_ids.add(session.log.id)
        batch.append(session)
        new += 1
        if len(batch) >= BATCH:
            save()
    save()
    return Taken(new, known)


def _write_journal(places: Places, session: Travelling) -> None:
    if session.header is None:
        return
    lines = [msgspec.json.encode(session.header), *map(msgspec.json.encode, session.events)]
    path = journal_path(places.journals, session.log.id)
    with contextlib.suppress(FileExistsError):
        write_whole(path, b"\n".join(lines) + b"\n", sync=False)
