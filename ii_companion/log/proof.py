"""The proof of a data folder for `check`: all that keeping needs is done once, and what others may see is looked at."""

from __future__ import annotations

from pathlib import Path

from ii_companion.log.places import Places, make_folder, open_to_others, prove, reason
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said


def proved(places: Places) -> list[str]:
    """A sentence, for `words.render`, for each thing that is not as it should be."""
    found: list[str] = []
    for folder in (places.root, places.log, places.journals):
        found += _of(folder)
    return found


def _of(folder: Path) -> list[str]:
    found: list[str] = []
    try:
        make_folder(folder)
        prove(folder, whole=True)
    except Refusal as refusal:
        return [refusal.sentence]
    except OSError as error:
        found.append(
            said(
                "The folder {folder} cannot lock, write, put on disk and rename a file: {why}. Choose another with --data-dir.",
                folder=folder,
                why=reason(error),
            )
        )
    if mode := open_to_others(folder):
        found.append(
            said(
                "The folder {folder} is open to others (mode {mode}). Close it: chmod 700 {folder}",
                folder=folder,
                mode=mode,
            )
        )
    return found
