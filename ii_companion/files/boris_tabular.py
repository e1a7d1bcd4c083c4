"""BORIS's tabular and aggregated events in (TSV or CSV): every layout since version 4, found by its columns' names."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ii_companion.files.boris_in import within
from ii_companion.files.bounded import as_text, read_bounded
from ii_companion.files.coding import Mark, Observation, dated, refuse_long, text_of
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

_BEFORE = 60
"""Lines that may stand before the header, as older versions write them: the observation, its date, its media."""
_LONGEST_LINE = 2**16
_TIMES = ("Time", "Start (s)")


def is_tabular(text: str) -> bool:
    """Whether these are events of BORIS's."""
    return _header(text) is not None


def _header(text: str) -> tuple[int, str, list[str]] | None:
    """The header's line from 0, what stands between the cells, and its names."""
    for at, line in enumerate(islice(io.StringIO(text), _BEFORE)):
        if len(line) > _LONGEST_LINE:
            return None
        for separator in ("\t", ",", ";"):
            names = [text_of(name.strip('"')) for name in line.split(separator)]
            if "Behavior" in names and "Subject" in names and any(time in names for time in _TIMES):
                return at, separator, names
    return None


def read_tabular(path: Path) -> Iterator[Observation | Refusal]:
    """The observations in the table, in its order. Raises Refusal."""
    text = as_text(read_bounded(path), path)
    head = _header(text)
    if head is None:
        raise Refusal(
            "{path}: no events of BORIS's; expected a header with Subject, Behavior and Time.", path=path
        )
    at, separator, names = head
    lines = text.splitlines(keepends=True)
    before = dict(pair for line in lines[:at] if len(pair := line.strip().split(separator, 1)) == 2)
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    reader = csv.reader(io.StringIO("".join(lines[at + 1 :]), newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cells):
                row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
                name = row.get("Observation id") or before.get("Observation id") or path.stem
                rows.setdefault(name, []).append((at + 1 + reader.line_num, row))
    except csv.Error as error:
        raise Refusal("{path}, line {line}: not CSV.", path=path, line=at + 1 + reader.line_num) from error
    for name, numbered in rows.items():
        try:
            yield _observation(name, numbered, path, before, comma=separator != ",")
        except Refusal as refusal:
            yield refusal


def _observation(
    name: str, rows: list[tuple[int, dict[str, str]]], path: Path, before: dict[str, str], *, comma: bool
) -> Observation:
    made = Observation(text_of(name), path)
    _, first = rows[0]
    offset = _number(first.get("Time offset (s)", ""), comma=comma) or 0.0
    media = max(
        (
            _number(first.get(column, ""), comma=comma) or 0.0
            for column in ("Media duration (s)", "Total length")
        ),
        default=0.0,
    )
    running: dict[tuple[str, str, str], Mark] = {}
    found: list[Mark] = []
    for line, row in rows:
        t = _time(row, _TIMES, made, line, comma=comma) - offset
        subject, code = text_of(row.get("Subject")), text_of(row.get("Behavior"))
        subject = "" if subject == "No focal subject" else subject
        who = (subject, code, _modifiers(row))
        kind = (row.get("Behavior type") or row.get("Status") or "POINT").upper()
        comment = row.get("Comment") or row.get("Comment start") or ""
        if kind == "STOP" and (begun := running.pop(who, None)) is not None:
            found.append(Mark(begun.t, *who, begun.comment, round(t, 6), lasts=True, number=begun.number))
        elif kind == "START":
            running[who] = Mark(round(t, 6), *who, comment, lasts=True, number=line)
        elif kind == "STATE":
            stop = _time(row, ("Stop (s)",), made, line, comma=comma) - offset
            found.append(Mark(round(t, 6), *who, comment, round(stop, 6), lasts=True, number=line))
        elif kind == "STOP":
            made.aside[said("ends of what began before")] += 1
        else:
            found.append(Mark(round(t, 6), *who, comment, number=line))
    marks = [*found, *running.values()]
    last = max((max(mark.t, mark.stop or 0.0) for mark in marks), default=0.0)
    made.length = max(media, last, 0.0)
    made.length_from = said("the media's length") if media >= last and media else said("its last event")
    refuse_long(made.length, made.where)
    made.started = dated(first.get("Observation date") or before.get("Observation date") or "")
    made.sure, made.date_from = made.started is not None, said("the observation's date")
    made.marks = list(within(marks, made.length, made))
    return made


def _modifiers(row: dict[str, str]) -> str:
    given = [cell for name, cell in row.items() if name and name.startswith("Modifier")]
    parts = [text_of(part) for cell in given for part in cell.split("|")]
    return "|".join(part for part in parts if part not in ("", "None", "NA"))


def _time(
    row: dict[str, str], columns: tuple[str, ...], made: Observation, line: int, *, comma: bool
) -> float:
    text = next((row[name] for name in columns if name in row), "")
    t = _number(text, comma=comma)
    if t is None:
        raise Refusal(
            "{where}, line {line}: its time is “{time}”; expected seconds.",
            where=made.where,
            line=line,
            time=text[:40],
        )
    return t


def _number(text: str, *, comma: bool) -> float | None:
    try:
        found = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
