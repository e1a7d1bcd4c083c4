"""What is said of a file that is not what it should be; apart from the storage, which brings TinyDB."""

from __future__ import annotations

from pathlib import Path

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import counted, said


class Damaged(Refusal):
    """A file that does not hold TinyDB tables."""


class Unreadable(Refusal):
    """A file the system would not let us read."""


def damaged(path: Path, data: bytes, error: Exception) -> Damaged:
    """The refusal of a file whose bytes are not TinyDB JSON."""
    if not data:
        return Damaged("{path} is damaged: {why}.", path=path, why=said("it is empty"))
    if not data.strip(b"\0"):
        zeros = counted(
            "it holds nothing but {n} zero byte", "it holds nothing but {n} zero bytes", len(data)
        )
        return Damaged("{path} is damaged: {why}.", path=path, why=zeros)
    return Damaged("{path} is damaged: {why}.", path=path, why=str(error))
