"""Removing for good: sessions past their time, or everything about a learner, from every file of the data folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from ii_companion.log.cards import card_path
from ii_companion.log.journal import journal_path
from ii_companion.log.places import Places, removed
from ii_companion.log.shelf import Entry, Shelf


class Doomed(msgspec.Struct, frozen=True):
    """What would be removed; nothing has been yet."""

    sessions: tuple[Entry, ...]
    journals: int
    aside: tuple[str, ...] = ()
    """Damaged files that were set aside: they cannot be searched, so they go whole."""


def older_than(places: Places, months: int, now: datetime) -> Doomed:
    """Sessions that began more than `months` months before `now`."""
    total = now.year * 12 + now.month - 1 - months
    limit = f"{total // 12:04d}-{total % 12 + 1:02d}-{now.day:02d}"
    old = tuple(entry for entry in Shelf(places).entries() if f"{entry.started_at:%Y-%m-%d}" < limit)
    return Doomed(old, _journals(places, old))


def about(places: Places, learner: str) -> Doomed:
    """Everything about a learner in one part of the data folder."""
    entries = tuple(entry for entry in Shelf(places).entries() if entry.learner == learner)
    aside = tuple(sorted(path.name for path in places.log.glob("*.damaged-*")))
    return Doomed(entries, len(_journals_of(places, learner)), aside)


def remove(places: Places, doomed: Doomed) -> None:
    """Remove the sessions: logs, their earlier versions and backups, and journals."""
    shelf = Shelf(places)
    for entry in doomed.sessions:
        shelf.delete(entry.id)
        removed(journal_path(places.journals, entry.id))
    for name in doomed.aside:
        removed(places.log / name)


def erase_learner(places: Places, learner: str) -> None:
    """Remove everything about a learner, in practice too: logs, journals, backups, card, and the remembered fields."""
    for part in (places, places.practice, places.codings):
        remove(part, about(part, learner))
        for path in _journals_of(part, learner):
            removed(path)
    removed(card_path(places, learner))
    removed(places.root / "last.json")


def _journals(places: Places, entries: tuple[Entry, ...]) -> int:
    return sum(journal_path(places.journals, entry.id).exists() for entry in entries)


def _journals_of(places: Places, learner: str) -> list[Path]:
    """Journals of the learner, of sessions that never became a log too; unreadable ones are searched for the code."""
    marks = (f'"learner":"{learner}"'.encode(), f'"learner": "{learner}"'.encode())
    try:
        paths = [path for path in places.journals.iterdir() if path.suffix in (".jsonl", ".lock")]
    except OSError:
        return []
    return [
        path
        for path in paths
        if f"-{learner}-" in path.name or any(mark in path.read_bytes() for mark in marks)
    ]
