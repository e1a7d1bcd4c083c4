"""`ii-companion replay`: the measures of a coded session."""

from __future__ import annotations

import argparse
from pathlib import Path

from ii_companion.verbs.common import Verbs, add_json, command, print_json, stage, tell
from ii_companion.words import _, ngettext, render


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "replay",
        _("measure a coded session, and say what the coach would have said"),
        _("Measure a coded session, and say what the coach would have said."),
        "ii-companion replay session.csv --json",
        run,
    )
    parser.add_argument("events", metavar=_("EVENTS.csv"), type=Path, help="time_s,actor,act,detail")
    parser.add_argument("--learner", metavar=_("CODE"), help=_("take wait_s from this learner's card"))
    parser.add_argument("--stage", metavar="N", type=stage, default=1, help=_("1 new to 4 independent"))
    parser.add_argument(
        "--mentor", action="store_true", help=_("somebody sat beside the practitioner and keyed")
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    import msgspec

    from ii_companion.content.prompts import load_prompts
    from ii_companion.log.table import parse_table, read_text
    from ii_companion.session.card import Card
    from ii_companion.session.events import IllegalEvent
    from ii_companion.session.lengths import clock_time
    from ii_companion.session.measures import report
    from ii_companion.session.story import replay
    from ii_companion.session.summary import summary
    from ii_companion.session.view import Coaching
    from ii_companion.settings import load

    text = read_text(arguments.events)
    events = parse_table(text, str(arguments.events), in_order=False)
    card = Card("")
    if arguments.learner:
        from ii_companion.session.codes import code

        card = arguments.open_store().card(code(arguments.learner))
    loaded = load()
    content = load_prompts(loaded.settings.language, loaded.own_prompts, check_shipped=False)
    for complaint in content.complaints:
        tell(complaint)
    try:
        story = replay(
            events, Coaching(content.prompts, arguments.stage, solo=not arguments.mentor, card=card)
        )
    except IllegalEvent:
        parse_table(text, str(arguments.events))  # says in which line, and what was expected
        raise
    measures = report(story.tally, story.session.t)
    if arguments.json:
        prompts = [
            {
                "t": shown.t,
                "id": shown.prompt.id,
                "text": shown.prompt.text,
                "trigger": shown.prompt.trigger,
                "reason": str(shown.prompt.reason),
            }
            for shown in story.shown
        ]
        print_json({**msgspec.to_builtins(measures), "prompts": prompts})
        return 0
    print("\n".join(map(render, summary(measures))))
    print()
    print(
        ngettext(
            "The coach would have spoken {n} time at stage {stage}.",
            "The coach would have spoken {n} times at stage {stage}.",
            len(story.shown),
            stage=arguments.stage,
        )
    )
    for shown in story.shown:
        print(f"{clock_time(shown.t)}  {shown.prompt.text}  ({render(shown.prompt.reason)})")
    return 0
