"""One session on one page: what HTML and DOCX both show, and the HTML itself."""

from __future__ import annotations

from typing import Any

import msgspec

from ii_companion.content.folder import content_file
from ii_companion.content.fundamentals import fundamentals
from ii_companion.files import IDENTIFYING
from ii_companion.files.sessions import Travelling
from ii_companion.log.table import rows
from ii_companion.session.summary import clock_time, summary

LEFT, WIDTH = 90.0, 900.0
_LANES = {
    "learner": (16.0, 26.0, "#2c5f4a"),
    "practitioner": (56.0, 26.0, "#8a6d2f"),
    "both": (94.0, 14.0, "#777777"),
}
_SIGNS = {"enjoyed", "enough_maybe", "enough_clear", "distress", "moment", "note"}
_TEXTS = {
    "what_happened": "What happened",
    "typical_moment": "A typical moment",
    "best_moment": "The best moment",
    "next_time": "Next time",
}


class Page(msgspec.Struct, frozen=True):
    """What a report says, whatever it is written in."""

    title: str
    who: str
    sentences: list[str]
    texts: list[dict[str, str]]
    facts: list[str]
    fundamentals: list[str]
    events: list[list[str]]
    picture: str
    """The timeline in words."""


def page(session: Travelling, language: str) -> Page:
    """The report of one session."""
    log = session.log
    names = {tag.id: tag.name for tag in fundamentals(language)}
    events = rows(session.effective())
    who = [
        f"{log.started_at:%Y-%m-%d %H:%M} UTC",
        *(
            part
            for part in (
                log.place,
                log.practitioner and f"practitioner {log.practitioner}",
                log.mentor and f"mentor {log.mentor}",
            )
            if part
        ),
    ]
    acts = {
        actor: sum(row[1] == actor and row[2] not in _SIGNS for row in events)
        for actor in ("learner", "practitioner")
    }
    return Page(
        title=f"Intensive Interaction: {log.learner}",
        who=" · ".join([*who, f"stage {log.stage}", str(log.mode), f"ended: {_words(log.end_reason)}"]),
        sentences=summary(log.measures) if log.measures else [],
        texts=[
            {"name": name, "words": getattr(log, field)}
            for field, name in _TEXTS.items()
            if getattr(log, field)
        ],
        facts=_facts(session),
        fundamentals=[names.get(tag, tag) for tag in log.fundamentals],
        events=events,
        picture=f"{clock_time(log.duration_s)} minutes: {acts['learner']} acts of the learner, {acts['practitioner']} of the practitioner.",
    )


def html(session: Travelling, language: str) -> bytes:
    """The report as one HTML file: no scripts, no outside references, one A4 page when printed."""
    from jinja2 import Environment, StrictUndefined  # 30 ms, and only for a report

    said = page(session, language)
    text = content_file(language, "report.html").read_text("utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False).from_string(text)
    log = session.log
    end = max(log.duration_s, 1.0)
    return template.render(
        log=log,
        date=f"{log.started_at:%Y-%m-%d %H:%M} UTC",
        ended=_words(log.end_reason),
        sentences=said.sentences,
        texts=said.texts,
        facts=said.facts,
        fundamentals=said.fundamentals,
        events=said.events,
        picture=said.picture,
        marks=[_mark(row, end) for row in said.events if row[2] not in ("end", "paused", "resumed")],
        ticks=_ticks(end),
        identifying=IDENTIFYING,
    ).encode()


def _mark(row: list[str], end: float) -> dict[str, Any]:
    lane = "both" if row[2] in _SIGNS else row[1]
    y, height, fill = _LANES[lane]
    return {"x": f"{LEFT + float(row[0]) / end * WIDTH:.1f}", "y": y, "height": height, "fill": fill}


def _ticks(end: float) -> list[dict[str, str]]:
    step = next((s for s in (10, 30, 60, 120, 300, 600, 1800) if end / s <= 10), 3600)
    return [
        {"x": f"{LEFT + t / end * WIDTH:.1f}", "words": clock_time(t)} for t in range(0, int(end) + 1, step)
    ]


def _facts(session: Travelling) -> list[str]:
    said = []
    for name, words in (
        ("assent_at_start", "willing at the start"),
        ("enjoyed_by_learner", "they enjoyed it"),
        ("enjoyed_by_me", "I enjoyed it"),
        ("arousal_start", "arousal at the start"),
        ("arousal_end", "at the end"),
        ("novelty", "for them"),
        ("touch_used", "touch"),
    ):
        value = getattr(session.log, name)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if value is not None:
            said.append(f"{words}: {_words(value)}")
    return said


def _words(value: str) -> str:
    return value.replace("_", " ")
