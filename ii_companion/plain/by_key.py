"""A conversation in single keys.

What is typed into a text is echoed here, letter by letter, since a prompt may come meanwhile and the words must be on disk
soon; Backspace is echoed as a terminal's own line does it.
"""

from __future__ import annotations

import time
import unicodedata
from collections import deque
from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from ii_companion.input import (
    ANOTHER_ALPHABET,
    CAPS_LOCK,
    NOT_A_KEY,
    About,
    Fingers,
    Meaning,
    Parser,
    Report,
    Struck,
)
from ii_companion.plain.arriving import Arrivals, Interrupt
from ii_companion.plain.talk import INTERRUPT, Line, Talk, no_draft
from ii_companion.printable import plain
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.input import Token

DRAFT_AFTER_S = 0.4
"""How long letters are gathered before they are put on disk; the promise is 1 s."""
_ENDS = ("enter", "escape", "ctrl+s", INTERRUPT)
"""The keys that end a text."""


def _ignored(n: int) -> None:
    """Nobody wants to know."""


class KeyTalk(Talk):
    """`rub_out` takes letters of so many cells from the end of the line; `noticed` hears that what came was no key."""

    singly = True

    def __init__(
        self,
        arrivals: Arrivals,
        write: Callable[[str], object],
        *,
        rub_out: Callable[[int], object] = _ignored,
        noticed: Callable[[int], object] = _ignored,
        encoding: str = "utf-8",
        real_now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(arrivals, write, encoding, real_now)
        self._rub_out, self._noticed = rub_out, noticed
        self._parser, self._fingers = Parser(), Fingers()
        self._ready: deque[Token] = deque()
        self._heard_at = 0.0
        self._label = ""
        self._typing: str | None = None

    def say(self, sentence: str) -> None:
        """A sentence as a line of its own; the text that is being typed begins anew after it."""
        if self._typing is None:
            super().say(sentence)
            return
        self.put("\n")
        super().say(sentence)
        self.put(self._label + self._typing)

    def key(self, bound: Container[str], *, alone: bool = False) -> str:
        while True:
            struck = self._struck()
            assert struck is not None  # it waits as long as it takes
            if struck.name == INTERRUPT:
                return INTERRUPT
            meaning, name = self._fingers.meant(struck, bound, self.real_now())
            if meaning is Meaning.TEXT:
                self._not_a_key()
            elif meaning is Meaning.ANOTHER_ALPHABET:
                self.say(_(ANOTHER_ALPHABET))
            else:
                if name != struck.name:
                    self.say_once(_(CAPS_LOCK))
                self.keyed = True
                return name

    def text(self, label: str, draft: Callable[[str], object] = no_draft) -> Line:
        self._label, self._typing = f"{plain(label)} ", ""
        self.put(self._label)
        draft_at: float | None = None
        while True:
            struck = self._struck(draft_at, text=True)
            if struck is None:
                draft_at = None
                draft(self._typing)
            elif struck.name in _ENDS:
                line, self._typing = Line(self._typing, struck.name), None
                self.put("\n")
                return line
            elif self._take(struck) and draft_at is None:
                draft_at = self.real_now() + DRAFT_AFTER_S

    def taken(self) -> str | None:
        text, self._typing = self._typing, None
        if text is not None:
            self.put("\n")
        return text

    def _take(self, struck: Struck) -> bool:
        """Take a key into the text that is being typed. Whether the text has changed."""
        assert self._typing is not None
        letter = struck.character or ""
        if struck.name == "backspace" and self._typing:
            self._rub_out(_cells(self._typing[-1]))
            self._typing = self._typing[:-1]
        elif struck.name == "ctrl+u" and self._typing:
            self._typing = ""
            self.put(f"\n{self._label}")
        elif letter and letter.isprintable():
            self._typing += letter
            self.put(letter)
        else:
            return False
        return True

    def _struck(self, until: float | None = None, *, text: bool = False) -> Struck | None:
        """The next key; None if none came by `until`, in real seconds."""
        while True:
            while self._ready:
                token = self._ready.popleft()
                if isinstance(token, Struck):
                    return token
                self._ready.extendleft(reversed(self._reported(token, text=text)))
            patience = self._parser.patience_s
            silent_at = None if patience is None else self._heard_at + patience
            arrival = self.arrival(min((at for at in (until, silent_at) if at is not None), default=None))
            now = self.real_now()
            if isinstance(arrival, Interrupt):
                self._ready.append(Struck(INTERRUPT))
            elif arrival is not None:
                self._heard_at = now
                self._ready += self._parser.feed(_as_lines(arrival.text) if text else _as_keys(arrival.text))
            else:
                self._ready += self._parser.silence(now - self._heard_at)
                if not self._ready and until is not None and now >= until:
                    return None

    def _reported(self, report: Report, *, text: bool) -> list[Token]:
        """What was pasted is text; what nobody asked for is told of once."""
        if report.about is About.DROPPED:
            self._not_a_key()
        pasted = report.about is About.PASTE and text
        return Parser().feed(_as_lines(f"{report.text} ").rstrip()) if pasted else []

    def _not_a_key(self) -> None:
        self._fingers.dropped += 1
        self._noticed(self._fingers.dropped)
        self.say_once(_(NOT_A_KEY))


def _as_keys(text: str) -> str:
    """Where keys are wanted: some terminals send whole lines, and the end of one is no key beside what is in it."""
    return text.rstrip("\n") or text.replace("\n", "\r")


def _as_lines(text: str) -> str:
    """Where a text is wanted: lines that come together, as pasted ones do, are one text."""
    body, end = text.rstrip("\r\n"), "\r" if text.endswith(("\r", "\n")) else ""
    return body.replace("\r\n", " ").replace("\r", " ").replace("\n", " ") + end


def _cells(letter: str) -> int:
    """How many cells of a terminal a letter takes."""
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
