"""Large letters: the biggest in which some words fit, in pyfiglet's fonts of block characters.

The letters themselves are drawn by pyfiglet when the package is built (`.ci/draw_letters.py`); here they are put together.
"""

from __future__ import annotations

import textwrap
from functools import lru_cache
from pathlib import Path

import msgspec


class Font(msgspec.Struct, frozen=True):
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
FOLDER = Path(__file__).with_name("fonts")
HARD_BLANK = "\u00a0"
"""A cell that is empty and yet no other letter may enter. FIGfont 2, “hardblank”."""


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
    letters = _letters(font.name)
    if not letters.letters.keys() >= set(words) - {" "}:
        return ()
    between = " " * font.between
    lines: list[tuple[str, ...]] = []
    for word in words.split():
        block = letters.word(word) if font.times == 1 else _twice(letters.word(word))
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


class Letters(msgspec.Struct, frozen=True):
    """A font's letters, each as its rows with “|” between."""

    height: int
    kerned: bool
    """Whether letters stand as close as they can without touching."""
    letters: dict[str, str]

    def word(self, word: str) -> tuple[str, ...]:
        """A word's rows, all of one width. Raises KeyError for a letter that the font has not."""
        rows = [""] * self.height
        for letter in word:
            drawn = self.letters[letter].split("|")
            closer = _room(rows, drawn) if self.kerned else 0
            rows = [
                row.rstrip(" ").ljust(len(row) - closer + _empty(piece)) + piece.lstrip(" ")
                for row, piece in zip(rows, drawn, strict=True)
            ]
        return tuple(row.replace(HARD_BLANK, " ") for row in rows)


def _room(rows: list[str], drawn: list[str]) -> int:
    """How many cells a letter can move to the left before it touches what is there; its own width at most."""
    ends = (len(row) - len(row.rstrip(" ")) for row in rows)
    return min(len(drawn[0]), *(end + _empty(piece) for end, piece in zip(ends, drawn, strict=True)))


def _empty(piece: str) -> int:
    return len(piece) - len(piece.lstrip(" "))


@lru_cache(maxsize=8)
def _letters(font: str) -> Letters:
    """A font's letters; none where the installation lacks them, and words are plain then."""
    try:
        return msgspec.json.decode((FOLDER / f"{font}.json").read_bytes(), type=Letters)
    except FileNotFoundError:
        return Letters(0, kerned=False, letters={})


def _without_empty_edges(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _plain(words: str, width: int, height: int | None = None) -> tuple[str, ...]:
    return tuple(textwrap.wrap(words, width)[:height])
