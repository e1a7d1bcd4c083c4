"""`ii-companion trial`: the coach on simulated trainees."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from ii_companion.verbs.common import Verbs, add_json, command, print_json, stage

if TYPE_CHECKING:
    from ii_companion.practice.nature import Nature
    from ii_companion.practice.trial import Result, Run, Setting
    from ii_companion.session.prompts import PromptText


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "trial",
        "try the coach on simulated trainees",
        "ii-companion trial --trainee rusher --learner heron --runs 20",
        run,
    )
    parser.add_argument(
        "--trainee", action="append", metavar="NAME", help="one of the six; all of them unless said"
    )
    parser.add_argument(
        "--learner", action="append", metavar="CODE", help="a fictional learner; all twelve unless said"
    )
    parser.add_argument(
        "--stage", action="append", metavar="N", type=stage, help="1 to 4; all of them unless said"
    )
    parser.add_argument("--runs", type=_count, default=20, metavar="N", help="sessions of each kind (20)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first seed (0)")
    parser.add_argument(
        "--follows",
        type=_share,
        default=0.6,
        metavar="P",
        help="chance that a shown prompt is followed (0.6)",
    )
    parser.add_argument(
        "--follow-s", type=float, default=120.0, metavar="S", help="for how long it is followed (120)"
    )
    parser.add_argument("--pooled", action="store_true", help="add the learners up into one row")
    add_json(parser)


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of runs; expected 1 or more")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a chance; expected 0 to 1")
    return share


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.content.learners import load_learners
    from ii_companion.content.prompts import load_prompts
    from ii_companion.practice.trainee import HABITS
    from ii_companion.practice.trial import Setting
    from ii_companion.session.refusal import Refusal

    learners = load_learners("en")
    unknown = [name for name in arguments.trainee or () if name not in HABITS]
    if unknown:
        raise Refusal(f"There is no trainee {unknown[0]}. There are {', '.join(HABITS)}.")
    natures = [learners.get(code) for code in arguments.learner or learners.natures]
    kinds = list(
        product(arguments.trainee or HABITS, natures, arguments.stage or (1, 2, 3, 4), (False, True))
    )
    settings = [
        [
            Setting(nature, trainee, level, coach, arguments.seed + n, arguments.follows, arguments.follow_s)
            for n in range(arguments.runs)
        ]
        for trainee, nature, level, coach in kinds
    ]
    results = list(_results(kinds, settings, load_prompts("en").prompts, pooled=arguments.pooled))
    if arguments.json:
        print_json(results)
    else:
        print(table(results))
    return 0


def _results(
    kinds: list[tuple[str, Nature, int, bool]],
    settings: list[list[Setting]],
    prompts: tuple[PromptText, ...],
    *,
    pooled: bool,
) -> Iterator[Result]:
    """Run everything, in as many processes as there are cores, with a progress bar on stderr."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from rich.console import Console  # comes with Textual; 40 ms, and only here
    from rich.progress import track

    from ii_companion.practice.trial import together

    console = Console(stderr=True)
    rows: dict[tuple[str, str, int, bool], list[Run]] = {}
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _remember, (prompts,)) as pool:
        done = pool.map(_runs, settings, chunksize=4 if len(settings) > 16 else 1)
        bar = track(zip(kinds, done, strict=True), "Trying", len(settings), console=console, transient=True)
        for (trainee, nature, level, coach), runs in bar:
            rows.setdefault((trainee, "all" if pooled else nature.id, level, coach), []).extend(runs)
    for (trainee, learner, level, coach), runs in rows.items():
        yield together(trainee, learner, level, coach=coach, runs=runs)


_prompts: tuple[PromptText, ...] = ()


def _remember(prompts: tuple[PromptText, ...]) -> None:
    """A process is told the prompts once."""
    global _prompts
    _prompts = prompts


def _runs(settings: list[Setting]) -> list[Run]:
    from ii_companion.practice.trial import run as run_one

    return [run_one(setting, _prompts) for setting in settings]


def table(results: list[Result]) -> str:
    """The results as a table for people: a row a trainee, stage and coach, over the learners asked for."""
    rows = [
        f"{'trainee':<12} {'learner':<9} stage coach  prompts/10 min  double turns/min  answered  learner-led  end lag"
    ]
    rows += [_row(one) for one in results]
    rows.append(
        "What the policy does to a model of a trainee; it claims no more. Prompts that answer a sign are not counted."
    )
    return "\n".join(rows)


def _row(one: Result) -> str:
    lag = "–" if one.end_lag_s is None else f"{one.end_lag_s:.1f} s"
    who = f"{one.trainee:<12} {one.learner:<9} {one.stage:>5} {'on' if one.coach else 'off':<6}"
    rates = f"{one.prompts_per_10min:>13.2f} {one.double_turns_per_min:>17.2f}"
    return f"{who} {rates} {_percent(one.answered):>9} {_percent(one.learner_led):>12} {lag:>8}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
