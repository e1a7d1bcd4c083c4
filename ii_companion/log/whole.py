"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ii_companion.log.places import FILE_MODE, sync_folder


def write_whole(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Put data in the file's place in one step, on disk before it counts. Raises OSError; the old file stays.

    Without `sync` a power cut may lose the file, though it is never half there: for data that can be imported again.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), FILE_MODE)
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
    if sync:
        sync_folder(path.parent)
