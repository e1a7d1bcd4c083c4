"""A conversation in lines, where single keys cannot be read: a key and Enter, or several keys and Enter.

A line that names a key is that key, an empty one is Enter; of any other line each character is a key. Where words are
wanted the line, or what is left of it, is the words.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from ii_companion.commands import KEY_WORDS, is_key
from ii_companion.input import Parser, Struck
from ii_companion.plain.arriving import Typed
from ii_companion.plain.talk import INTERRUPT, Line, Talk, no_draft
from ii_companion.printable import plain
from ii_companion.words import _


class LineTalk(Talk):
    """Reads lines. What it writes is ended by itself, since nothing is echoed."""

    singly = False
    _left = ""
    """What is left of the line that is taken key by key."""

    def key(self, bound: Container[str], *, alone: bool = False) -> str:
        if not self._left:
            line = self._line()
            self.keyed = True
            if line is None:
                return INTERRUPT
            if (name := _named(line)) or (alone and len(line) > 1):
                return name or line
            self._left = line
        letter, self._left = self._left[0], self._left[1:]
        struck = next((one for one in Parser().feed(letter) if isinstance(one, Struck)), None)
        return struck.name if struck is not None else letter

    def text(self, label: str, draft: Callable[[str], object] = no_draft) -> Line:
        self.put(f"{plain(label)} ")
        line, self._left = self._left or self._line(), ""
        self.put("\n")
        if line is None:
            return Line("", INTERRUPT)
        return Line(line.strip(), "enter")

    def _line(self) -> str | None:
        """The next line; None for Ctrl+C."""
        arrival = self.arrival()
        return arrival.text.rstrip("\r\n") if isinstance(arrival, Typed) else None


def _named(line: str) -> str:
    """The key that a line names, in English or in the reader's language; nothing if it names none."""
    if not line:
        return "enter"
    named = line.strip().casefold()
    for key, words in KEY_WORDS.items():
        if len(named) > 1 and named in (key, _(words).casefold()):
            return key
    return named if len(named) > 1 and is_key(named) else ""
