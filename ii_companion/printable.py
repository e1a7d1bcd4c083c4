"""Text that changes nothing about a terminal: the one way for words of people and files to a screen or a stream."""

from __future__ import annotations

import re
from typing import Any, TextIO

MARK = "\ufffd"
_DRIVES = (
    r"["
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    r"\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001\U000e0020-\U000e007f"
    r"]"
)
"""Every control, direction and format character, half a character, and what is a line to some. Not in it: the line's end, the
tab, and two joiners, without which Persian, Hindi and families of emoji are not written. A test knows Unicode's own table.
Compiled, 2 ms, when something has one: every start reads this."""


def plain(text: str) -> str:
    """The text, with a mark for each character that is no letter to a terminal; lines stay lines."""
    return text if text.isprintable() else re.sub(_DRIVES, MARK, text)


class PlainStream:
    """A stream of text through which nothing but plain text goes. Bytes for other programs go to its `buffer`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(plain(text.replace("\r\n", "\n")))

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
