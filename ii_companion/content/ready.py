"""Content that was read when the package was built: the same table, in a tenth of the time. See `.ci/read_content.py`."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.opening import read_whole


class Ready(msgspec.Struct, frozen=True):
    """What a TOML file held when the package was built, and which file that was: its bytes, and their CRC-32."""

    size: int
    crc: int
    table: dict[str, Any]


def ready(path: Path, data: bytes) -> dict[str, Any] | None:
    """The table of the TOML file `path`, which holds `data`; None if it is not ready, or was changed since."""
    try:
        made = msgspec.json.decode(read_whole(path.parent / "ready" / f"{path.stem}.json"), type=Ready)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None
    return made.table if (made.size, made.crc) == (len(data), zlib.crc32(data)) else None
