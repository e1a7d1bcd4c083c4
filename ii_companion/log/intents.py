"""What takes several steps is written down before the first, and finished at the next opening if it was cut short.

An intent is a small file in `intents/`. Whoever carries one out holds the folder's lock, so that a second window does
not take a running removal for one that was cut short. Carrying out an intent again must do no harm.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from ii_companion.log.places import Places, make_folder, reason, removed, sync_folder
from ii_companion.log.sealing import read, write_whole
from ii_companion.session.refusal import Refusal


class Act(StrEnum):
    REMOVE = "remove"
    ERASE = "erase"
    TAKE_IN = "take_in"


class Intent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is about to be done."""

    act: Act
    learner: str = ""
    sessions: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Other files that go, by their names from the data folder."""
    at: str = ""
    """When it was asked for, as ISO text, so that its line in the record of activity is written once."""
    who: str = ""


def folder_of(places: Places) -> Path:
    return places.root / "intents"


@contextlib.contextmanager
def intended(places: Places, intent: Intent) -> Iterator[None]:
    """Carry something out, with the intent on disk from before the first step until after the last.

    If it is refused on the way, the intent stays: the next opening tries again.
    """
    from ii_companion.log.storage import locked  # brings TinyDB, which a start does without

    folder = folder_of(places)
    make_folder(folder)
    with locked(folder / "all"):
        # of an intent that was killed before it was one: it names somebody all the same
        for left in folder.glob(".*.tmp"):
            removed(left)
        path = folder / f"{os.urandom(8).hex()}.json"
        try:
            write_whole(path, msgspec.json.encode(intent))
            sync_folder(places.root)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise Refusal(
                "{path} cannot be written: {why}. Nothing was changed.", path=path, why=reason(error)
            ) from error
        yield
        forget(path)


def forget(path: Path) -> None:
    """What it says is done, and stays done."""
    removed(path)
    with contextlib.suppress(OSError):
        sync_folder(path.parent)


def waiting(places: Places) -> list[tuple[Path, Intent]]:
    """What was begun and not finished. Ask with the lock held."""
    found = []
    for path in sorted(folder_of(places).glob("*.json")):
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            found.append((path, msgspec.json.decode(read(path), type=Intent)))
    return found


def some_wait(places: Places) -> bool:
    """Whether anything may be unfinished: one look, which every start can pay for."""
    try:
        with os.scandir(folder_of(places)) as entries:
            return any(entry.name.endswith(".json") for entry in entries)
    except OSError:
        return False
