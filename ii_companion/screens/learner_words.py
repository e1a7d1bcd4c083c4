"""A learner's page in words: what was left and enjoyed lately, what was seen how often, and figures over time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ii_companion.dialogue.left_words import facts
from ii_companion.dialogue.questions import tag_names
from ii_companion.log.documents import Entry
from ii_companion.log.header import Mode
from ii_companion.session.figures import TRENDS
from ii_companion.words import _, ngettext, render

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog

LATELY = 6
"""How many best moments, and how many next times, are shown."""
SHOWN = 12
"""How many sessions the counts look at, and the figures show."""


def page(logs: list[BriefLog], language: str) -> list[str]:
    """The page below the card; `logs` newest first, practice left out."""
    if not logs:
        return ["", _("No sessions logged yet.")]
    said = ["", _("Left for next time"), *_texts(logs, "next_time")]
    said += ["", _("Best moments"), *_texts(logs, "best_moment")]
    said += ["", *_seen(logs[:SHOWN], language)]
    said += ["", _("Lately")]
    for log in logs[:SHOWN]:
        said += _one(log)
    return said


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
    return [head, *rows]
