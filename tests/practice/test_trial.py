"""The test bench keeps the coach's promises to trainees; the figures are of models, and only those."""

from __future__ import annotations

import functools
import itertools
import json

import pytest

from ii_companion.cli import main
from ii_companion.content.learners import load_learners
from ii_companion.content.prompts import load_prompts
from ii_companion.practice.trainee import HABITS
from ii_companion.practice.trial import Pooled, Run, Setting, run, simulate, together
from ii_companion.session.coach import PACING
from ii_companion.session.kinds import STOPS
from ii_companion.session.measures import measure
from ii_companion.session.story import replay
from ii_companion.session.triggers import PRAISE, SIGN_TRIGGERS

LEARNERS = load_learners("en")
PROMPTS = load_prompts("en").prompts


@functools.cache
def ran(code: str, trainee: str, stage: int, coach: bool, seed: int) -> Run:
    """One session; several tests look at the same."""
    return run(Setting(LEARNERS.get(code), trainee, stage, coach, seed), PROMPTS)


def trial(trainee: str, learners: list[str], stage: int, runs: int, *, coach: bool) -> Pooled:
    done = [ran(code, trainee, stage, coach, seed) for code in learners for seed in range(runs)]
    return together(trainee, "+".join(learners), stage, coach=coach, runs=done)


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_the_rusher_with_heron_makes_a_third_fewer_double_turns(stage: int) -> None:
    off, on = (trial("rusher", ["heron"], stage, 20, coach=coach) for coach in (False, True))
    assert on.double_turns_per_min <= off.double_turns_per_min * 2 / 3


@pytest.mark.parametrize(("stage", "left"), [(1, 0.5), (2, 0.6)])
def test_the_rusher_makes_half_the_double_turns_over_all_learners(stage: int, left: float) -> None:
    every = list(LEARNERS.natures)
    off, on = (trial("rusher", every, stage, 4, coach=coach) for coach in (False, True))
    assert on.double_turns_per_min <= off.double_turns_per_min * left


@pytest.mark.parametrize("stage", [1, 2])
def test_the_hesitant_trainee_answers_half_as_much_again(stage: int) -> None:
    every = list(LEARNERS.natures)
    off, on = (trial("hesitant", every, stage, 4, coach=coach) for coach in (False, True))
    assert on.answered is not None
    assert off.answered is not None
    assert on.answered >= off.answered * 1.5


@pytest.mark.long
@pytest.mark.parametrize(("stage", "most"), [(1, 3.0), (2, 1.0), (3, 1.0)])
def test_the_attuned_trainee_is_left_alone(stage: int, most: float, whole: bool) -> None:
    """So many prompts in ten minutes, answers to signs not counted."""
    runs = 6 if whole else 3
    assert trial("attuned", list(LEARNERS.natures), stage, runs, coach=True).prompts_per_10min <= most


@pytest.mark.parametrize("stage", [1, 2])
@pytest.mark.parametrize("trainee", ["relentless", "monologue"])
def test_whoever_crowds_all_the_time_hears_of_it_and_does_less_of_it(trainee: str, stage: int) -> None:
    every = list(LEARNERS.natures)
    off, on = (trial(trainee, every, stage, 2, coach=coach) for coach in (False, True))
    assert on.prompts_per_10min >= 3
    assert on.double_turns_per_min <= off.double_turns_per_min * (0.6, 0.75)[stage - 1]


@pytest.mark.long
@pytest.mark.parametrize("trainee", HABITS)
def test_nobody_is_made_worse(trainee: str, whole: bool) -> None:
    """Neither more double turns, nor fewer answers but where fewer responses mean them, nor a later end."""
    every = list(LEARNERS.natures)
    runs = 3 if whole else 2
    off = trial(trainee, every, 1, runs, coach=False)
    for stage in (1, 2):
        on = trial(trainee, every, stage, runs, coach=True)
        assert on.double_turns_per_min <= off.double_turns_per_min + 0.1
        assert (on.learner_led or 0) >= (off.learner_led or 0) - 0.02
        assert (on.end_lag_s or 0) <= (off.end_lag_s or 0) + 0.5


def test_a_coach_that_is_off_says_nothing() -> None:
    for trainee in HABITS:
        story = simulate(Setting(LEARNERS.get("heron"), trainee, 1, coach=False, seed=1), PROMPTS)
        assert story.shown == ()


@pytest.mark.long
@pytest.mark.parametrize("trainee", HABITS)
def test_gap_and_budget_hold_in_whole_simulated_sessions(trainee: str, whole: bool) -> None:
    for stage in (1, 2, 3, 4) if whole else (1, 3):
        for code in LEARNERS.natures:
            story = simulate(Setting(LEARNERS.get(code), trainee, stage, coach=True, seed=11), PROMPTS)
            shown = story.shown
            for earlier, later in itertools.pairwise(shown):
                assert (
                    later.prompt.trigger in SIGN_TRIGGERS or later.t - earlier.t >= PACING[stage].gap_s - 1e-6
                )
            advice = [one for one in shown if one.prompt.trigger not in SIGN_TRIGGERS]
            signed = [e.t for e in story.session.events() if e.kind in STOPS]
            assert all(one.t < signed[0] for one in advice if signed)
            sign_shown = story.coaching.sign_shown_at
            praise = [one.t for one in advice if one.prompt.trigger in PRAISE]
            assert sign_shown is None or all(t < sign_shown for t in praise)
            for one in advice:
                assert sum(0 <= one.t - other.t < 600 for other in shown) <= PACING[stage].budget


def test_a_simulated_session_replays_to_the_same_prompts_and_measures() -> None:
    setting = Setting(LEARNERS.get("otter"), "talker", 1, coach=True, seed=4)
    story = simulate(setting, PROMPTS)
    events = story.session.events()
    again = replay(events, story.coaching)
    assert [(o.t, o.prompt.id) for o in again.shown] == [(o.t, o.prompt.id) for o in story.shown]
    assert measure(events, setting.nature.wait_s).counts.learner == run(setting, PROMPTS).learner_acts


def test_trial_prints_its_promised_keys_and_the_same_seed_gives_the_same_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = ["trial", "--trainee", "rusher", "--learner", "heron", "--stage", "2", "--runs", "2", "--json"]
    assert main(argv) == 0
    first = json.loads(capsys.readouterr().out)
    assert [row["coach"] for row in first] == [False, True]
    assert set(first[0]) == {
        "trainee", "learner", "stage", "coach", "runs", "prompts_per_10min", "double_turns_per_min", "answered", "learner_led", "end_lag_s",
    }  # fmt: skip
    assert main(argv) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert main(["trial", "--trainee", "nobody"]) == 1
    assert "There is no trainee nobody" in capsys.readouterr().err
