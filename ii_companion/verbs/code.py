"""`ii-companion code`: a second observer codes a session again, blind to the first."""

from __future__ import annotations

import argparse

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_plain, command
from ii_companion.verbs.terminal import goes_line_by_line
from ii_companion.words import _


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "code",
        _("code a session again, blind to the first coder"),
        _("Code a session again, blind to the first coder."),
        "ii-companion code 20261123-101530-p17-4f2a",
        run,
    )
    add_plain(parser)
    parser.add_argument("session", metavar=_("SESSION"), help=_("the session's id"))
    parser.add_argument("--me", metavar=_("CODE"), default="", help=_("the second observer's code"))
    parser.add_argument(
        "--countdown",
        metavar="S",
        type=_seconds,
        default=3,
        help=_("count down before the clock starts, to start a recording together (3)"),
    )


def _seconds(text: str) -> int:
    if not text.isdigit() or int(text) > 60:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a countdown; expected 0 to 60 seconds", text=text)
        )
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.session.codes import code
    from ii_companion.settings import load

    kept = arguments.open_store()
    if not kept.has(arguments.session):
        raise Refusal(
            "There is no session {id}. `ii-companion log` lists those there are.", id=arguments.session
        )
    me = code(arguments.me, "observer") if arguments.me else ""
    loaded = load()
    if goes_line_by_line(arguments, loaded.settings):
        from ii_companion.plain.verbs import Plainly

        plainly = Plainly(kept, loaded)
        return plainly.run(plainly.coding(arguments.session, me, arguments.countdown))
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.screens.coding import CountdownScreen

    countdown = CountdownScreen(kept, arguments.session, me, arguments.countdown)
    return CompanionApp(kept, first=countdown, loaded=loaded).run_to_end()
