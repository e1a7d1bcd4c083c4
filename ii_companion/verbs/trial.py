"""`ii-companion trial`: the coach on simulated trainees."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from ii_companion.verbs.common import Verbs, add_json, command, print_json, stage
from ii_companion.words import N_, _

if TYPE_CHECKING:
    from ii_companion.practice.nature import Nature
    from ii_companion.practice.trial import Pooled, Run, Setting
    from ii_companion.session.prompts import PromptText

ALL = N_("all")
"""Where a learner's code stands otherwise: the learners added up."""
_COLUMNS = (
    (N_("trainee"), 12),
    (N_("learner"), 9),
    (N_("stage"), 5),
    (N_("coach"), 5),
    (N_("prompts/10 min"), 14),
    (N_("double turns/min"), 16),
    (N_("answered"), 8),
    (N_("learner-led"), 11),
    (N_("end lag"), 7),
)
"""What a column says, and how wide it is at least."""
_LEFT = ("trainee", "learner", "coach")


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "trial",
        _("try the coach on simulated trainees"),
        _("Try the coach on simulated trainees."),
        "ii-companion trial --trainee rusher --learner heron --runs 20",
        run,
    )
    parser.add_argument(
        "--trainee", action="append", metavar=_("NAME"), help=_("one of the eight; all of them unless said")
    )
    parser.add_argument(
        "--learner",
        action="append",
        metavar=_("CODE"),
        help=_("a fictional learner; all twelve unless said"),
    )
    parser.add_argument(
        "--stage", action="append", metavar="N", type=stage, help=_("1 to 4; all of them unless said")
    )
    parser.add_argument("--runs", type=_count, default=20, metavar="N", help=_("sessions of each kind (20)"))
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=_("the first seed (0)"))
    parser.add_argument(
        "--follows",
        type=_share,
        default=0.6,
        metavar="P",
        help=_("chance that a shown prompt is followed (0.6)"),
    )
    parser.add_argument(
        "--follow-s", type=float, default=120.0, metavar="S", help=_("for how long it is followed (120)")
    )
    parser.add_argument("--pooled", action="store_true", help=_("add the learners up into one row"))
    add_json(parser)


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(_("“{text}” is not a number of runs; expected 1 or more", text=text))
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(_("“{text}” is not a chance; expected 0 to 1", text=text))
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
        raise Refusal(
            "There is no trainee {name}. There are {known}.", name=unknown[0], known=", ".join(HABITS)
        )
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
) -> Iterator[Pooled]:
    """Run everything, in as many processes as there are cores, with a progress bar on stderr."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from ii_companion.practice.trial import together
    from ii_companion.progress import going_through
    from ii_companion.verbs.bar import bar

    rows: dict[tuple[str, str, int, bool], list[Run]] = {}
    pool = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _remember, (prompts,))
    with bar(_("Trying")), pool:
        done = pool.map(_runs, settings, chunksize=4 if len(settings) > 16 else 1)
        every = zip(kinds, done, strict=True)
        for (trainee, nature, level, coach), runs in going_through(every, len(settings)):
            rows.setdefault((trainee, ALL if pooled else nature.id, level, coach), []).extend(runs)
    for (trainee, learner, level, coach), runs in rows.items():
        yield together(trainee, learner, level, coach=coach, runs=runs)


_prompts: tuple[PromptText, ...] = ()


def _remember(prompts: tuple[PromptText, ...]) -> None:
    """A process is told the prompts once."""
    global _prompts  # noqa: PLW0603 - a worker process is started once and told once
    _prompts = prompts


def _runs(settings: list[Setting]) -> list[Run]:
    from ii_companion.practice.trial import run as run_one

    return [run_one(setting, _prompts) for setting in settings]


def table(results: list[Pooled]) -> str:
    """The results as a table for people: a row a trainee, stage and coach, over the learners asked for."""
    titles = [_(title) for title, _width in _COLUMNS]
    widths = [max(width, len(title)) for title, (_title, width) in zip(titles, _COLUMNS, strict=True)]
    lines = []
    for cells in (titles, *map(_cells, results)):
        row = zip(cells, widths, _COLUMNS, strict=True)
        lines.append(
            "  ".join(
                cell.ljust(width) if column in _LEFT else cell.rjust(width)
                for cell, width, (column, _least) in row
            )
        )
    lines.append(
        _(
            "What the policy does to a model of a trainee; it claims no more. "
            "Prompts that answer a sign are not counted."
        )
    )
    return "\n".join(lines)


def _cells(result: Pooled) -> list[str]:
    return [
        result.trainee,
        _(ALL) if result.learner == ALL else result.learner,
        str(result.stage),
        _("on") if result.coach else _("off"),
        f"{result.prompts_per_10min:.2f}",
        f"{result.double_turns_per_min:.2f}",
        _percent(result.answered),
        _percent(result.learner_led),
        "–" if result.end_lag_s is None else _("{seconds} s", seconds=f"{result.end_lag_s:.1f}"),
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
