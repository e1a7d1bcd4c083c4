"""The mentor view: the last two minutes in two lanes, pace, who opened what, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len, set_cell_size

from ii_companion.commands import key_words
from ii_companion.dialogue.live_words import soft_clock
from ii_companion.log.header import stage_said
from ii_companion.screens.glyphs import GLYPHS, WEIGHT
from ii_companion.session.coach import Silence
from ii_companion.session.events import Link, Phase, walk
from ii_companion.session.kinds import ACTS, KIND_WORDS, RESPONSES, SIGNS
from ii_companion.session.lead import Lead
from ii_companion.session.lengths import clock_time
from ii_companion.session.measures import FEWEST_EXCHANGES, Counts, opened_so_far
from ii_companion.session.story import AS_SHOWN
from ii_companion.session.tally import Tally, exchanges
from ii_companion.words import _, render
from widgets.lanes import Lanes
from widgets.lines import Lines

if TYPE_CHECKING:
    from textual.screen import Screen

    from ii_companion.log.header import Header
    from ii_companion.session.events import Session
    from ii_companion.session.story import Story


class Viewed(Protocol):
    """A session as this view asks for it: recorded here, or followed from another machine."""

    @property
    def header(self) -> Header: ...

    @property
    def session(self) -> Session: ...

    @property
    def tally(self) -> Tally: ...

    @property
    def story(self) -> Story: ...


SHOWN_S = 120.0
PACE_S = 60.0
RECENT = 8
PROMPTS_SHOWN = 4
BETWEEN = 3
"""Cells between a label and what it labels."""
LEARNER_LANE, PRACTITIONER_LANE = 0, 1


def show(screen: Screen[None], recorder: Viewed, now: float, watching: str = "") -> None:
    """Bring the mentor view up to date; `watching`: who else sees it from another device."""
    header = recorder.header
    who = [soft_clock(header.for_s, now), header.learner]
    if header.practitioner:
        who.append(header.practitioner)
    if header.mentor:
        who.append(_("with {mentor}", mentor=header.mentor))
    who.append(render(stage_said(header.stage)))
    if recorder.session.phase is Phase.PAUSED:
        who.append(_("paused"))
    if recorder.session.hushed:
        who.append(_("hushed"))
    if watching:
        who.append(watching)
    screen.query_one("#who", Lines).show([" · ".join(who), ""])
    screen.query_one("#lanes", Lanes).show(
        marks(recorder.session.trail, now - SHOWN_S),
        max(0.0, now - SHOWN_S),
        max(now, SHOWN_S),
        (_("2 min ago"), _("now"))
        if now > SHOWN_S
        else (_("{minutes} min", minutes=0), _("{minutes} min", minutes=2)),
    )
    screen.query_one("#figures", Lines).show(figures(recorder, now))


def _coach(recorder: Viewed) -> list[str]:
    """Why the coach is silent now, and its last prompts with their reasons."""
    story = recorder.story
    said = [
        f"{clock_time(shown.t)}  {shown.prompt.text}  ({render(shown.prompt.reason)})"
        for shown in reversed(story.shown[-PROMPTS_SHOWN:])
    ]
    now = (
        _("silent: {why}", why=render(story.answer.reason))
        if isinstance(story.answer, Silence)
        else _("just spoken")
    )
    if story.answer.reason == AS_SHOWN:  # it is asked on the other machine
        now = _("its last prompts") if said else _("no prompts yet")
    texts = {prompt.id: prompt.text for prompt in story.coaching.prompts}
    coach, send = _("coach"), _("send")
    wide = max(cell_len(coach), cell_len(send)) + BETWEEN
    chosen = [
        f"{set_cell_size(send, wide)}{key_words(f'f{n}')} {texts.get(prompt.id, prompt.id)}"
        for n, prompt in enumerate(recorder.header.chosen, 1)
    ]
    return [set_cell_size(coach, wide) + now, *said, *chosen]


def marks(trail: Link | None, since: float) -> list[tuple[float, int, str]]:
    """The marks of the lanes from `since` on, signs last, so that nothing covers them; they stand in the learner's lane."""
    found = []
    for link in walk(trail):
        if link.event.t < since:
            break
        glyph = GLYPHS.get(link.event.kind)
        if glyph:
            found.append(
                (link.event.t, PRACTITIONER_LANE if link.event.kind in RESPONSES else LEARNER_LANE, glyph)
            )
    found.reverse()
    return sorted(found, key=lambda mark: WEIGHT.get(mark[2], 0))


def figures(recorder: Viewed, now: float) -> list[str]:
    """Pace over the last minute, who opened the recent exchanges, counts."""
    learner, practitioner = pace(recorder.session.trail, now)
    counts, sign = Counts(*recorder.tally.counts), recorder.session.sign
    return [
        _("pace, last minute   learner {learner}   you {you}", learner=learner, you=practitioner),
        *_led(recorder.tally),
        _opened(recorder.tally),
        _(
            "so far   learner {learner} · joined in {join_in} · imitated {imitate} "
            "· commented {comment} · other {other}",
            learner=counts.learner,
            join_in=counts.join_in,
            imitate=counts.imitate,
            comment=counts.comment,
            other=counts.other,
        ),
        *([_("enjoyed together {n}", n=counts.enjoyed)] if counts.enjoyed else []),
        *_coach(recorder),
        *([_("sign: {sign}", sign=_(KIND_WORDS[sign]))] if sign in SIGNS else []),
    ]


def pace(trail: Link | None, now: float, over: float = PACE_S) -> tuple[int, int]:
    """Acts of the learner and of the practitioner in the last `over` seconds."""
    learner = practitioner = 0
    link = trail.act if trail else None
    while link is not None and link.event.t > now - over:
        if link.event.kind in ACTS - RESPONSES:
            learner += 1
        else:
            practitioner += 1
        link = link.earlier_act
    return learner, practitioner


def _led(tally: Tally) -> list[str]:
    """Who leads, act by act, and how long they take to reply today, once a reply has said so."""
    lead = Lead(*tally.lead)
    told = []
    if lead.responses or lead.learner_acts:
        told.append(
            _(
                "lead   you followed {followed} of {responses}, added {added}"
                "   they took up {took_up} of {acts}, opened {opened}",
                followed=lead.followed,
                responses=lead.responses,
                added=lead.added,
                took_up=lead.took_up,
                acts=lead.learner_acts,
                opened=lead.opened,
            )
        )
    if tally.replies:
        told.append(_("today they reply within about {seconds} s", seconds=f"{tally.wait_today:.0f}"))
    return told


def _opened(tally: Tally) -> str:
    led = opened_so_far(tally)
    if not led.of:
        return _("exchanges   none yet")
    recent = " ".join(
        _("they") if exchange.opened_by_learner else _("you") for exchange in exchanges(tally, RECENT)
    )
    if led.of < FEWEST_EXCHANGES:
        return _(
            "exchanges   they opened {led} of {all}   lately: {recent}", led=led.n, all=led.of, recent=recent
        )
    return _(
        "exchanges   they opened {led} of {all} ({share}%)   lately: {recent}",
        led=led.n,
        all=led.of,
        share=f"{100 * led.n / led.of:.0f}",
        recent=recent,
    )
