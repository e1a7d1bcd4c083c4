"""The mentor's picture: the last two minutes in two lanes, pace, who opened what, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.screens.glyphs import GLYPHS, WEIGHT
from ii_companion.session.coach import Silence
from ii_companion.session.events import ACTS, RESPONSES, SIGNS, Link, Phase, walk
from ii_companion.session.measures import FEWEST_EXCHANGES, Counts, exchanges, opened_so_far
from ii_companion.session.summary import clock_time
from ii_companion.session.tally import Tally
from widgets.lanes import Lanes
from widgets.lines import Lines

if TYPE_CHECKING:
    from textual.screen import Screen

    from ii_companion.log.recorder import Recorder

SHOWN_S = 120.0
PACE_S = 60.0
RECENT = 8
PROMPTS_SHOWN = 4
LEARNER_LANE, PRACTITIONER_LANE = 0, 1


def show(screen: Screen[None], recorder: Recorder, now: float) -> None:
    """Bring the mentor view up to date."""
    header = recorder.header
    who = [f"{int(now // 60)} min", header.learner, *([header.practitioner] if header.practitioner else [])]
    if header.mentor:
        who.append(f"with {header.mentor}")
    who.append(f"stage {header.stage}")
    if recorder.session.phase is Phase.PAUSED:
        who.append("paused")
    if recorder.session.hushed:
        who.append("hushed")
    screen.query_one("#who", Lines).show([" · ".join(who), ""])
    screen.query_one("#lanes", Lanes).show(
        marks(recorder.session.trail, now - SHOWN_S),
        max(0.0, now - SHOWN_S),
        max(now, SHOWN_S),
        ("2 min ago", "now") if now > SHOWN_S else ("start", "2 min"),
    )
    screen.query_one("#figures", Lines).show(figures(recorder, now))


def _coach(recorder: Recorder) -> list[str]:
    """Why the coach is silent now, and its last prompts with their reasons."""
    story = recorder.story
    said = [
        f"{clock_time(one.t)}  {one.prompt.text}  ({one.prompt.reason})"
        for one in reversed(story.shown[-PROMPTS_SHOWN:])
    ]
    now = f"silent: {story.answer.reason}" if isinstance(story.answer, Silence) else "just spoken"
    texts = {prompt.id: prompt.text for prompt in story.coaching.prompts}
    chosen = [f"send    F{n} {texts.get(one.id, one.id)}" for n, one in enumerate(recorder.header.chosen, 1)]
    return [f"coach   {now}", *said, *chosen]


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


def figures(recorder: Recorder, now: float) -> list[str]:
    """Pace over the last minute, who opened the recent exchanges, counts."""
    learner, practitioner = pace(recorder.session.trail, now)
    counts = Counts(*recorder.tally.counts)
    return [
        f"pace, last minute   learner {learner}   you {practitioner}",
        _opened(recorder.tally),
        (
            f"so far   learner {counts.learner} · joined in {counts.join_in} · imitated {counts.imitate} "
            f"· commented {counts.comment} · other {counts.other}"
        ),
        *([f"enjoyed together {counts.enjoyed}"] if counts.enjoyed else []),
        *_coach(recorder),
        *([f"sign: {recorder.session.sign.replace('_', ' ')}"] if recorder.session.sign in SIGNS else []),
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


def _opened(tally: Tally) -> str:
    led = opened_so_far(tally)
    if not led.of:
        return "exchanges   none yet"
    recent = " ".join(
        "they" if exchange.opened_by_learner else "you" for exchange in exchanges(tally, RECENT)
    )
    share = f" ({led.n / led.of:.0%})" if led.of >= FEWEST_EXCHANGES else ""
    return f"exchanges   they opened {led.n} of {led.of}{share}   lately: {recent}"
