"""Removing for good: sessions past their time, or everything about a learner, from every file of the data folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from ii_companion.log.cards import card_path
from ii_companion.log.documents import Entry, past_their_time, says_learner, time_limit
from ii_companion.log.journal import clock_path, journal_path, lock_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.live import is_live
from ii_companion.log.places import Places, reason, removed
from ii_companion.log.shelf import Shelf
from ii_companion.log.store import Doomed
from ii_companion.session.refusal import Refusal


class Files(msgspec.Struct, frozen=True):
    """What would be removed, with the files that are it."""

    sessions: tuple[Entry, ...]
    journals: tuple[Path, ...] = ()
    aside: tuple[Path, ...] = ()
    """Damaged files that were set aside: they cannot be searched, so they go whole."""

    @property
    def doomed(self) -> Doomed:
        return Doomed(self.sessions, tuple(path.stem for path in self.journals), len(self.aside))


def older_than(places: Places, months: int, now: datetime) -> Files:
    """Sessions that began more than `months` months before `now`, unfinished ones and second codings too."""
    shelf = Shelf(places)
    old = past_their_time(shelf.entries(), months, now)
    limit, kept = time_limit(months, now), shelf.ids()
    loose = (
        path
        for path in _journals(places)
        if path.stem not in kept and _began(path) < limit and not is_live(path)
    )
    return Files(old, (*of_sessions(places, old), *loose))


def about(places: Places, learner: str) -> Files:
    """Everything about a learner in one part of the data folder. Raises Refusal if that cannot be read."""
    entries = tuple(entry for entry in Shelf(places).entries() if entry.learner == learner)
    theirs = [path for path in _journals(places) if _is_about(path, learner)]
    aside = [
        *places.log.glob("*.damaged-*"),
        *(path for path in places.journals.glob("*.damaged-*") if _names(path, learner)),
    ]
    return Files(entries, tuple(dict.fromkeys([*of_sessions(places, entries), *theirs])), tuple(aside))


def of_sessions(places: Places, entries: tuple[Entry, ...]) -> Iterator[Path]:
    """The journals of sessions, and of second codings of them."""
    for entry in entries:
        path = journal_path(places.journals, entry.id)
        if path.exists():
            yield path
        yield from sorted(places.codings.journals.glob(f"{entry.id}-coded-*.jsonl"))


def of_session(places: Places, session_id: str) -> Files:
    """One session: its log if there is one, its journal and the second codings of it."""
    entries = tuple(entry for entry in Shelf(places).entries() if entry.id == session_id)
    path = journal_path(places.journals, session_id)
    codings = sorted(places.codings.journals.glob(f"{session_id}-coded-*.jsonl"))
    return Files(entries, (*([path] if path.exists() else []), *codings))


def remove(places: Places, doomed: Doomed) -> None:
    """Remove the sessions: logs, their earlier versions and backups, and journals. Raises Refusal."""
    shelf = Shelf(places)
    for entry in doomed.sessions:
        shelf.delete(entry.id)
    paths = (
        journal_path((places.codings if "-coded-" in name else places).journals, name)
        for name in doomed.journals
    )
    _remove_files(Files((), tuple(paths)))


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


def _remove_files(doomed: Files) -> None:
    for path in doomed.journals:
        removed(path)
        removed(lock_path(path))
        removed(clock_path(path))
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
