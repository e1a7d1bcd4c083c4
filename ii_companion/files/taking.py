"""Taking sessions in: each whole or not at all, and none twice."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import msgspec

from ii_companion.files.sessions import Travelling
from ii_companion.log.journal import journal_path
from ii_companion.log.places import Places, ready, reason
from ii_companion.log.shelf import Shelf
from ii_companion.log.whole import write_whole
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import counted, said

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
    known_ids = shelf.ids() | {path.stem for path in places.journals.glob("*.jsonl")}  # unfinished ones too
    new = known = saved = 0
    batch: list[Travelling] = []

    def save() -> None:
        nonlocal saved
        for _, month in groupby(
            sorted(batch, key=lambda s: s.log.started_at), key=lambda s: f"{s.log.started_at:%Y-%m}"
        ):
            together = list(month)
            written: list[Path] = []
            try:
                for session in together:
                    written += _write_journal(places, session)
                shelf.save_all([session.log for session in together])
            except (Refusal, OSError) as problem:
                for path in written:
                    path.unlink(missing_ok=True)
                why = (
                    problem.sentence
                    if isinstance(problem, Refusal)
                    else said("{path}: {why}.", path=places.journals, why=reason(problem))
                )
                raise Refusal(
                    counted(
                        "{why} {n} session was taken in before that and stays; import again to go on from there.",
                        "{why} {n} sessions were taken in before that and stay; import again to go on from there.",
                        saved,
                        why=why,
                    )
                ) from problem
            saved += len(together)
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


def _write_journal(places: Places, session: Travelling) -> list[Path]:
    """Write the session's journal, if it brought one; its path. None is there yet: those are known."""
    if session.header is None:
        return []
    lines = [msgspec.json.encode(session.header), *map(msgspec.json.encode, session.events)]
    path = journal_path(places.journals, session.log.id)
    write_whole(path, b"\n".join(lines) + b"\n", sync=False)
    return [path]
