"""What a fictional learner is like: the schema of the content file, and the card it amounts to."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from ii_companion.session.card import Card, Overload

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
Above = Annotated[float, msgspec.Meta(gt=0)]
_Z90 = 1.2815515655446004
"""The standard normal's 90th percentile."""


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing the learner does: the words, how it is made, and how often a minute at rest."""

    does: str
    channel: str
    rate_per_min: Above


class ReplyTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds before a reply: log-normal through its median and outer percentiles."""

    median: Above
    p10: Above
    p90: Above

    @property
    def spread(self) -> float:
        """Sigma of the logarithm, from the distance between the outer percentiles."""
        return math.log(self.p90 / self.p10) / (2 * _Z90)


class Lengths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a session lasts before it is enough, in minutes."""

    typical: Above
    shortest: Above
    longest: Above


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """From so many seconds to so many."""

    from_: Above
    to: Above


class Yours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one's own responses look like, each in half a sentence: “You hum it back.”"""

    join_in: tuple[str, ...] = ()
    imitate: tuple[str, ...] = ()
    comment: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class Nature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fictional learner."""

    id: str
    title: str
    energy: Annotated[int, msgspec.Meta(ge=1, le=5)]
    sketch: str
    p_reply: Chance
    reply_latency_s: ReplyTime
    wait_s: Above
    engaged_bout_s: Above
    wave_s: Annotated[float, msgspec.Meta(ge=0)]
    session_min: Lengths
    responds_best_to: tuple[str, ...]
    touch: str
    enough_maybe: tuple[str, ...]
    enough_clear: tuple[str, ...]
    distress: tuple[str, ...]
    enough_lead_s: Span
    overload: Overload
    repertoire: tuple[Behaviour, ...]
    yours: Yours = Yours()

    @property
    def signs(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What to look for: maybe enough, had enough, distress."""
        return self.enough_maybe, self.enough_clear, self.distress

    @property
    def name(self) -> str:
        return self.id.capitalize()

    @property
    def acts_per_min(self) -> float:
        """Acts a minute at rest, all behaviours together."""
        return sum(behaviour.rate_per_min for behaviour in self.repertoire)

    def card(self) -> Card:
        """The card staff would have agreed for this learner."""
        return Card(
            code=self.id,
            wait_s=self.wait_s,
            energy=self.energy,
            enjoys=", ".join(self.responds_best_to),
            maybe_signs=", ".join(self.enough_maybe),
            clear_signs=", ".join(self.enough_clear),
            distress_signs=", ".join(self.distress),
            touch=self.touch,
            overload=self.overload,
        )
