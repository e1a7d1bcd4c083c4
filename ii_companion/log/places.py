"""Where things are kept: the data folder and what lies in it.

`<data>/log/YYYY-MM.json`, `<data>/journals/<session id>.jsonl`, `<data>/cards/`, and `<data>/practice/` with
logs and journals of its own. Folders are made 0700 and files 0600 where the system knows modes.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ii_companion.session.refusal import Refusal

FOLDER_MODE = 0o700
FILE_MODE = 0o600
HOME_VARIABLE = "II_COMPANION_HOME"


class Places:
    """The folders under one data folder. Making the object touches nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "log"
        self.journals = root / "journals"

    @property
    def practice(self) -> Places:
        """The same places for practice, kept apart from real sessions."""
        return Places(self.root / "practice")

    @property
    def codings(self) -> Places:
        """The same places for second codings of sessions."""
        return Places(self.root / "codings")

    @property
    def cards(self) -> Path:
        return self.root / "cards"


def places(data_dir: str | None = None) -> Places:
    """The data folder asked for, or the one named by II_COMPANION_HOME, or the platform's own."""
    asked = data_dir or os.environ.get(HOME_VARIABLE)
    if asked:
        return Places(Path(asked).expanduser().absolute())
    import platformdirs  # 2 ms, and only when nobody named a folder

    return Places(Path(platformdirs.user_data_dir("ii-companion", appauthor=False)))


def make_folder(folder: Path) -> None:
    """Make the folder, private to this person; one that is there keeps its modes. Raises Refusal if that cannot be."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            "The folder {folder} cannot be made or used: {why}. Choose another with --data-dir.",
            folder=folder,
            why=reason(error),
        ) from error


def ready(places: Places) -> None:
    """Make the folders a session needs and prove that they can be written. Raises Refusal if not."""
    make_folder(places.root)
    for folder in (places.log, places.journals):
        make_folder(folder)
        probe = folder / f".writable-{os.getpid()}"
        try:
            probe.write_bytes(b"x")
        except OSError as error:
            raise Refusal(
                "The folder {folder} cannot be written: {why}. Nothing could be kept, so no session "
                "starts. Make it writable, or choose another with --data-dir.",
                folder=folder,
                why=reason(error),
            ) from error
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()


def removed(path: Path) -> None:
    """Remove a file if it is there. Raises Refusal."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Refusal("{path} cannot be removed: {why}.", path=path, why=reason(error)) from error


def reason(error: OSError) -> str:
    """The system's own words for what went wrong, without a path that is named elsewhere."""
    return (error.strerror or str(error)).lower()


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
