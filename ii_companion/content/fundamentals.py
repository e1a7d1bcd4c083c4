"""The tags of a brief log: the Fundamentals of Communication and, where it is asked for, the Engagement Model's areas."""

from __future__ import annotations

import msgspec

from ii_companion.content.folder import read_list


class Fundamental(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fundamental: the id a log keeps, and its name in a language."""

    id: str
    name: str


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One area of engagement: the id a log keeps, its name, and what it means in a sentence."""

    id: str
    name: str
    words: str


def fundamentals(language: str) -> list[Fundamental]:
    """The fundamentals in a language. Raises Refusal if the file is not what it should be."""
    return read_list(language, "fundamentals.toml", "fundamental", Fundamental)


def engagement(language: str) -> list[Area]:
    """The five areas of engagement in a language. Raises Refusal if the file is not what it should be."""
    return read_list(language, "engagement.toml", "area", Area)
