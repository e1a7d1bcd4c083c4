"""A film as a file: where it lies, and how to know it again. Local files alone; what could be an option or an address is refused."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from ii_companion.opening import read_ends
from ii_companion.session.refusal import Refusal

PRINT_BYTES = 2**20
"""A film is known by so many bytes of its beginning and of its end."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""What a player would take for an address or a protocol; one letter and a colon is a drive on Windows."""


class Film(msgspec.Struct, frozen=True):
    """A film that can be played."""

    path: Path
    """Absolute."""
    sha256: str
    """Of the first MiB and the last MiB, one after the other; of a shorter file, of all of it twice."""
    length_s: float = 0.0
    frames_per_s: float = 0.0
    """0 where it has no picture, or does not say."""


def film_path(name: str) -> Path:
    """Where the film lies. Raises Refusal for what is no local file."""
    if not name.strip() or "\0" in name:
        raise Refusal("“{name}” is no file's name; name a film.", name=name.replace("\0", "�"))
    if name.startswith("-"):
        raise Refusal(
            "“{name}” is no film. A file whose name begins with a dash is named as ./{name}.", name=name
        )
    if _ADDRESS.match(name):
        raise Refusal(
            "“{name}” is an address; only a film that lies on this machine or a share is played.", name=name
        )
    try:
        path = Path(name).expanduser().absolute()
    except RuntimeError as error:
        raise Refusal(
            "{path}: whose home that is, is not known here. Name a folder without ~.", path=name
        ) from error
    if path.is_dir():
        raise Refusal("{path} is a folder; a file was expected.", path=path)
    if not path.exists():
        raise Refusal("{path}: there is no such film.", path=path)
    return path


def fingerprint(path: Path) -> str:
    """What the film is known again by. Raises Refusal if it cannot be read."""
    try:
        first, last = read_ends(path, PRINT_BYTES)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=why) from error
    return hashlib.sha256(first + last).hexdigest()
