"""`ii-companion start`: straight into a session."""

from __future__ import annotations

import argparse

from ii_companion.verbs.common import Verbs, add_plain, command, stage
from ii_companion.verbs.terminal import goes_line_by_line
from ii_companion.words import _


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "start",
        _("go straight into a session"),
        _("Go straight into a session."),
        "ii-companion start --learner p17 --me k7 --for 10",
        run,
    )
    add_plain(parser)
    add_who(parser)
    parser.add_argument(
        "--share",
        choices=["screen", "remote", "mentor"],
        help=_("open for a screen, a phone that may send, or a mentor's laptop on this network"),
    )


def add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--learner",
        metavar=_("CODE"),
        help=_("the learner's code, never a name; remembered from last time"),
    )
    parser.add_argument("--me", metavar=_("CODE"), help=_("the practitioner's code"))
    parser.add_argument("--mentor", metavar=_("CODE"), help=_("the mentor's code, if one sits in"))
    parser.add_argument(
        "--stage", metavar="N", type=stage, help=_("1 new, 2 practising, 3 fluent, 4 independent")
    )
    parser.add_argument("--voice", action="store_true", help=_("speak prompts into one ear"))
    parser.add_argument("--place", metavar=_("TEXT"), help=_("where it happens"))
    parser.add_argument(
        "--for",
        dest="for_min",
        metavar=_("MINUTES"),
        type=_minutes,
        help=_("how many minutes there are, if there is such a bound; nothing rings or ends by itself"),
    )


def _minutes(text: str) -> float:
    from ii_companion.log.plan import MOST_MINUTES

    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(
            _(
                "“{text}” is not a number of minutes; it is more than 0, {most} at most",
                text=text,
                most=MOST_MINUTES,
            )
        )
    return minutes


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.settings import load

    kept = arguments.open_store()
    plan = kept.last_plan().changed(
        learner=arguments.learner,
        practitioner=arguments.me,
        mentor=arguments.mentor if arguments.mentor is not None else "",
        stage=arguments.stage,
        place=arguments.place,
        for_min=arguments.for_min,
    )
    plan.checked()
    loaded = load(voice=arguments.voice)
    if goes_line_by_line(arguments, loaded.settings):
        from ii_companion.plain.verbs import Plainly

        plainly = Plainly(kept, loaded)
        return plainly.run(plainly.session(plan))
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    app = CompanionApp(kept, plan=plan, loaded=loaded, share=arguments.share or "")
    return app.run_to_end()
