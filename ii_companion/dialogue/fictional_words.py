"""What is said of a fictional learner before one practises with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.practice.nature import Nature


def about(one: Nature) -> list[str]:
    """Who they are, and the signs to look for."""
    return [
        one.sketch,
        _("maybe enough: {signs}", signs=", ".join(one.enough_maybe)),
        _("had enough: {signs}", signs=", ".join(one.enough_clear)),
        _("distress: {signs}", signs=", ".join(one.distress)),
        _("wait about {seconds} s; touch: {touch}", seconds=f"{one.wait_s:g}", touch=one.touch),
    ]
