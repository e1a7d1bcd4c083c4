"""ELAN's XML, every version, read with the standard parser and nothing of a document type: no entity is ever declared.

An own reader, because pympi reads a tier's children before their parents, dies on slots without a time and prints a path
for EAF 2. It keeps no tree: what ELAN needs of an element is put by when the element ends.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import ParseError, XMLParser

import msgspec

from ii_companion.files.bounded import read_bounded, too_large
from ii_companion.session.refusal import Refusal

DEEPEST = 50
MOST_PARTS = 300_000
"""Elements; a long transcript has some tens of thousands."""
_PIECE = 2**14
_MOST_SILENT = 4


class Annotation(msgspec.Struct):
    """Aligned: two slots. Else: the annotation it belongs to."""

    id: str
    first: str = ""
    last: str = ""
    parent: str = ""
    value: str = ""


class Eaf(msgspec.Struct):
    """What an ELAN file holds that a coding needs."""

    author: str = ""
    date: str = ""
    units: str = "milliseconds"
    slots: dict[str, float | None] = {}
    """In the file's order, which is time's; None where a slot has no time."""
    tiers: dict[str, list[Annotation]] = {}
    name: str = ""
    """What we wrote into a file of ours: the session's id."""


def read_eaf(path: Path) -> Eaf:
    """The file. Raises Refusal."""
    data = read_bounded(path)
    reading = _Reading(path)
    parser = XMLParser(target=reading)  # noqa: S314 - the target refuses every document type, where entities live
    silent = 0
    try:
        for at in range(0, len(data), _PIECE):
            heard = reading.heard
            parser.feed(data[at : at + _PIECE])
            # one tag of this length is no tag of ELAN's, and its attributes would be compared each with each
            silent = silent + 1 if reading.heard == heard else 0
            if silent > _MOST_SILENT:
                raise Refusal("{path}: not an ELAN file; it has a tag without an end.", path=path)
        parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise Refusal(
            "{path}: not an ELAN file, or a damaged one: its XML cannot be read.", path=path
        ) from error
    if not reading.root:
        raise Refusal("{path}: not an ELAN file; it has no ANNOTATION_DOCUMENT.", path=path)
    return reading.found


class _Reading:
    """What the parser calls."""

    def __init__(self, path: Path) -> None:
        self.found = Eaf()
        self.root = False
        self.heard = 0
        """How often the parser called."""
        self._path, self._depth, self._count = path, 0, 0
        self._tier: list[Annotation] = []
        self._text: list[str] | None = None
        self._property = False

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise Refusal(
            "{path}: it declares a document type, which no ELAN file does, and which could hide a bomb; not read.",
            path=self._path,
        )

    def start(self, tag: str, has: dict[str, str]) -> None:
        self.heard += 1
        self._depth += 1
        self._count += 1
        if self._count > MOST_PARTS:
            raise too_large(self._path)
        if self._depth > DEEPEST:
            raise Refusal("{path}: not an ELAN file; its XML is nested too deep.", path=self._path)
        match tag:
            case "ANNOTATION_DOCUMENT":
                self.root = self._depth == 1
                self.found.author, self.found.date = has.get("AUTHOR", ""), has.get("DATE", "")
            case "HEADER":
                self.found.units = has.get("TIME_UNITS", "milliseconds")
            case "PROPERTY":
                self._property = has.get("NAME") == "ii-companion"
                self._text = [] if self._property else None
            case "TIME_SLOT":
                self._slot(has.get("TIME_SLOT_ID", ""), has.get("TIME_VALUE"))
            case "TIER":
                self._tier = self.found.tiers.setdefault(has.get("TIER_ID", ""), [])
            case "ALIGNABLE_ANNOTATION":
                self._annotation(
                    Annotation(
                        has.get("ANNOTATION_ID", ""),
                        has.get("TIME_SLOT_REF1", ""),
                        has.get("TIME_SLOT_REF2", ""),
                    )
                )
            case "REF_ANNOTATION":
                self._annotation(
                    Annotation(has.get("ANNOTATION_ID", ""), parent=has.get("ANNOTATION_REF", ""))
                )
            case "ANNOTATION_VALUE":
                self._text = []
            case _:
                pass

    def data(self, text: str) -> None:
        self.heard += 1
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        self.heard += 1
        self._depth -= 1
        if self._text is None:
            return
        if tag == "ANNOTATION_VALUE" and self._tier:
            self._tier[-1].value = "".join(self._text)
            self._text = None
        elif tag == "PROPERTY":
            self.found.name, self._text = "".join(self._text), None

    def close(self) -> Eaf:
        return self.found

    def _annotation(self, one: Annotation) -> None:
        self._tier.append(one)

    def _slot(self, name: str, value: str | None) -> None:
        try:
            self.found.slots[name] = None if value is None else float(int(value))
        except (ValueError, OverflowError) as error:
            raise Refusal(
                "{path}: the time slot {name} is at “{value}”; expected a whole number.",
                path=self._path, name=name, value=value[:40] if value else "",
            ) from error  # fmt: skip
