"""Whoever crowds hears of it: the coach is not silent for exactly the person who needs it."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from ii_companion.content.prompts import load_prompts
from ii_companion.session.card import Card
from ii_companion.session.coach import PACING
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.measures import measure
from ii_companion.session.prompts import PromptPhase
from ii_companion.session.story import Shown, replay
from ii_companion.session.triggers import PRESSING
from ii_companion.session.view import Coaching

PROMPTS = load_prompts("en").prompts
L, J, C = Kind.LEARNER_ACT, Kind.JOIN_IN, Kind.COMMENT
TURNS = [(0.5, L), (2.5, J), (4.5, L), (6.5, J)]
PATTERNS = {
    "every second": [(float(t), J) for t in range(1, 600)],
    "talks every three seconds": [(float(t), C) for t in range(3, 600, 3)],
    "two responses to each act": [x for t in range(0, 600, 5) for x in ((t + 0.5, L), (t + 1.5, J), (t + 2.5, J))],
    "turns, then every second": [*TURNS, *((float(t), J) for t in range(8, 600))],
    "turns, then every three seconds": [*TURNS, *((float(t), C) for t in range(9, 600, 3))],
    "turns, then two each": TURNS
    + [x for t in range(9, 600, 4) for x in ((t + 0.5, L), (t + 1.2, J), (t + 2.4, J))],
}  # fmt: skip


def prompts(rows: list[tuple[float, Kind]], stage: int, wait_s: float, end: float = 600.0) -> list[Shown]:
    ordered = sorted(rows, key=lambda row: row[0])
    events = [Event(n, t, kind) for n, (t, kind) in enumerate([*ordered, (end, Kind.ENDED)], 1)]
    return list(replay(events, Coaching(PROMPTS, stage, card=Card("p17", wait_s))).shown)


@pytest.mark.parametrize("wait_s", [3.0, 8.0, 12.0])
@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_they_get_the_first_word_soon_and_go_on_getting_them(pattern: str, stage: int, wait_s: float) -> None:
    shown = prompts(PATTERNS[pattern], stage, wait_s)
    opening = [one.t for one in shown if one.prompt.trigger == "session_start"]
    words = [one for one in shown if one.prompt.trigger != "session_start"]
    soonest = max(60 if "turns" in pattern else 30, *(t + PACING[stage].gap_s + 3 for t in opening), 0)
    assert words[0].t <= soonest
    assert len(words) >= 3
    assert {one.prompt.trigger for one in words} <= PRESSING
    for earlier, later in itertools.pairwise(shown):
        assert later.t - earlier.t >= PACING[stage].gap_s
    assert all(sum(0 <= one.t - o.t < 600 for o in shown) <= PACING[stage].budget for one in shown)


@pytest.mark.parametrize("stage", [1, 2])
def test_to_somebody_who_leaves_no_breakpoint_it_speaks_after_fifteen_seconds(stage: int) -> None:
    """A session that began well, so that no gap of an opening prompt is in the way."""
    good = [x for t in range(50, 110, 6) for x in ((t + 0.0, L), (t + 1.5, J))]
    shown = prompts([*good, *((float(t), J) for t in range(111, 180))], stage, 8.0, 180.0)
    words = [one.t for one in shown if one.t > 111]
    assert words[0] == 111 + 15


@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("seed", range(10))
def test_a_crowded_lively_learner_is_spoken_of_within_two_minutes(stage: int, seed: int) -> None:
    """Made up: learner 12 acts a minute, adult 26, some 15 double turns a minute, five minutes."""
    random = Random(seed)
    rows: list[tuple[float, Kind]] = []
    for n in range(60):
        t = n * 5 + random.uniform(0, 1)
        answers = [t + 0.8 + random.uniform(0, 0.4), t + 2.2 + random.uniform(0, 0.6)]
        rows += [(t, L), *((at, J) for at in (*answers, *((t + 3.4,) if n % 6 == 0 else ())))]
    events = [Event(n, t, k) for n, (t, k) in enumerate(sorted(rows, key=lambda r: r[0]), 1)]
    m = measure(events, 8.0)
    assert m.pace.practitioner_per_min == pytest.approx(26, abs=1)
    assert m.double_turns / 5 == pytest.approx(14, abs=2)
    shown = [one for one in prompts(rows, stage, 8.0, 300.0) if one.prompt.trigger in PRESSING]
    assert shown[0].t <= 120
    assert shown[0].prompt.phase in (PromptPhase.WAIT, PromptPhase.PACE)


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_an_adult_who_answers_one_for_one_hears_almost_nothing(stage: int) -> None:
    random = Random(1)
    rows = [x for n in range(100) for x in ((n * 3.0, L), (n * 3.0 + random.uniform(0.6, 1.6), J))]
    shown = [one for one in prompts(rows, stage, 8.0, 300.0) if one.prompt.trigger != "session_start"]
    assert len(shown) <= 1
