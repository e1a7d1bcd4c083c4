"""The numbers that trends draw, taken from a log's measures, so that the server need not know how they are made."""

from __future__ import annotations

from typing import Any

import msgspec

from ii_companion.session.figures import TRENDS
from ii_companion.session.measures import Measures


def flat(document: dict[str, Any]) -> dict[str, float]:
    """Each figure of `TRENDS` by its name; those that are undefined are left out."""
    held = document.get("measures")
    if not held:
        return {}
    measures = msgspec.convert(held, Measures)
    return {one.name: round(value, 6) for one in TRENDS if (value := one.take(measures)) is not None}
