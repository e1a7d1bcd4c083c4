"""The one place through which files of the school's part of the data folder are read and put.

Others' sessions lie there. Whatever seals files does it here.
"""

from __future__ import annotations

from pathlib import Path

from ii_companion.log.places import make_folder
from ii_companion.log.whole import write_whole
from ii_companion.opening import read_whole


def read(path: Path) -> bytes:
    """The bytes of a file. Raises OSError."""
    return read_whole(path)


def put(path: Path, data: bytes) -> None:
    """Put data in the file's place in one step, on disk before it counts. Raises OSError and Refusal."""
    make_folder(path.parent)
    write_whole(path, data)
