"""What is typed and not saved yet, a small file a form, so that no ending takes words with it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from ii_companion.log.draft import Draft
from ii_companion.log.header import refuse_bad_id
from ii_companion.log.places import Places, make_folder, reason, sync_folder
from ii_companion.log.sealing import read, write_whole
from ii_companion.log.whole import left_of
from ii_companion.session.refusal import Refusal


def path_of(places: Places, name: str) -> Path:
    refuse_bad_id(name)
    return places.root / "drafts" / f"{name}.json"


def load(path: Path) -> Draft | None:
    """The draft in a file; None if there is none, or none that can be read."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(read(path, 2**22), type=Draft)
    return None


def every(places: Places) -> list[Draft]:
    """All that can be read, oldest first."""
    with contextlib.suppress(OSError):
        paths = sorted((places.root / "drafts").glob("*.json"), key=lambda path: path.stat().st_mtime)
        return [found for path in paths if (found := load(path)) is not None]
    return []


def keep(places: Places, draft: Draft) -> None:
    """Put it on disk. Raises Refusal, and then the draft before stays."""
    path = path_of(places, draft.name)
    make_folder(path.parent)
    try:
        write_whole(path, msgspec.json.encode(draft))
    except OSError as error:
        raise Refusal(
            "What is typed cannot be kept in {path}: {why}.", path=path, why=reason(error)
        ) from error


def drop(places: Places, name: str) -> None:
    """Remove it, and what a kill left of it; a convenience, so a folder that cannot be written is let be."""
    path = path_of(places, name)
    with contextlib.suppress(OSError):
        if path.exists():
            for one in (path, *left_of(path)):
                one.unlink(missing_ok=True)
            sync_folder(path.parent)
