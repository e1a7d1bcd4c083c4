"""A talk sheet: the marked moments of one session on a page, to talk about in the team's meeting; and the HTML itself.

Each moment has its time in the session and in the film, what was keyed 20 s before and after it as a small line of time,
what the coach said there, what was noted, and room to write.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import msgspec

from ii_companion import words
from ii_companion.content.folder import content_file
from ii_companion.content.prompts import load_prompts
from ii_companion.files import IDENTIFYING, NO_SCORE
from ii_companion.files.sessions import Travelling
from ii_companion.log.store import FilmLink
from ii_companion.session.events import Event
from ii_companion.session.kinds import ACTS, KIND_WORDS, RESPONSES, Kind
from ii_companion.session.lengths import clock_time
from ii_companion.session.notes import note_words
from ii_companion.session.prompts import PromptDetail
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render

AROUND_S = 20.0
CELLS = 61
"""Of a line of time in letters."""
LEFT, WIDTH = 90.0, 885.0
LEARNER, PRACTITIONER, SHARED = range(3)
LANE_WORDS = ("learner", "practitioner", "both")
_FILLS = ("#8a6d2f", "#1f6a6a", "#6a4f8a")
"""Learner warm, practitioner cool, shared violet."""
_HIDDEN = frozenset({Kind.PROMPT, Kind.NOTE, Kind.CHANNEL, Kind.HUSHED, Kind.UNHUSHED, Kind.ENDED})
_LINES_FOR = ((2, 6), (4, 3), (6, 2))
"""Up to so many moments, so many lines to write on, so that the sheet is one page; one line if there are more."""


class Mark(msgspec.Struct, frozen=True):
    """Something that was keyed near a moment."""

    apart: float
    """Seconds after the moment; below 0 before it."""
    lane: int
    glyph: str
    words: str


class Moment(msgspec.Struct, frozen=True):
    """One marked moment as the sheet shows it."""

    number: int
    when: str
    """Its time in the session and, if there is a film, in that."""
    marks: tuple[Mark, ...]
    keyed: str
    """The marks in words."""
    coach: tuple[str, ...]
    notes: tuple[str, ...]


class TalkSheet(msgspec.Struct, frozen=True):
    """What the sheet says, whatever it is written in."""

    title: str
    who: str
    moments: tuple[Moment, ...]
    lines: int
    """How many lines there are to write on, a moment."""


def talk_sheet(session: Travelling, film: FilmLink | None, language: str) -> TalkSheet:
    """The sheet of one session. Raises Refusal if no moment was marked in it."""
    log, events = session.log, session.effective()
    marked = [event for event in events if event.kind is Kind.MOMENT]
    if not marked:
        raise Refusal(
            "No moment is marked in {id}. m marks one while a session runs or is coded along its film.",
            id=log.id,
        )
    texts = {prompt.id: prompt.text for prompt in load_prompts(language).prompts}
    texts |= {prompt.id: prompt.text for prompt in session.head().chosen if prompt.text}
    who = [
        words.date_and_time(log.started_at.astimezone()),
        _("practitioner {code}", code=log.practitioner) if log.practitioner else "",
        _("mentor {code}", code=log.mentor) if log.mentor else "",
        _("film {name}", name=PurePath(film.path).name) if film is not None else "",
    ]
    return TalkSheet(
        title=_("Moments to talk about: {learner}", learner=log.learner),
        who=" · ".join(filter(None, who)),
        moments=tuple(_moment(n, event, events, film, texts) for n, event in enumerate(marked, 1)),
        lines=next((lines for most, lines in _LINES_FOR if len(marked) <= most), 1),
    )


def _moment(
    number: int, moment: Event, events: list[Event], film: FilmLink | None, texts: dict[str, str]
) -> Moment:
    near = [event for event in events if abs(event.t - moment.t) <= AROUND_S and event is not moment]
    marks = tuple(_mark(event, moment.t) for event in near if event.kind not in _HIDDEN)
    when = _("session {time}", time=clock_time(moment.t))
    if film is not None and film.film_time(moment.t) >= 0:
        when = _("{when} · film {time}", when=when, time=clock_time(film.film_time(moment.t)))
    return Moment(
        number=number,
        when=when,
        marks=marks,
        keyed=", ".join(f"{mark.apart:+.0f} s {mark.words}" for mark in marks),
        coach=tuple(
            f"{event.t - moment.t:+.0f} s “{texts.get(prompt, prompt)}”"
            for event in near
            if event.kind is Kind.PROMPT
            for prompt in (PromptDetail.read(event.detail).id,)
        ),
        notes=tuple(render(note_words(event.detail)) for event in near if event.kind is Kind.NOTE),
    )


def _mark(event: Event, at: float) -> Mark:
    lane = PRACTITIONER if event.kind in RESPONSES else LEARNER if event.kind in ACTS else SHARED
    return Mark(round(event.t - at, 3), lane, event.kind.row.mark or "‖", _(KIND_WORDS[event.kind]))


_ITSELF = Mark(0.0, SHARED, Kind.MOMENT.row.mark, "")


def lanes(moment: Moment) -> list[str]:
    """The line of time in letters, a row for each lane; the moment itself stands in the middle."""
    rows = [["·"] * CELLS for _lane in LANE_WORDS]
    rows[SHARED][CELLS // 2] = Kind.MOMENT.row.mark
    for mark in moment.marks:
        rows[mark.lane][round((mark.apart + AROUND_S) / (2 * AROUND_S) * (CELLS - 1))] = mark.glyph
    return ["".join(row) for row in rows]


def html(session: Travelling, film: FilmLink | None, language: str) -> bytes:
    """The sheet as one HTML file: no scripts, no outside references, one A4 page when printed."""
    from jinja2 import Environment, StrictUndefined  # 30 ms, and only for a sheet

    told = talk_sheet(session, film, language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.globals.update({"_": _})
    template = environment.from_string(content_file(language, "talk.html").read_text("utf-8"))
    return template.render(
        language=words.language(),
        sheet=told,
        moments=[(moment, [_drawn(mark) for mark in (*moment.marks, _ITSELF)]) for moment in told.moments],
        ticks=[
            {"x": f"{_x(apart):.1f}", "words": f"{apart:+.0f} s" if apart else ""}
            for apart in (-20.0, -10.0, 0.0, 10.0, 20.0)
        ],
        identifying=_(IDENTIFYING),
        no_score=_(NO_SCORE),
    ).encode()


def _x(apart: float) -> float:
    return LEFT + (apart + AROUND_S) / (2 * AROUND_S) * WIDTH


def _drawn(mark: Mark) -> dict[str, Any]:
    return {
        "x": f"{_x(mark.apart):.1f}",
        "y": 24 + 22 * mark.lane,
        "fill": _FILLS[mark.lane],
        "letter": mark.glyph,
    }
