"""A learner's page in words: what was left and enjoyed lately, what was seen how often, and figures over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from ii_companion.dialogue.left_words import facts
from ii_companion.dialogue.questions import tag_names
from ii_companion.log.documents import Entry
from ii_companion.log.header import Mode
from ii_companion.printable import plain
from ii_companion.screens.strips import in_a_line
from ii_companion.session.figures import TRENDS
from ii_companion.session.strip import Strip
from ii_companion.words import N_, _, ngettext, render

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog

LATELY = 6
"""How many best moments, and how many next times, are shown."""
STRIP_CELLS = 60
SHOWN = 12
"""How many sessions the counts look at, and the figures show."""


SECTIONS = {
    "left": N_("Left for next time"),
    "best": N_("Best moments"),
    "seen": N_("Seen"),
    "lately": N_("Lately"),
}
"""The panels of the page, in order."""
STRIP = "\0"
"""Begins a line that names a session whose strip stands there."""


def page(logs: list[BriefLog], language: str) -> dict[str, list[str]]:
    """The panels below the card; `logs` newest first, practice left out."""
    if not logs:
        return {"left": [_("No sessions logged yet.")]}
    return {
        "left": _texts(logs, "next_time"),
        "best": _texts(logs, "best_moment"),
        "seen": _seen(logs[:SHOWN], language),
        "lately": [line for log in logs[:SHOWN] for line in _one(log)],
    }


def with_strips(lines: list[str], drawn: Mapping[str, Strip]) -> Content:
    """Lines as text, each session's strip where its place is."""
    said = []
    for line in lines:
        if line.startswith(STRIP):
            strip = drawn.get(line.removeprefix(STRIP))
            said += [Content("  ") + in_a_line(strip, STRIP_CELLS)] if strip is not None else []
        else:
            said.append(Content(plain(line)))
    return Content("\n").join(said)


def _texts(logs: list[BriefLog], name: str) -> list[str]:
    found = [
        f"{facts(Entry.of(log), year=True)}: {' '.join(text.split())}"
        for log in logs
        if (text := getattr(log, name).strip())
    ]
    return found[:LATELY] or [_("nothing yet")]


def _seen(logs: list[BriefLog], language: str) -> list[str]:
    """How many of the last logs each tag was marked in: counts, no level."""
    counts = Counter(tag for log in logs for tag in (*log.fundamentals, *log.engagement))
    heading = ngettext(
        "Seen, in how many of the last {n} log; a count, no level",
        "Seen, in how many of the last {n} logs; a count, no level",
        len(logs),
    )
    names = tag_names(language)
    rows = [
        _("{count} of {all}  {tag}", count=counts[tag], all=len(logs), tag=names.get(tag, tag))
        for tag in sorted(counts, key=lambda tag: -counts[tag])
    ]
    return [heading, *(rows or [_("nothing yet")])]


def _one(log: BriefLog) -> list[str]:
    """A log and its figures, each with what it rests on; a note afterwards with its words."""
    head = facts(Entry.of(log), year=True)
    if log.measures is None:
        text = " ".join(log.what_happened.split())
        noted = log.mode is Mode.AFTERWARDS
        counted = _("nothing was counted") if noted else _("no measures")
        return [f"{head} · {counted}", *([f"  {text}"] if text else [])]
    rows = []
    for figure in TRENDS[:3]:
        value = figure.take(log.measures)
        shown = "–" if value is None else f"{value:.2f}"
        rows.append(f"  {shown}  {_(figure.name)}: {render(figure.rests_on(log.measures))}")
    return [head, f"{STRIP}{log.id}", *rows]
