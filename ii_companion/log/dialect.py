"""How a spreadsheet wrote its CSV: what stands between the cells, which decimal point, which encoding, what it padded."""

from __future__ import annotations

import re
from typing import NamedTuple

_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


class Dialect(NamedTuple):
    separator: str
    comma: bool
    """Whether a decimal comma may stand in numbers."""
    begins: int
    """Where the header begins, after Excel's line `sep=;`."""


def as_text(data: bytes) -> str:
    """UTF-8, or UTF-16 where a byte order mark says so, as Excel's “Unicode text” is. Raises UnicodeDecodeError."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def dialect_of(text: str) -> Dialect:
    """The dialect of a table, told by its first line."""
    told = _SEP.match(text)
    begins = told.end() if told else 0
    header = text[begins:].partition("\n")[0]
    separator = (
        told.group(1) if told else max((",", ";", "\t"), key=lambda one: (header.count(one), one == ","))
    )
    return Dialect(separator, separator != ",", begins)


def unpadded(cells: list[str], width: int) -> list[str]:
    """The cells without the empty ones that a spreadsheet put behind them."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
