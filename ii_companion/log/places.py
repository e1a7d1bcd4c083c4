"""Where things are kept: the data folder and what lies in it.

`<data>/log/YYYY-MM.json`, `<data>/journals/<session id>.jsonl`, `<data>/cards/`, and `<data>/practice/` with
logs and journals of its own. Folders are made 0700 and files 0600 where the system knows modes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from ii_companion.session.refusal import Refusal

FOLDER_MODE = 0o700
FILE_MODE = 0o600
HOME_VARIABLE = "II_COMPANION_HOME"
NO_SUCH_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""What network and other file systems say that cannot put a folder on disk by itself; they need not."""


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
    def school(self) -> Places:
        """The same places for others' sessions, from a school's log."""
        return Places(self.root / "school")

    @property
    def joined(self) -> bool:
        """Of `school`: whether this laptop has joined one; one look, which every start can pay for."""
        return (self.root / "membership.json").exists()

    @property
    def cards(self) -> Path:
        return self.root / "cards"


def places(data_dir: str | None = None) -> Places:
    """The data folder asked for, or the one named by II_COMPANION_HOME, or the platform's own."""
    asked = data_dir or os.environ.get(HOME_VARIABLE)
    if asked:
        return Places(expanded(asked).absolute())
    import platformdirs  # 2 ms, and only when nobody named a folder

    return Places(expanded(platformdirs.user_data_dir("ii-companion", appauthor=False)))


def expanded(path: str) -> Path:
    """A path with `~` in the place of somebody's home. Raises Refusal if nobody knows where that is."""
    if "\0" in path:
        raise Refusal("“{path}” is no path: it has a zero byte in it.", path=path.replace("\0", "�"))
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise Refusal(
            "{path}: whose home that is, is not known here. Name a folder without ~.", path=path
        ) from error


def make_folder(folder: Path) -> None:
    """Make the folder, private to this person; one that is there keeps its modes. Raises Refusal if that cannot be."""
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):  # `mkdir` with parents would give those the umask's modes
            one.mkdir(mode=FOLDER_MODE, exist_ok=True)
        if not missing and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    except OSError as error:
        raise Refusal(
            "The folder {folder} cannot be made or used: {why}. Choose another with --data-dir.",
            folder=folder,
            why=reason(error),
        ) from error


def ready(places: Places) -> None:
    """Make the folders a session needs and prove that they can be written and locked. Raises Refusal if not."""
    make_folder(places.root)
    for folder in (places.log, places.journals):
        make_folder(folder)
        try:
            prove(folder)
        except OSError as error:
            raise Refusal(
                "The folder {folder} cannot be written: {why}. Nothing could be kept, so no session "
                "starts. Make it writable, or choose another with --data-dir.",
                folder=folder,
                why=reason(error),
            ) from error


def prove(folder: Path, *, whole: bool = False) -> None:
    """Do in the folder what a session will need: lock and write; with `whole`, also put on disk and rename.

    Raises OSError in the words of what failed. A network share without locks is found here, not at the first save.
    """
    probe = folder / f".writable-{os.urandom(6).hex()}"
    renamed = probe.with_name(f"{probe.name}-too")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(probe, flags, FILE_MODE)
    try:
        lock_now(handle)
        os.write(handle, b"x")
        if whole:
            os.fsync(handle)
            os.replace(probe, renamed)
            sync_folder(folder)
    finally:
        os.close(handle)
        for one in (probe, renamed):
            with contextlib.suppress(OSError):
                one.unlink()


def lock_now(handle: int) -> bool:
    """Lock an open file as filelock does, without its 30 ms of loading. False on Windows, where it is left to filelock.

    Raises OSError where the file system has no locks, BlockingIOError where another process holds it.
    """
    if sys.platform == "win32":
        return False
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def is_held(lock: Path) -> bool:
    """Whether a lock is held, by this process too, or cannot be asked for. Raises FileNotFoundError where there is none.

    Every start asks it of each session that was cut off before: filelock takes 30 ms to load, and 1 ms a lock. Two that
    ask at once are in no way of each other.
    """
    if sys.platform == "win32":
        from filelock import FileLock, Timeout

        if not lock.exists():
            raise FileNotFoundError(lock)
        try:
            with FileLock(lock, timeout=0):
                return False
        except (Timeout, OSError, NotImplementedError):
            return True
    import fcntl

    try:
        handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def open_to_others(folder: Path) -> str:
    """The folder's modes, as an octal number, if anybody else may look into it; empty where they may not."""
    if os.name != "posix":
        return ""
    try:
        mode = folder.stat().st_mode & 0o777
    except OSError:
        return ""
    return f"{mode:04o}" if mode & 0o077 else ""


def removed(path: Path) -> None:
    """Remove a file if it is there; `sync_folder` makes that last. Raises Refusal."""
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
    except OSError as error:
        if error.errno not in NO_SUCH_SYNC:
            raise
    finally:
        os.close(handle)
