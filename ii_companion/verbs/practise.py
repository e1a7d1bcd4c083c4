"""`ii-companion practise`: a session with a fictional learner."""

from __future__ import annotations

import argparse

from ii_companion.verbs.common import Verbs, add_plain, command, stage
from ii_companion.verbs.terminal import goes_line_by_line
from ii_companion.words import _

SPEEDS = (0.25, 60.0)
FIRST = "heron"
"""Who one practises with unless said; line by line one is asked."""


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "practise",
        _("practise with a fictional learner"),
        _("Practise with a fictional learner."),
        "ii-companion practise --learner heron --speed 2",
        run,
    )
    add_plain(parser)
    parser.add_argument("--learner", metavar=_("CODE"), help=_("a fictional learner (heron)"))
    parser.add_argument("--seed", metavar="N", type=int, help=_("the same seed gives the same learner again"))
    parser.add_argument("--speed", metavar="X", type=_speed, default=1.0, help=_("so many times as fast (1)"))
    parser.add_argument(
        "--stage",
        metavar="N",
        type=stage,
        default=1,
        help=_("how much prompting: 1 new to 4 independent (1)"),
    )
    parser.add_argument("--me", metavar=_("CODE"), default="", help=_("your code, for the practice log"))


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        slow, fast = (f"{limit:g}" for limit in SPEEDS)
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a speed; it is {slow} to {fast}", text=text, slow=slow, fast=fast)
        )
    return speed


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.content.learners import load_learners
    from ii_companion.log.plan import Plan, PracticePlan
    from ii_companion.settings import load

    loaded = load()
    learner = arguments.learner or FIRST
    load_learners(loaded.settings.language).get(learner)
    plan = Plan(learner=learner, practitioner=arguments.me, stage=arguments.stage)
    plan.checked(fictional=True)
    practice = PracticePlan(arguments.seed, arguments.speed)
    if goes_line_by_line(arguments, loaded.settings):
        from ii_companion.plain.verbs import Plainly

        plainly = Plainly(arguments.open_store(), loaded)
        return plainly.run(plainly.practice(plan.changed(learner=arguments.learner or ""), practice))
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    return CompanionApp(arguments.open_store(), plan=plan, practice=practice, loaded=loaded).run_to_end()
