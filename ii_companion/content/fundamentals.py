"""The Fundamentals of Communication, as tags for a brief log."""

from __future__ import annotations

import msgspec

from ii_companion.content.folder import read_list


class Fundamental(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fundamental: the id a log keeps, and its name in a language."""

    id: str
    name: str


def fundamentals(language: str) -> list[Fundamental]:
    """The fundamentals in a language. Raises Refusal if the file is not what it should be."""
    return read_list(language, "fundamentals.toml", "fundamental", Fundamental)
