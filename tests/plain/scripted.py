"""A conversation whose keys are written down beforehand, on a clock that is moved between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from conftest import FakeClock

from ii_companion.plain.arriving import INPUT_ENDED, Arrival, Arrivals, Over, Typed
from ii_companion.plain.by_key import KeyTalk
from ii_companion.plain.by_line import LineTalk

SENT = {
    "space": " ", "enter": "\r", "escape": "\x1b", "tab": "\t", "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "f8": "\x1b[19~",
    "ctrl+s": "\x13", "ctrl+q": "\x11", "backspace": "\x7f", "question_mark": "?", "full_stop": ".",
}  # fmt: skip
"""What a terminal sends for the keys that have names."""


class Strike(NamedTuple):
    """A key, by its name, and how many seconds after the one before."""

    key: str
    apart: float = 1.0


class Script(Arrivals):
    """Arrivals from a list; the clock moves with each. A silence long enough to decide what Esc is follows each."""

    def __init__(self, clock: FakeClock, strikes: Iterable[Strike | Arrival]) -> None:
        super().__init__()
        self.clock, self.real = clock, 100.0
        self._strikes = list(strikes)
        self._silent = True

    def now(self) -> float:
        return self.real

    def get(self, seconds: float | None) -> Arrival | None:
        told = super().get(0)
        if told is not None:
            return told
        if not self._silent:
            self._silent = True
            self.real += 0.5
            return None
        if not self._strikes:
            return Over(INPUT_ENDED)
        self._silent = False
        strike = self._strikes.pop(0)
        if not isinstance(strike, Strike):
            return strike
        self.clock.advance(strike.apart)
        self.real += strike.apart
        return Typed(SENT.get(strike.key, strike.key))


class Heard:
    """What was written, and a conversation that writes it."""

    def __init__(self, clock: FakeClock, *strikes: Strike | Arrival | str, singly: bool = True) -> None:
        self.text = ""
        script = Script(clock, [Strike(one) if isinstance(one, str) else one for one in strikes])
        if singly:
            self.talk = KeyTalk(script, self._write, real_now=script.now)
        else:
            self.talk = LineTalk(script, self._write, real_now=script.now)

    def _write(self, text: str) -> None:
        self.text += text

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()
