"""Large letters: the biggest in which some words fit, through pyfiglet's fonts of block characters."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple


class Font(NamedTuple):
    """A font of block characters: rows of a line and of the last one, cells of its narrowest letter, between words.

    `times`: how often each of its dots is drawn, across and down; the other figures are of what is drawn.
    """

    name: str
    rows: int
    last: int
    cells: int
    between: int
    times: int = 1


FONTS = (Font("mono12", 20, 14, 20, 20, 2), Font("smmono12", 20, 14, 10, 10, 2), Font("mono12", 10, 7, 10, 10), Font("smmono12", 10, 7, 5, 5), Font("smblock", 4, 4, 2, 1), Font("calvin_s", 3, 3, 1, 2))  # fmt: skip
"""From large to small; then plain words."""
DOTS = {" ": "    ", "▘": "█   ", "▝": " █  ", "▀": "██  ", "▖": "  █ ", "▌": "█ █ ", "▞": " ██ ", "▛": "███ ", "▗": "   █",
    "▚": "█  █", "▐": " █ █", "▜": "██ █", "▄": "  ██", "▙": "█ ██", "▟": " ███", "█": "████"}  # fmt: skip
"""A character of blocks as its four dots, row by row, each a cell of its own where letters are drawn twice as large."""
OVERHANG = 2
"""Cells at the end of a word that may be empty."""
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
    for font in FONTS:
        # what could not fit even in the font's narrowest letters need not be read from disk
        if (
            len(_plain(words, max(1, (width + OVERHANG * font.times) // font.cells)))
            > 1 + (height - font.last) // font.rows
        ):
            continue
        if lines := _in_font(words, font, width, height):
            return lines
    return _plain(words, width, height)


def _in_font(words: str, font: Font, width: int, height: int) -> tuple[str, ...]:
    figlet = _figlet(font.name, words.isascii())
    if not all(figlet.has(c) for c in words if c != " "):
        return ()
    between = " " * font.between
    lines: list[tuple[str, ...]] = []
    for word in words.split():
        block = figlet.word(word) if font.times == 1 else _twice(figlet.word(word))
        if _width(block) > width:
            return ()
        longer = tuple(a + between + b for a, b in zip(lines[-1], block, strict=True)) if lines else ()
        if longer and _width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(block)
    trimmed = _without_empty_edges([row for line in lines for row in _trimmed(line)])
    return tuple(trimmed) if len(trimmed) <= height else ()


def _twice(block: tuple[str, ...]) -> tuple[str, ...]:
    """A word twice as large, each dot a whole cell."""
    return tuple(
        "".join(DOTS.get(letter, letter * 4)[half : half + 2] for letter in row)
        for row in block
        for half in (0, 2)
    )


def _width(block: tuple[str, ...]) -> int:
    return max(len(row.rstrip()) for row in block)


def _trimmed(block: tuple[str, ...]) -> list[str]:
    """The rows of a line without what is empty at the end of all of them."""
    width = _width(block)
    return [row[:width] for row in block]


@lru_cache(maxsize=8)
def _figlet(font: str, plain: bool) -> _Figlet:
    return _Figlet(font, PLAIN_LETTERS if plain else FIRST_LETTERS)


class _Figlet:
    """One font, rendering single words."""

    def __init__(self, font: str, letters: int) -> None:
        from pyfiglet import Figlet, FigletFont  # 10 ms with a font, and only when large words are shown

        class First(FigletFont):
            """A font of which only the first letters are read."""

            @classmethod
            def preloadFont(cls, font: str) -> str:  # noqa: N802 - pyfiglet's own name
                return _beginning(font, letters)

        class Renderer(Figlet):
            """pyfiglet's renderer over such a font."""

            def setFont(self, **named: str) -> None:  # noqa: N802 - likewise
                self.font = named.get("font", self.font)
                self.Font = First(font=self.font)

        self._figlet = Renderer(font=font, width=10_000)
        self.word = lru_cache(maxsize=256)(self._word)

    def has(self, letter: str) -> bool:
        """Whether the font can show a letter."""
        return bool("".join(self._figlet.Font.chars.get(ord(letter), ())).strip())

    def _word(self, word: str) -> tuple[str, ...]:
        rows = str(self._figlet.renderText(word)).split("\n")[: self._figlet.Font.height]
        return tuple(row.ljust(max(map(len, rows))) for row in rows)


def _beginning(font: str, letters: int) -> str:
    """The lines of a font of pyfiglet's, up to its nth letter. Some are packed; what is not needed is not unpacked."""
    import pyfiglet

    folder = Path(pyfiglet.__file__).with_name("fonts")
    path = next(path for kind in ("tlf", "flf") if (path := folder / f"{font}.{kind}").is_file())
    with path.open("rb") as file, _unpacked(file) as stream:
        lines = TextIOWrapper(stream, "utf-8", newline="\n")  # some letters are line ends of other kinds
        head = next(lines)
        height, comments = int(head.split()[1]), int(head.split()[5])
        needed = comments + PLAIN_LETTERS * height + (letters - PLAIN_LETTERS) * (height + 1)
        return head + "".join(islice(lines, needed))


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    from zipfile import ZipFile, is_zipfile

    if not is_zipfile(file):
        file.seek(0)
        return file
    packed = ZipFile(file)
    return packed.open(packed.namelist()[0])


def _without_empty_edges(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _plain(words: str, width: int, height: int | None = None) -> tuple[str, ...]:
    return tuple(textwrap.wrap(words, width)[:height])
