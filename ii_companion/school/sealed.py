"""The one place through which files of the school's part of the data folder are read and put.

Others' sessions are sealed always, by a seal of their own (`others_seal.py`); what lies beside them if one's own folder
is. What the database's library reads, and what is sealed under a passphrase by itself, is put as it is.
"""

from __future__ import annotations

from pathlib import Path

from ii_companion.log import sealing, whole
from ii_companion.log.places import make_folder


def read(path: Path) -> bytes:
    """What a file says. Raises OSError."""
    return sealing.read(path)


def put(path: Path, data: bytes) -> None:
    """Put data in the file's place in one step, on disk before it counts. Raises OSError and Refusal."""
    make_folder(path.parent)
    sealing.write_whole(path, data)


def put_as_it_is(path: Path, data: bytes) -> None:
    """The same, never sealed."""
    make_folder(path.parent)
    whole.write_whole(path, data)
