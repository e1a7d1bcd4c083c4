"""Removing for good: sessions past their time, or everything about a learner, from every file of the data folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from ii_companion.log.cards import card_path
from ii_companion.log.documents import Entry, says_learner
from ii_companion.log.journal import is_live, journal_path, lock_path, read_journal
from ii_companion.log.places import Places, reason, removed
from ii_companion.log.shelf import Shelf
from ii_companion.session.refusal import Refusal


class Doomed(msgspec.Struct, frozen=True):
    """What would be removed; nothing has been yet."""

    sessions: tuple[Entry, ...]
    journals: tuple[Path, ...] = ()
    aside: tuple[Path, ...] = ()
    """Damaged files that were set aside: they cannot be searched, so they go whole."""

    def __bool__(self) -> bool:
        return bool(self.sessions or self.journals)


def older_than(places: Places, months: int, now: datetime) -> Doomed:
    """Sessions that began more than `months` months before `now`, unfinished ones and second codings too."""
    shelf = Shelf(places)
    old = past_their_time(shelf.entries(), months, now)
    limit, kept = _limit(months, now), shelf.ids()
    loose = (
        path
        for path in _journals(places)
        if path.stem not in kept and _began(path) < limit and not is_live(path)
    )
    return Doomed(old, (*of_sessions(places, old), *loose))


def past_their_time(entries: list[Entry], months: int, now: datetime) -> tuple[Entry, ...]:
    """Those that began more than `months` months before `now`."""
    limit = _limit(months, now)
    return tuple(entry for entry in entries if f"{entry.started_at:%Y-%m-%d}" < limit)


def _limit(months: int, now: datetime) -> str:
    """The first day that is not too long ago, as ISO text."""
    total = now.year * 12 + now.month - 1 - months
    return f"{total // 12:04d}-{total % 12 + 1:02d}-{now.day:02d}"


def about(places: Places, learner: str) -> Doomed:
    """Everything about a learner in one part of the data folder. Raises Refusal if that cannot be read."""
    entries = tuple(entry for entry in Shelf(places).entries() if entry.learner == learner)
    theirs = [path for path in _journals(places) if _is_about(path, learner)]
    aside = [
        *places.log.glob("*.damaged-*"),
        *(path for path in places.journals.glob("*.damaged-*") if _names(path, learner)),
    ]
    return Doomed(entries, tuple(dict.fromkeys([*of_sessions(places, entries), *theirs])), tuple(aside))


def of_sessions(places: Places, entries: tuple[Entry, ...]) -> Iterator[Path]:
    """The journals of sessions, and of second codings of them."""
    for entry in entries:
        path = journal_path(places.journals, entry.id)
        if path.exists():
            yield path
        yield from sorted(places.codings.journals.glob(f"{entry.id}-coded-*.jsonl"))


def remove(places: Places, doomed: Doomed) -> None:
    """Remove the sessions: logs, their earlier versions and backups, and journals. Raises Refusal."""
    shelf = Shelf(places)
    for entry in doomed.sessions:
        shelf.delete(entry.id)
    _remove_files(doomed)


def erase_learner(places: Places, learner: str) -> None:
    """Remove everything about a learner, in practice too: logs, journals, backups, card, and the remembered fields.

    Raises Refusal if a session with them is running, or if anything that names them is left at the end.
    """
    parts = (places, places.practice, places.codings)
    doomed = [about(part, learner) for part in parts]
    running = next((path for one in doomed for path in one.journals if is_live(path)), None)
    if running is not None:
        raise Refusal(
            "A session with {learner} is running ({id}). End it first; nothing was erased.",
            learner=learner,
            id=running.stem,
        )
    for part, one in zip(parts, doomed, strict=True):
        Shelf(part).erase(learner)
        _remove_files(one)
        for lock in part.journals.glob("*.lock"):  # of journals that are gone
            if _named_for(lock, learner) and not lock.with_suffix(".jsonl").exists():
                removed(lock)
    removed(card_path(places, learner))
    removed(places.root / "last.json")
    left = []
    for path in [path for path in places.root.rglob("*") if path.is_file() and _names(path, learner)]:
        if path.suffix == ".tmp":  # what a killed process had not put in place
            removed(path)
        else:
            left.append(path)
    if left:
        raise Refusal(
            "These still name {learner}: {files}. The rest was erased.",
            learner=learner,
            files=", ".join(map(str, left)),
        )


def _remove_files(doomed: Doomed) -> None:
    for path in doomed.journals:
        removed(path)
        removed(lock_path(path))
    for path in doomed.aside:
        removed(path)


def _journals(places: Places) -> list[Path]:
    try:
        return sorted(path for path in places.journals.iterdir() if path.suffix == ".jsonl")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refusal("{path} cannot be read: {why}.", path=places.journals, why=reason(error)) from error


def _began(path: Path) -> str:
    """The day a journal's session began, as ISO text; the last of days if that cannot be read."""
    try:
        return f"{read_journal(path).header.started_at:%Y-%m-%d}"
    except Refusal:
        return "9999-12-31"


def _is_about(path: Path, learner: str) -> bool:
    """Whether a journal is of the learner; one without a readable header is known by its name, or searched."""
    try:
        return read_journal(path).header.learner == learner
    except Refusal:
        return _named_for(path, learner) or _names(path, learner)


def _named_for(path: Path, learner: str) -> bool:
    return re.match(rf"\d{{8}}-\d{{6}}-{re.escape(learner)}-[0-9a-f]{{4}}\b", path.name) is not None


def _names(path: Path, learner: str) -> bool:
    """Whether a file can be read and says that it is about the learner."""
    try:
        return says_learner(path.read_bytes(), learner)
    except OSError:
        return False
