"""The Fundamentals of Communication, as tags for a brief log."""

from __future__ import annotations

import msgspec

from ii_companion.content.folder import content_file, read_toml
from ii_companion.session.refusal import Refusal


class Fundamental(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fundamental: the id a log keeps, and its name in a language."""

    id: str
    name: str


def fundamentals(language: str) -> list[Fundamental]:
    """The fundamentals in a language. Raises Refusal if the file is not what it should be."""
    path = content_file(language, "fundamentals.toml")
    table, _ = read_toml(path)
    try:
        return msgspec.convert(table.get("fundamental", []), list[Fundamental])
    except msgspec.ValidationError as error:
        raise Refusal(f"{path}: {error}.") from error
