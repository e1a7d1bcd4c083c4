"""Removing for good: sessions past their time, or everything about a learner, from every file of the data folder.

Long because what is removed must be found, removed and looked for again in every kind of file, and those agree here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ii_companion.log import activity, cards, intents
from ii_companion.log.activity import Did
from ii_companion.log.beside import beside, is_journal
from ii_companion.log.documents import Entry, named_for, past_their_time, says_learner, time_limit
from ii_companion.log.films import path_of as film_path
from ii_companion.log.intents import Act, Intent
from ii_companion.log.journal import clock_path, journal_path, lock_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.live import is_live
from ii_companion.log.places import Places, reason, removed, sync_folder
from ii_companion.log.seal import is_temporary
from ii_companion.log.sealed_journal import Spoiled
from ii_companion.log.sealing import read
from ii_companion.log.shelf import Shelf
from ii_companion.log.storage import locked
from ii_companion.log.store import Doomed
from ii_companion.progress import going_through
from ii_companion.session.refusal import Refusal


class Files(msgspec.Struct, frozen=True):
    """What would be removed, with the files that are it."""

    sessions: tuple[Entry, ...]
    journals: tuple[Path, ...] = ()
    aside: tuple[Path, ...] = ()
    """Damaged files that were set aside: they cannot be searched, so they go whole."""

    @property
    def doomed(self) -> Doomed:
        return Doomed(
            self.sessions,
            tuple(path.stem for path in self.journals),
            len(self.aside),
            tuple(map(str, self.aside)),
        )


def older_than(places: Places, months: int, now: datetime) -> Files:
    """Sessions that began more than `months` months before `now`, unfinished ones and second codings too."""
    shelf = Shelf(places)
    old = past_their_time(shelf.entries(), months, now)
    limit, kept = time_limit(months, now), shelf.ids()
    loose = (
        path
        for path in going_through(_journals(places))
        if path.stem not in kept and _began(path) < limit and not is_live(path)
    )
    return Files(old, (*of_sessions(places, old), *loose), tuple(_old_leavings(places, limit)))


def _old_leavings(places: Places, limit: str) -> Iterator[Path]:
    """Damaged files that were set aside, and what killed processes left, if they are past their time by their own dates."""
    for folder in (places.log, places.log / "films", places.journals, places.root / "drafts"):
        with contextlib.suppress(OSError):
            for path in sorted(folder.iterdir()):
                left = ".damaged-" in path.name or path.suffix == ".tmp" or folder.name == "drafts"
                changed = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
                if left and path.is_file() and f"{changed:%Y-%m-%d}" < limit:
                    yield path


def about(places: Places, learner: str) -> Files:
    """Everything about a learner in one part of the data folder. Raises Refusal if that cannot be read."""
    entries = tuple(entry for entry in Shelf(places).entries() if entry.learner == learner)
    theirs = [path for path in going_through(_journals(places)) if _is_about(path, learner)]
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


def remove(places: Places, doomed: Doomed, who: str = "") -> None:
    """Remove the sessions: logs, their earlier versions and backups, and journals. Raises Refusal.

    The intent is on disk first: whatever ends the program on the way, the next opening goes on.
    """
    intent = Intent(
        Act.REMOVE,
        sessions=tuple(entry.id for entry in doomed.sessions),
        journals=doomed.journals,
        files=tuple(str(Path(name).relative_to(places.root)) for name in doomed.files),
        at=activity.now().isoformat(),
        who=who,
    )
    with intents.intended(places, intent):
        _remove(places, intent)


def _remove(places: Places, intent: Intent) -> None:
    shelf = Shelf(places)
    for session_id in going_through(intent.sessions):
        shelf.delete(session_id)
    paths = tuple(
        journal_path((places.codings if "-coded-" in name else places).journals, name)
        for name in intent.journals
    )
    drafts = tuple(
        path
        for session_id in (*intent.sessions, *intent.journals)
        for path in (places.root / "drafts").glob(f"*-{session_id}.json")
    )
    films = tuple(
        path
        for name in dict.fromkeys((*intent.sessions, *intent.journals))
        if (path := film_path(places.codings if "-coded-" in name else places, name)).exists()
    )
    _remove_files(Files((), paths, (*drafts, *films, *(places.root / name for name in intent.files))))
    sessions = tuple(dict.fromkeys((*intent.sessions, *intent.journals)))
    line = activity.Line(_asked_at(intent), Did.DELETED, intent.who, sessions=sessions)
    with contextlib.suppress(OSError, Refusal):  # it is removed, whatever becomes of the record
        if line not in activity.read(places)[0]:
            activity.append(places, line)


def _asked_at(intent: Intent) -> datetime:
    return datetime.fromisoformat(intent.at) if intent.at else activity.now()


def erase_learner(places: Places, learner: str, who: str = "") -> None:
    """Remove everything about a learner, in practice too: logs, journals, backups, card, and the remembered fields.

    Raises Refusal if a session with them is running, or if anything that names them is left at the end.
    """
    for part in (places, places.practice, places.codings):
        running = next((path for path in about(part, learner).journals if is_live(path)), None)
        if running is not None:
            raise Refusal(
                "A session with {learner} is running ({id}). End it first; nothing was erased.",
                learner=learner,
                id=running.stem,
            )
    intent = Intent(Act.ERASE, learner, at=activity.now().isoformat(), who=who)
    with intents.intended(places, intent):
        _erase(places, intent)


def _erase(places: Places, intent: Intent) -> None:
    learner = intent.learner
    for part in (places, places.practice, places.codings, places.school):
        found = about(part, learner)
        Shelf(part).erase(learner)
        for aside in part.root.glob(f"{activity.NAME}.damaged-*"):  # sealed, it cannot be searched
            removed(aside)
        _remove_files(found)
        for lock in part.journals.glob("*.lock"):  # of journals that are gone
            if named_for(lock.name, learner) and not lock.with_suffix(".jsonl").exists():
                removed(lock)
    for path in cards.files_of(places, learner):
        removed(path)
    removed(places.root / "last.json")
    mark = activity.salted(learner)
    line = activity.Line(_asked_at(intent), Did.ERASED, intent.who, hashes=(mark,))
    for part in (places, places.practice, places.codings):
        try:
            activity.erase(part, learner, mark, line if part is places else None)
        except OSError as error:
            path = activity.path_of(part)
            raise Refusal("{path} cannot be written: {why}.", path=path, why=reason(error)) from error
    left, emptied = [], {places.root, places.cards}
    ours = intents.folder_of(places)
    for path in going_through(sorted(places.root.rglob("*"))):
        if path.parent == ours or path.is_symlink() or not path.is_file():
            continue
        if named_for(path.name, learner) or _names(path, learner):
            if _is_kept(places, path):
                left.append(path)
            else:  # damaged, half-written, a draft, a clock: nobody reads these again
                removed(path)
                emptied.add(path.parent)
    _sync(emptied)
    if left:
        raise Refusal(
            "These still name {learner}: {files}. The rest was erased.",
            learner=learner,
            files=", ".join(map(str, left)),
        )


def _is_kept(places: Places, path: Path) -> bool:
    """Whether a file is one that a person made or that holds others' words as well, so that it is named and not removed."""
    ours = {part.log for part in (places, places.practice, places.codings, places.school)}
    if path.parent in ours:
        return re.fullmatch(r"\d{4}-\d{2}\.json(\.bak)?", path.name) is not None
    if path.parent == places.cards or path.parent.name in ("drafts", "intents"):
        return path.parent == places.cards and path.suffix == ".json" and not path.name.startswith(".")
    if path.name == activity.NAME:
        return True
    return path.parent == places.root and path.name == "training.json"


