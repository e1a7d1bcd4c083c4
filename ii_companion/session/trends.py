"""Over time: one figure a session, with what it rests on. Like is compared with like; nobody is ranked."""

from __future__ import annotations

import msgspec

from ii_companion.session.said import N_

MARK_WORDS: dict[str, str] = {"practice": N_("practice"), "unprompted": N_("unprompted")}
"""The words of a point's mark."""


class Point(msgspec.Struct, frozen=True):
    """One session in a trend: its number, the value, what it rests on, and whether it is marked."""

    when: str
    value: float | None
    rests_on: str
    mark: str
    """`practice`, `unprompted`, or nothing."""
