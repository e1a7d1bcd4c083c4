"""How far two clocks are apart, and how sure that is, from messages that went there and back. Pure."""

from __future__ import annotations

import msgspec

KEPT = 16
KEPT_S = 120.0


class Exchange(msgspec.Struct, frozen=True):
    """One question and its answer: sent at `c` and answered at `d` on our clock, received at `r` and sent at `s` on theirs."""

    c: float
    r: float
    s: float
    d: float

    @property
    def offset(self) -> float:
        """What to add to our clock to have theirs, if both ways took as long."""
        return ((self.r - self.c) + (self.s - self.d)) / 2

    @property
    def round_trip(self) -> float:
        """How long it was under way, the time they thought left out."""
        return max(0.0, (self.d - self.c) - (self.s - self.r))


class Offsets(msgspec.Struct, frozen=True):
    """The last exchanges. The quickest tells best: its error is at most half of its round trip."""

    exchanges: tuple[Exchange, ...] = ()

    def heard(self, exchange: Exchange) -> Offsets:
        """With one more; those long gone are forgotten, since clocks drift."""
        kept = [one for one in self.exchanges if exchange.d - one.d <= KEPT_S]
        return Offsets((*kept, exchange)[-KEPT:])

    @property
    def best(self) -> Exchange | None:
        return min(self.exchanges, key=lambda one: one.round_trip, default=None)

    @property
    def offset(self) -> float | None:
        """Seconds to add to our clock; None before the first answer."""
        return self.best.offset if self.best is not None else None

    @property
    def bound(self) -> float | None:
        """How many seconds the offset can be wrong by."""
        return self.best.round_trip / 2 if self.best is not None else None
