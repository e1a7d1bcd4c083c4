"""The one place that opens files to read: regular files, no larger than is sane, and never a wait for a pipe.

What it refuses is an OSError whose words say what was there, so whoever reads already says it in a sentence.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from ii_companion.words import _

LARGEST = 512 * 2**20
"""Bytes; a hundred thousand logs of one month are a fifth of it."""
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_whole(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else, and for a file of more than `most` bytes."""
    handle = os.open(path, _READ)  # without waiting: a pipe nobody writes to would never open
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, _("it is not a regular file"), str(path))
        if found.st_size > most:
            raise OSError(errno.EFBIG, _("it is larger than {mb} MB", mb=most // 2**20), str(path))
        with open(handle, "rb", closefd=False) as file:
            data = file.read(found.st_size + 1)  # as much as it holds: room is made for all that is asked for
            while len(data) <= most and (
                more := file.read(2**16)
            ):  # it grows, or, in /proc, does not tell its size
                data += more
        if len(data) > most:
            raise OSError(errno.EFBIG, _("it is larger than {mb} MB", mb=most // 2**20), str(path))
        return data
    finally:
        os.close(handle)


def read_ends(path: Path, most: int) -> tuple[bytes, bytes]:
    """At most `most` bytes of a regular file's beginning, and of its end. Raises OSError for anything else."""
    handle = os.open(path, _READ)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, _("it is not a regular file"), str(path))
        with open(handle, "rb", closefd=False) as file:
            first = file.read(most)
            file.seek(max(0, found.st_size - most))
            return first, file.read(most)
    finally:
        os.close(handle)
