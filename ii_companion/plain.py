"""Text that changes nothing about a terminal: the one way for words of people and files to a screen or a stream."""

from __future__ import annotations

from typing import Any, TextIO

MARK = "\ufffd"
_JOINERS = "\u200c\u200d"
"""Persian, Hindi and others are not written without the first, families of emoji not without the second."""


def plain(text: str) -> str:
    """The text, with a mark for each control, direction or half character in it; lines stay lines."""
    if text.isprintable():
        return text
    import unicodedata  # a millisecond that only such text needs

    return "".join(
        c
        if c in "\n\t" or c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else MARK
        for c in text
    )


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