def finish_intents(places: Places) -> None:
    """Go on with what was cut short. Left for another time where it cannot be done, or is being done, now."""
    for part in (places, places.practice, places.codings):
        if not intents.some_wait(part):
            continue
        with contextlib.suppress(Refusal, OSError), locked(intents.folder_of(part) / "all", 0):
            for path, intent in intents.waiting(part):
                with contextlib.suppress(Refusal, OSError):
                    _carry_out(part, intent)
                    intents.forget(path)


def _carry_out(places: Places, intent: Intent) -> None:
    if intent.act is Act.ERASE:
        _erase(places, intent)
    elif intent.act is Act.REMOVE:
        _remove(places, intent)
    else:  # an import: journals whose logs were never saved go, so that importing again takes them in whole
        kept = Shelf(places).ids()
        lost = (journal_path(places.journals, one) for one in intent.sessions if one not in kept)
        _remove_files(Files((), tuple(lost)))


def _remove_files(doomed: Files) -> None:
    """Remove them so that no power cut brings them back."""
    emptied = set()
    for path in doomed.journals:
        for one in (path, lock_path(path), clock_path(path), *beside(path)):
            removed(one)
        emptied.add(path.parent)
    for path in doomed.aside:
        removed(path)
        emptied.add(path.parent)
    _sync(emptied)


def _sync(folders: set[Path]) -> None:
    for folder in folders:
        try:
            sync_folder(folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise Refusal(
                "What was removed from {folder} may come back at a power cut: {why}. Do it again.",
                folder=folder,
                why=reason(error),
            ) from error


def remove_folder(folder: Path) -> None:
    """Remove a folder of ours with the files in it, so that no power cut brings them back. Raises Refusal."""
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise Refusal("{path} cannot be read: {why}.", path=folder, why=reason(error)) from error
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            remove_folder(path)
        else:
            removed(path)
    _sync({folder})
    try:
        folder.rmdir()
    except OSError as error:
        raise Refusal("{path} cannot be removed: {why}.", path=folder, why=reason(error)) from error
    _sync({folder.parent})


def _journals(places: Places) -> list[Path]:
    try:
        return sorted(path for path in places.journals.iterdir() if is_journal(path))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refusal("{path} cannot be read: {why}.", path=places.journals, why=reason(error)) from error


def _began(path: Path) -> str:
    """The day a journal's session began, as ISO text; of one that cannot be read, the day it was last written."""
    try:
        return f"{read_journal(path).header.started_at:%Y-%m-%d}"
    except Refusal:
        try:
            return f"{datetime.fromtimestamp(path.lstat().st_mtime, UTC):%Y-%m-%d}"
        except OSError:
            return "9999-12-31"


def _is_about(path: Path, learner: str) -> bool:
    """Whether a journal is of the learner; one without a readable header is known by its name, or searched."""
    try:
        return read_journal(path).header.learner == learner
    except Refusal:
        return named_for(path.name, learner) or _names(path, learner)


def _names(path: Path, learner: str) -> bool:
    """Whether a file can be read and says that it is about the learner."""
    try:
        return says_learner(read(path), learner)
    except Spoiled:
        return is_temporary(path)  # cannot be searched, and nobody will read it
    except OSError:
        return False
