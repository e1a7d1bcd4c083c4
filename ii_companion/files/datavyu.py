"""Datavyu files in (`.opf`): a zip whose `db` is text. A column is a subject, a cell's first value its code.

Where a cell has no value the column's own name is the code; further values are modifiers. Nothing is unpacked to disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ii_companion.files.bounded import as_text, member
from ii_companion.files.coding import Mark, Observation, refuse_long, text_of
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

_COLUMN = re.compile(r"^(?P<name>.+?) \((?:MATRIX|NOMINAL|TEXT|PREDICATE)\b.*\)")
_CELL = re.compile(r"^(\d+):(\d\d):(\d\d)[:.](\d{3}),(\d+):(\d\d):(\d\d)[:.](\d{3}),(.*)$", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")


def read_datavyu(path: Path) -> Iterator[Observation]:
    """One observation, as long as its last cell. Raises Refusal."""
    text = as_text(member(path, "db"), path)
    made = Observation(path.stem, path, length_from=said("the last cell's end"))
    column = ""
    for number, line in enumerate(text.split("\n"), 1):
        row = line.rstrip("\r")
        if not row.strip() or row.startswith("#"):
            continue
        if cell := _CELL.match(row):
            if not column:
                raise Refusal(
                    "{where}, line {line}: a cell before any column.", where=made.where, line=number
                )
            made.marks.append(_mark(column, cell, len(made.marks) + 1))
            refuse_long(
                max(made.marks[-1].t, made.marks[-1].stop or 0.0),
                said("{where}, line {line}", where=made.where, line=number),
            )
        elif head := _COLUMN.match(row):
            column = text_of(head["name"])
        elif re.match(r"^\d+:", row):
            raise Refusal(
                "{where}, line {line}: not a cell; expected onset, offset and values.",
                where=made.where,
                line=number,
            )
    if not column:
        raise Refusal("{path}: its db has no columns; not a Datavyu file.", path=path)
    made.length = max((max(mark.t, mark.stop or 0.0) for mark in made.marks), default=0.0)
    made.marks.sort(key=lambda mark: (mark.t, mark.number))
    yield made


def _mark(column: str, cell: re.Match[str], number: int) -> Mark:
    parts = cell.groups()
    start, stop = (
        (int(h) * 3600 + int(m) * 60 + int(s)) + int(ms) / 1000 for h, m, s, ms in (parts[:4], parts[4:8])
    )
    values = parts[8].strip()
    values = values[1:-1] if values.startswith("(") and values.endswith(")") else values
    said_values = [text_of(re.sub(r"\\(.)", r"\1", value)) for value in _COMMA.split(values)]
    code, *rest = said_values if said_values[0] else [column, *said_values[1:]]
    lasts = stop > start
    return Mark(
        start,
        column,
        code,
        "|".join(filter(None, rest)),
        "",
        stop if lasts else None,
        lasts=lasts,
        number=number,
    )
