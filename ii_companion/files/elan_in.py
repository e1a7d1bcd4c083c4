"""ELAN files in (`.eaf`): tiers are subjects, an annotation's value is its code, its length what it lasted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from ii_companion.files.boris_in import OUR_NAME, within
from ii_companion.files.coding import Mark, Observation, dated, refuse_long, text_of
from ii_companion.files.eaf_xml import Annotation, Eaf, read_eaf
from ii_companion.session.said import said

MS = {"milliseconds": 1.0, "PAL-frames": 40.0, "NTSC-frames": 1001 / 30}
"""What a time slot counts, in milliseconds."""


def read_elan(path: Path) -> Iterator[Observation]:
    """One observation, as long as its last annotation's end. Raises Refusal."""
    eaf = read_eaf(path)
    made = Observation(eaf.name or path.stem, path, ours=eaf.author == OUR_NAME and bool(eaf.name))
    if found := dated(eaf.date):
        made.started, made.date_from = found, said("when ELAN saved it, as a guess")
    spans = spans_of(eaf)
    marks: list[Mark] = []
    for tier, group in eaf.tiers.items():
        for one in group:
            span = spans.get(id(one))
            if span is None:
                made.aside[said("without a time, and none can be worked out")] += 1
                continue
            start, stop = span
            for t in (start, stop):
                refuse_long(
                    t, said("{where}, tier “{tier}”, annotation {id}", where=made.where, tier=tier, id=one.id)
                )
            marks.append(
                Mark(
                    start,
                    text_of(tier),
                    text_of(one.value),
                    "",
                    "",
                    stop,
                    lasts=not made.ours,
                    number=len(marks) + 1,
                )
            )
    made.length = max((mark.stop or 0.0 for mark in marks), default=0.0)
    made.length_from = said("the last annotation's end")
    made.marks = list(within(marks, made.length, made))
    yield made


def spans_of(eaf: Eaf) -> dict[int, tuple[float, float]]:
    """When each annotation begins and ends, in seconds, by the annotation's `id()`; those without a time are not there."""
    ms = MS.get(eaf.units, 1.0)
    slots = {name: round(value * ms) / 1000 for name, value in _interpolated(eaf.slots).items()}
    by_name = {one.id: one for group in eaf.tiers.values() for one in group}
    children: dict[tuple[str, str], list[Annotation]] = {}
    for tier, group in eaf.tiers.items():
        for one in group:
            if one.parent:
                children.setdefault((tier, one.parent), []).append(one)
    spans: dict[int, tuple[float, float]] = {}
    for one in by_name.values():
        if one.first in slots and one.last in slots and slots[one.first] <= slots[one.last]:
            spans[id(one)] = slots[one.first], slots[one.last]
    waiting = list(children.items())
    while waiting:  # parents may stand after their children, and have parents themselves
        left = []
        for (tier, parent), group in waiting:
            above = by_name.get(parent)
            if above is None or id(above) not in spans:
                left.append(((tier, parent), group))
                continue
            start, stop = spans[id(above)]
            step = (stop - start) / len(group)  # as ELAN draws a symbolic subdivision: in equal parts
            for n, one in enumerate(group):
                spans[id(one)] = round(start + n * step, 6), round(start + (n + 1) * step, 6)
        if len(left) == len(waiting):
            break
        waiting = left
    return spans


def _interpolated(slots: dict[str, float | None]) -> dict[str, float]:
    """The slots with their times; those without, evenly between the neighbours that have one, as ELAN does."""
    names = list(slots)
    known = [n for n, name in enumerate(names) if slots[name] is not None]
    found = {name: value for name, value in slots.items() if value is not None}
    for before, after in pairwise(known):
        start, stop = found[names[before]], found[names[after]]
        if start > stop:
            continue
        for n in range(before + 1, after):
            found[names[n]] = start + (stop - start) * (n - before) / (after - before)
    return found
