"""Versions of what is kept, and their rules.

- A new field has a default, and stands in `ADDED` under the version that brought it. It is written only where it holds
  something else, so that a record which needs nothing new can be read by the program before.
- A record's version is the newest that it needs. It rises with meaning: a new field in use, a new kind, another sense.
- A newer file is refused by name and left as it is; an older one is read for ever. A file of every version ever released
  lies in `tests/log/versions/` and is read there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

Fields = Mapping[int, tuple[str, ...]]

FIRST = 1
CARD: Fields = {2: ("not_to_copy",)}
HEADER: Fields = {2: ("for_s", "along_film")}
BRIEF_LOG: Fields = {2: ("engagement", "journal_digest")}
MEASURES: Fields = {2: ("lead",)}
EXCHANGES: Fields = {2: ("sustained", "left_by")}
CHECKLIST: Fields = {}
DATES: Fields = {}
FILM: Fields = {}
"""For each kind of record, the fields that each version after the first brought."""
NESTED: Mapping[str, Fields] = {"card": CARD, "measures": MEASURES, "exchanges": EXCHANGES}
"""Records inside records, by the field they are in."""
VALUES: Mapping[str, Mapping[object, int]] = {
    "end_reason": {"learner_distressed": 2, "unknown": 2},
    "mode": {"afterwards": 2},
    "stage": {0: 2},
}
"""Values that a field may have since a version after the first, by field."""


def newest(added: Fields) -> int:
    """The version this program writes at most, and reads."""
    inside = (max(fields, default=FIRST) for fields in NESTED.values())
    values = (version for since in VALUES.values() for version in since.values())
    return max(FIRST, *added, *inside, *values)


def written(record: msgspec.Struct, added: Fields) -> tuple[dict[str, Any], int]:
    """A record for a file, without new fields that hold their default, and the version it needs."""
    document = msgspec.to_builtins(record)
    # not `msgspec.structs.fields`, which works out every field's type as well: 1 ms
    ends = zip(reversed(record.__struct_fields__), reversed(record.__struct_defaults__), strict=False)
    new = {name for names in added.values() for name in names}
    defaults = msgspec.to_builtins({name: default for name, default in ends if name in new})
    needed = FIRST
    for version, names in added.items():
        for name in names:
            if document[name] == defaults.get(name):
                del document[name]
            else:
                needed = max(needed, version)
    for name, since in VALUES.items():
        needed = max(needed, since.get(document.get(name), FIRST))
    for name, inside in NESTED.items():
        value = getattr(record, name, None)
        if isinstance(value, msgspec.Struct):
            document[name], version = written(value, inside)
            needed = max(needed, version)
    return document, needed


class _Says(msgspec.Struct):
    version: int = FIRST


def refuse_newer(data: bytes, added: Fields, where: str) -> None:
    """Raise Refusal if a JSON object says that it is of a version this program does not know."""
    try:
        version = msgspec.json.decode(data, type=_Says).version
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if version > newest(added):
        raise Refusal(newer(where, version, newest(added)))


def newer(where: str, version: int, known: int) -> str:
    """That something was written by a newer version of the program."""
    return said(
        "{where}: written by a newer version of ii-companion (version {version}; this one reads {known}). "
        "It is left as it is; update to read it.",
        where=where,
        version=version,
        known=known,
    )
