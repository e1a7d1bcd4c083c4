"""The coach on simulated trainees: one run, and what many runs add up to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random

import msgspec

from ii_companion.practice.learner import Learner, Shows, What
from ii_companion.practice.nature import Nature
from ii_companion.practice.trainee import FOLLOW_S, HABITS, Trainee
from ii_companion.session.kinds import Kind
from ii_companion.session.measures import report
from ii_companion.session.prompts import PromptText
from ii_companion.session.story import Story, begin, since_sign, take, until
from ii_companion.session.triggers import SIGN_TRIGGERS
from ii_companion.session.view import Coaching

FOLLOWS = 0.6
"""The chance that a trainee follows a shown prompt, unless another is stated."""
LONGEST_S = 1800.0
OVERSTAY_S = 45.0
"""A trainee who never notices the clear sign leaves so long after it."""


class Setting(msgspec.Struct, frozen=True):
    """What one run is made of."""

    nature: Nature
    trainee: str
    stage: int
    coach: bool
    seed: int
    follows: float = FOLLOWS
    follow_s: float = FOLLOW_S


class Run(msgspec.Struct, frozen=True):
    """What one run gave, as counts that can be added up."""

    duration_s: float
    prompts: int
    """Answers to signs not counted: they are no prompting, and a session that ends well has one."""
    double_turns: int
    answered: int
    learner_acts: int
    learner_led: int
    exchanges: int
    end_lag_s: float | None


class Pooled(msgspec.Struct, frozen=True):
    """What the runs of one setting gave together; None where nothing is defined."""

    trainee: str
    learner: str
    stage: int
    coach: bool
    runs: int
    prompts_per_10min: float
    double_turns_per_min: float
    answered: float | None
    learner_led: float | None
    end_lag_s: float | None


def run(setting: Setting, prompts: tuple[PromptText, ...]) -> Run:
    """One simulated session, the same for the same setting."""
    story = simulate(setting, prompts)
    m = report(story.tally, story.session.t)
    return Run(
        m.duration_s,
        sum(shown.prompt.trigger not in SIGN_TRIGGERS for shown in story.shown),
        m.double_turns,
        m.answered.n,
        m.answered.of,
        m.exchanges.learner_led,
        m.exchanges.n,
        m.end_lag_s,
    )


def simulate(setting: Setting, prompts: tuple[PromptText, ...]) -> Story:
    """The story of one simulated session, ended."""
    nature = setting.nature
    learner = Learner(nature, Random(f"{setting.seed} learner {nature.id}"))  # noqa: S311 - a seeded model
    whims = Random(f"{setting.seed} trainee {setting.trainee}")  # noqa: S311 - likewise
    trainee = Trainee(HABITS[setting.trainee], nature.card(), setting.follows, setting.follow_s, whims)
    coaching = Coaching(prompts, setting.stage, solo=False, probe=not setting.coach, card=nature.card())
    if not setting.coach:  # a probe still answers signs; a coach that is off says nothing at all
        coaching = msgspec.structs.replace(coaching, prompts=())
    story = begin(coaching)
    heard = 0

    def hear() -> None:
        nonlocal heard
        for shown in story.shown[heard:]:
            trainee.hears(shown.prompt.phase, shown.prompt.trigger, shown.t)
        heard = len(story.shown)

    hear()
    while True:
        sign_at, sign = trainee.keys_sign or (math.inf, Kind.ENOUGH_MAYBE)
        coach_at = story.ask_at if story.ask_at is not None else math.inf
        leaves_at = learner.clear_at + OVERSTAY_S if learner.clear_at is not None else math.inf
        ends_at = min(trainee.stops_at, leaves_at, LONGEST_S)
        now = min(learner.next_at, trainee.next_at, sign_at, coach_at, ends_at)
        if now >= ends_at:
            story, _ = take(story, Kind.ENDED, ends_at)
            return story
        if now == coach_at:
            story, _ = until(story, now)
        elif now == sign_at:
            trainee.keys_sign = None
            story, _ = take(story, sign, now)
            if sign is not Kind.ENOUGH_MAYBE:
                trainee.winds_up(now)
        elif now == trainee.next_at:
            kind = trainee.responds(now)
            if kind is not None:
                story, _ = take(story, kind, now)
                story = _see(story, trainee, learner.respond(kind, now))
        else:
            story = _see(story, trainee, learner.advance(now))
        hear()


def _see(story: Story, trainee: Trainee, shows: Shows | None) -> Story:
    """What the learner shows is seen; acts and delight are keyed, signs only if the trainee notices."""
    if shows is None:
        return story
    trainee.sees(shows)
    if shows.is_sign and story.coaching.sign_shown_at is None:
        story = since_sign(story, shows.t)
    if shows.what is What.ACT:
        story, _ = take(story, Kind.LEARNER_ACT, shows.t)
    elif shows.what is What.DELIGHT:
        story, _ = take(story, Kind.ENJOYED, shows.t)
    return story


def together(trainee: str, learner: str, stage: int, *, coach: bool, runs: Iterable[Run]) -> Pooled:
    """Add runs up: rates over all the time there was, shares over all the acts."""
    every = list(runs)
    seconds = sum(run.duration_s for run in every)
    acts = sum(run.learner_acts for run in every)
    exchanges = sum(run.exchanges for run in every)
    lags = [run.end_lag_s for run in every if run.end_lag_s is not None]
    return Pooled(
        trainee,
        learner,
        stage,
        coach,
        len(every),
        sum(run.prompts for run in every) / seconds * 600 if seconds else 0.0,
        sum(run.double_turns for run in every) / seconds * 60 if seconds else 0.0,
        sum(run.answered for run in every) / acts if acts else None,
        sum(run.learner_led for run in every) / exchanges if exchanges else None,
        sum(lags) / len(lags) if lags else None,
    )
