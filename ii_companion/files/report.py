"""One session on one page: what HTML and DOCX both show, and the HTML itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ii_companion import words
from ii_companion.content.folder import content_file
from ii_companion.content.fundamentals import engagement, fundamentals
from ii_companion.files import IDENTIFYING, NO_SCORE
from ii_companion.files.sessions import Travelling
from ii_companion.hues import PAPER
from ii_companion.log.counted import figures
from ii_companion.log.header import MODE_WORDS, stage_said
from ii_companion.log.records import AROUSAL_WORDS, END_WORDS, NOVELTY_WORDS, TOUCH_WORDS
from ii_companion.log.table import rows
from ii_companion.session.kinds import ACT_WORDS, ACTOR_WORDS, ACTS, CHANNEL_WORDS, KIND_OF, KIND_WORDS, Kind
from ii_companion.session.lengths import clock_time
from ii_companion.session.notes import note_words
from ii_companion.words import N_, _, ngettext, render

LEFT, WIDTH = 90.0, 900.0
_LANES = {
    "learner": (16.0, 26.0, PAPER["learner"]),
    "practitioner": (56.0, 26.0, PAPER["practitioner"]),
    "both": (94.0, 14.0, PAPER["shared"]),
}
_BESIDE = {kind.row.word for kind in Kind if kind.row.word and kind not in ACTS}
"""What belongs to no turn has a lane of its own."""
_TEXTS = {
    "what_happened": N_("What happened"),
    "typical_moment": N_("A typical moment"),
    "best_moment": N_("The best moment"),
    "next_time": N_("Next time"),
}
_ASLEEP = N_("the computer was asleep")
"""What `rows` says of a gap, in files too, where it stays as it is."""
_YES_OR_NO = {True: N_("yes"), False: N_("no")}
_FACTS: dict[str, tuple[str, Mapping[Any, str]]] = {
    "assent_at_start": (N_("willing at the start: {answer}"), _YES_OR_NO),
    "enjoyed_by_learner": (N_("they enjoyed it: {answer}"), _YES_OR_NO),
    "enjoyed_by_me": (N_("I enjoyed it: {answer}"), _YES_OR_NO),
    "arousal_start": (N_("arousal at the start: {answer}"), AROUSAL_WORDS),
    "arousal_end": (N_("at the end: {answer}"), AROUSAL_WORDS),
    "novelty": (N_("for them: {answer}"), NOVELTY_WORDS),
    "touch_used": (N_("touch: {answer}"), TOUCH_WORDS),
}
"""A question of the brief log: how its answer is said, and the words of the answers."""


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
    five = {area.id: area.name for area in engagement(language)}
    areas = [five.get(tag, tag) for tag in log.engagement]
    events = rows(session.effective())
    acts = {
        actor: sum(row[1] == actor and row[2] not in _BESIDE for row in events)
        for actor in ("learner", "practitioner")
    }
    who = [
        f"{log.started_at.astimezone():%Y-%m-%d %H:%M}",
        log.place,
        _("practitioner {code}", code=log.practitioner) if log.practitioner else "",
        _("mentor {code}", code=log.mentor) if log.mentor else "",
        render(stage_said(log.stage)),
        _(MODE_WORDS[log.mode]),
        _("ended: {how}", how=_(END_WORDS[log.end_reason])),
    ]
    return Page(
        title=_("Intensive Interaction: {learner}", learner=log.learner),
        who=" · ".join(filter(None, who)),
        sentences=figures(log),
        texts=[
            {"name": _(name), "words": getattr(log, field)}
            for field, name in _TEXTS.items()
            if getattr(log, field)
        ],
        facts=[
            _(pattern, answer=_(answers[value]))
            for name, (pattern, answers) in _FACTS.items()
            if (value := getattr(log, name)) is not None
        ]
        + ([_("engagement: {areas}", areas=", ".join(areas))] if areas else []),
        fundamentals=[names.get(tag, tag) for tag in log.fundamentals],
        events=events,
        picture=_(
            "{length} minutes: {learner}, {practitioner}.",
            length=clock_time(log.duration_s),
            learner=ngettext("{n} act of the learner", "{n} acts of the learner", acts["learner"]),
            practitioner=ngettext("{n} of the practitioner", "{n} of the practitioner", acts["practitioner"]),
        ),
    )


def html(session: Travelling, language: str) -> bytes:
    """The report as one HTML file: no scripts, no outside references, one A4 page when printed."""
    from jinja2 import Environment, StrictUndefined  # 30 ms, and only for a report

    told = page(session, language)
    text = content_file(language, "report.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.globals.update({"_": _, "ngettext": ngettext})
    template = environment.from_string(text)
    log = session.log
    end = max(log.duration_s, 1.0)
    return template.render(
        language=words.language(),
        log=log,
        date=f"{log.started_at.astimezone():%Y-%m-%d %H:%M}",
        title=told.title,
        mode=_(MODE_WORDS[log.mode]),
        ended=_(END_WORDS[log.end_reason]),
        sentences=told.sentences,
        texts=told.texts,
        facts=told.facts,
        fundamentals=told.fundamentals,
        events=[_row(row) for row in told.events],
        picture=told.picture,
        marks=[_mark(row, end) for row in told.events if row[2] not in ("end", "paused", "resumed")],
        ticks=_ticks(end),
        identifying=_(IDENTIFYING),
        no_score=_(NO_SCORE),
    ).encode()


def _row(row: list[str]) -> list[str]:
    """A row of the table of events, its ids in words; what a person wrote stays as it is."""
    time, actor, act, detail = row
    if act == "act":
        detail = _(CHANNEL_WORDS.get(detail, "")) or detail
    elif act == "note":
        detail = render(note_words(detail))
    elif detail == _ASLEEP:
        detail = _(detail)
    return [time, _(ACTOR_WORDS[actor]), _(ACT_WORDS.get(act) or KIND_WORDS[KIND_OF[act]]), detail]


def _mark(row: list[str], end: float) -> dict[str, Any]:
    lane = "both" if row[2] in _BESIDE else row[1]
    y, height, fill = _LANES[lane]
    return {"x": f"{LEFT + float(row[0]) / end * WIDTH:.1f}", "y": y, "height": height, "fill": fill}


def _ticks(end: float) -> list[dict[str, str]]:
    step = next((s for s in (10, 30, 60, 120, 300, 600, 1800) if end / s <= 10), 3600)
    return [
        {"x": f"{LEFT + t / end * WIDTH:.1f}", "words": clock_time(t)} for t in range(0, int(end) + 1, step)
    ]
