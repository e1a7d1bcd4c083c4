"""Large letters: the biggest in which some words fit, through pyfiglet's fonts of block characters."""

from __future__ import annotations

import math
from functools import lru_cache

FONTS = (("mono12", 10, 7, 8.0), ("smmono12", 10, 7, 5.2), ("smblock", 4, 4, 3.0), ("calvin_s", 3, 3, 2.0))
"""From large to small: name, rows of a line, rows of the last one, cells of a letter at least. Then plain words."""
PLAIN_LETTERS = 102
"""A font's first letters stand without a line that says which they are."""
FIRST_LETTERS = 232
"""How many of a font's letters are read: Latin and a little more. All three thousand would take 200 ms."""


@lru_cache(maxsize=64)
def large(words: str, width: int, height: int) -> tuple[str, ...]:
    """The words as lines of large letters, at most `width` by `height` cells; plain if nothing larger fits.

    Whole words only; a font that lacks one of the characters is passed over.
    """
    if not words or width < 1 or height < 1:
        return ()
    for font, rows, last, cells in FONTS:
        lines_at_least = math.ceil(len(words.replace(" ", "")) * cells / width)
        if (lines_at_least - 1) * rows + last > height or max(map(len, words.split())) * cells > width:
            continue  # it could not fit, so it need not be read
        if lines := _in_font(words, font, width, height):
            return lines
    return _plain(words, width, height)


def _in_font(words: str, font: str, width: int, height: int) -> tuple[str, ...]:
    figlet = _figlet(font)
    if any(
        ord(c) not in figlet.Font.chars or not "".join(figlet.Font.chars[ord(c)]).strip()
        for c in words
        if c != " "
    ):
        return ()
    lines: list[str] = []
    row = ""
    for word in words.split():
        longer = f"{row} {word}".strip()
        if len(_block(figlet, longer)[0]) <= width:
            row = longer
            continue
        if not row or len(_block(figlet, word)[0]) > width:
            return ()
        lines += _block(figlet, row)
        row = word
    lines += _block(figlet, row)
    trimmed = _without_empty_edges(lines)
    return tuple(trimmed) if len(trimmed) <= height else ()


@lru_cache(maxsize=8)
def _figlet(font: str) -> _Figlet:
    return _Figlet(font)


class _Figlet:
    """One font, rendering single lines of any length."""

    def __init__(self, font: str) -> None:
        from pyfiglet import Figlet, FigletFont  # 10 ms with a font, and only when large words are shown

        class First(FigletFont):
            """A font of which only the first letters are read."""

            def loadFont(self) -> None:  # noqa: N802 - pyfiglet's own name
                head = self.data.split("\n", 1)[0].split()
                height, comments = int(head[1]), int(head[5])
                needed = (
                    1 + comments + PLAIN_LETTERS * height + (FIRST_LETTERS - PLAIN_LETTERS) * (height + 1)
                )
                self.data = "\n".join(self.data.split("\n")[:needed])  # some letters are line ends themselves
                super().loadFont()  # type: ignore[no-untyped-call]

        class Renderer(Figlet):
            """pyfiglet's renderer over such a font."""

            def setFont(self, **named: str) -> None:  # noqa: N802 - likewise
                self.font = named.get("font", self.font)
                self.Font = First(font=self.font)

        self._figlet = Renderer(font=font, width=10_000)
        self.Font = self._figlet.Font
        self.line = lru_cache(maxsize=256)(self._line)

    def _line(self, text: str) -> tuple[str, ...]:
        rows = str(self._figlet.renderText(text)).split("\n")
        longest = max(len(row.rstrip()) for row in rows)
        return tuple(row[:longest].ljust(longest) for row in rows[: self.Font.height])


def _block(figlet: _Figlet, text: str) -> tuple[str, ...]:
    return figlet.line(text)


def _without_empty_edges(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _plain(words: str, width: int, height: int) -> tuple[str, ...]:
    import textwrap

    return tuple(textwrap.wrap(words, width)[:height])
