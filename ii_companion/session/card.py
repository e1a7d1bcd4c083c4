"""A learner's card: what staff have agreed about one learner, in a few words and numbers."""

from __future__ import annotations

import math

import msgspec

from ii_companion.session.refusal import Wrong
from ii_companion.session.tally import DEFAULT_WAIT_S

WAIT_RANGE_S = (1.0, 60.0)


class Overload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Partner behaviour that is too much for this learner; None where nothing is agreed."""

    acts_per_min: float | None = None
    talk_per_min: float | None = None
    gap_under_s: float | None = None

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise Wrong(
                    "{field} is {value}; it is a number above 0", field=f"overload.{name}", value=value
                )


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One learner's card. `wait_s`: how long they may need before replying, 1 to 60 s."""

    code: str
    wait_s: float = DEFAULT_WAIT_S
    energy: int | None = None
    enjoys: str = ""
    maybe_signs: str = ""
    clear_signs: str = ""
    distress_signs: str = ""
    touch: str = ""
    not_to_copy: str = ""
    """What nobody should join in with or imitate, such as what hurts them."""
    overload: Overload = Overload()

    def __post_init__(self) -> None:
        low, high = WAIT_RANGE_S
        if not (math.isfinite(self.wait_s) and low <= self.wait_s <= high):
            raise Wrong(
                "wait_s is {wait}; it is {low} to {high} seconds",
                wait=f"{self.wait_s:g}",
                low=f"{low:g}",
                high=f"{high:g}",
            )
        if self.energy is not None and not 1 <= self.energy <= 5:
            raise Wrong("energy is {energy}; it is 1 (very quiet) to 5 (very lively)", energy=self.energy)
