"""`ii-companion note`: a moment without a laptop, noted afterwards in one line, or on the form."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ii_companion.verbs.common import Verbs, a_date, add_plain, command
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.plan import Plan


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "note",
        _("note a moment afterwards, without a session"),
        _("Note a moment afterwards, without a session. Without words it opens the form."),
        'ii-companion note p17 --me k7 --minutes 5 --at 14:10 --place pool "She splashed, I splashed back."',
        run,
    )
    add_plain(parser)
    parser.add_argument("learner", nargs="?", metavar=_("CODE"), help=_("the learner's code, never a name"))
    parser.add_argument("words", nargs="*", metavar=_("WORDS"), help=_("what happened, in a sentence or two"))
    parser.add_argument("--me", metavar=_("CODE"), help=_("the practitioner's code; remembered"))
    parser.add_argument("--minutes", metavar="N", default="", help=_("how long it was"))
    parser.add_argument(
        "--at",
        metavar=_("HH:MM"),
        default="",
        help=_("when it began, today, or yesterday if that lies ahead"),
    )
    parser.add_argument("--date", type=a_date, metavar=_("DATE"), help=_("the day, YYYY-MM-DD"))
    parser.add_argument("--place", metavar=_("TEXT"), default="", help=_("where it happened"))
    _options_anywhere(parser)


def _options_anywhere(parser: argparse.ArgumentParser) -> None:
    """Let the words follow the options: argparse by itself takes all that has no dash from the first place."""
    plainly = parser.parse_known_args

    def parse(args=None, namespace=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - both: argparse's own shape
        parser.parse_known_args = plainly  # type: ignore[method-assign]  # argparse has no other seam
        try:
            return parser.parse_known_intermixed_args(args, namespace)
        finally:
            parser.parse_known_args = parse  # type: ignore[method-assign]  # argparse has no other seam

    parser.parse_known_args = parse  # type: ignore[method-assign]  # argparse has no other seam


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.afterwards import began, kept_words, minutes_of, note

    kept = arguments.open_store()
    plan = kept.last_plan().changed(
        learner=arguments.learner, practitioner=arguments.me, mentor="", place=arguments.place
    )
    words = " ".join(arguments.words).strip()
    if not words:
        return _on_the_form(arguments, plan)
    now = datetime.now(UTC)
    minutes = minutes_of(arguments.minutes)
    log = note(plan, began(arguments.at, arguments.date, minutes, now), minutes, words)
    kept.ready()
    kept.save(log)
    print(kept_words(log, now))
    return 0


def _on_the_form(arguments: argparse.Namespace, plan: Plan) -> int:
    from ii_companion.settings import load
    from ii_companion.verbs.terminal import goes_line_by_line

    loaded = load()
    plainly = goes_line_by_line(arguments, loaded.settings)
    if plan.learner:
        plan.checked()
    kept = arguments.open_store()
    if plainly:
        from ii_companion.plain.verbs import Plainly

        asked = Plainly(kept, loaded)
        return asked.run(asked.note(plan, at=arguments.at, on=arguments.date, minutes=arguments.minutes))
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.screens.note import NoteScreen

    screen = NoteScreen(kept, plan, at=arguments.at, on=arguments.date, minutes=arguments.minutes)
    return CompanionApp(kept, first=screen, loaded=loaded).run_to_end()
