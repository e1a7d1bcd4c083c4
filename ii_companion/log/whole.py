"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ii_companion.log.places import FILE_MODE, sync_folder

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class NotProven(OSError):  # noqa: N818 - it is no failure to write
    """The new file is in place, but the disk did not confirm that it stays there."""


def temporary_beside(path: Path) -> Path:
    """A name nobody can foresee, so that nothing can be planted there; `left_of` finds what a kill left under one."""
    return path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")


def left_of(path: Path) -> list[Path]:
    """What killed processes had not put in the file's place yet. Ask with the file's lock held."""
    names = (path.name, f"{path.name}.bak")
    try:
        beside = [one for one in path.parent.iterdir() if one.suffix == ".tmp" and one.name.startswith(".")]
    except OSError:
        return []
    return [one for one in beside if any(one.name.startswith(f".{name}.") for name in names)]


def write_whole(path: Path, data: bytes, *, sync: bool = True, folder: bool = True) -> None:
    """Put data in the file's place in one step, on disk before it counts. Raises OSError; the old file stays.

    Of `NotProven` alone the new file is there. Without `sync` a power cut may lose the file, though it is never half
    there: for what can be brought in again. Without `folder` the caller puts the folder on disk, once for many files.
    """
    temporary = temporary_beside(path)
    handle = os.open(temporary, _NEW, FILE_MODE)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if sync and folder:
        try:
            sync_folder(path.parent)
        except OSError as error:
            raise NotProven(error.errno, error.strerror, str(path)) from error
