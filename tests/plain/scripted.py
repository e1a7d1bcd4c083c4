"""A conversation whose keys are written down beforehand, on a clock that is moved between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from conftest import FakeClock

from ii_companion.plain.arriving import INPUT_ENDED, Arrival, Arrivals, Over, Typed
from ii_companion.plain.by_key import KeyTalk
from ii_companion.plain.by_line import LineTalk

SENT = {
    "space": " ", "enter": "\r", "escape": "\x1b", "tab": "\t", "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "f1": "\x1bOP", "f7": "\x1b[18~", "f8": "\x1b[19~", "f10": "\x1b[21~",
    "ctrl+s": "\x13", "ctrl+q": "\x11", "backspace": "\x7f", "question_mark": "?", "full_stop": ".",
}  # fmt: skip
"""What a terminal sends for the keys that have names."""


class Strike(NamedTuple):
    """A key, by its name, and how many seconds after the one before."""

    key: str
    apart: float = 1.0


class Script(Arrivals):
    """Arrivals from a list, each so long after the one before; whoever waits less long hears nothing first."""

    def __init__(self, clock: FakeClock, strikes: Iterable[Strike | Arrival]) -> None:
        super().__init__()
        self.clock, self.real = clock, 100.0
        self._strikes = list(strikes)
        self._waited = 0.0

    def now(self) -> float:
        return self.real

    def get(self, seconds: float | None) -> Arrival | None:
        told = super().get(0)
        if told is not None:
            return told
        strike = self._strikes[0] if self._strikes else None
        apart = strike.apart if isinstance(strike, Strike) else 1.0
        left = apart - self._waited
        if seconds is not None and seconds < left:
            self._pass(max(seconds, 0.001))
            return None
        self._pass(left)
        self._waited = 0.0
        if not self._strikes:
            return Over(INPUT_ENDED)
        self._strikes.pop(0)
        return Typed(SENT.get(strike.key, strike.key)) if isinstance(strike, Strike) else strike

    def _pass(self, seconds: float) -> None:
        self._waited += seconds
        self.real += seconds
        self.clock.advance(seconds)


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
