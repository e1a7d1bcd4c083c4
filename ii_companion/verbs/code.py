"""`ii-companion code`: a second observer codes a session again, blind to the first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_plain, command
from ii_companion.verbs.terminal import goes_line_by_line, refuse_unfit_terminal
from ii_companion.words import _

if TYPE_CHECKING:
    from datetime import datetime

    from ii_companion.log.store import Store


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "code",
        _("code a session again, blind to the first coder"),
        _("Code a session again, blind to the first coder."),
        "ii-companion code 20261123-101530-p17-4f2a --video film.mp4",
        run,
    )
    add_plain(parser)
    parser.add_argument("session", metavar=_("SESSION"), nargs="?", help=_("the session's id"))
    parser.add_argument(
        "--me",
        metavar=_("CODE"),
        default="",
        help=_("the second observer's code; of a new session the practitioner's"),
    )
    parser.add_argument(
        "--video",
        metavar=_("FILM"),
        help=_("code along this film, which plays beside the terminal in mpv; without a session, a new one"),
    )
    parser.add_argument(
        "--learner", metavar=_("CODE"), help=_("whose film it is, where there is no session yet")
    )
    parser.add_argument(
        "--date",
        metavar=_("DATE"),
        type=_filmed_at,
        help=_("when it was filmed, such as 2026-11-20 or 2026-11-20T10:15; now unless said"),
    )
    parser.add_argument(
        "--countdown",
        metavar="S",
        type=_seconds,
        default=3,
        help=_("count down before the clock starts, to start a recording together (3)"),
    )


def _filmed_at(text: str) -> datetime:
    from ii_companion.files.coding import dated  # 10 ms, which `--help` need not pay

    found = dated(text)
    if found is None:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a date; expected YYYY-MM-DD or YYYY-MM-DDTHH:MM", text=text)
        )
    return found


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
    me = code(arguments.me, "observer") if arguments.me else ""
    if arguments.session is None:
        return _new(kept, me, arguments)
    if not kept.has(arguments.session):
        raise Refusal(
            "There is no session {id}. `ii-companion log` lists those there are.", id=arguments.session
        )
    if arguments.learner or arguments.date:
        arguments.parser.error(
            _("--learner and --date are for a film without a session; the session says whose it is, and when")
        )
    film = None
    loaded = load()
    if arguments.video is not None:
        from ii_companion.player.look import looked_at  # starts mpv for a third of a second

        film = looked_at(arguments.video)
        refuse_unfit_terminal()
    elif goes_line_by_line(arguments, loaded.settings):
        from ii_companion.plain.verbs import Plainly

        plainly = Plainly(kept, loaded)
        return plainly.run(plainly.coding(arguments.session, me, arguments.countdown))
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.log.clock import SystemClock

    if film is None:
        from ii_companion.screens.coding import CountdownScreen

        countdown = CountdownScreen(kept, arguments.session, me, arguments.countdown)
        return CompanionApp(kept, first=countdown, loaded=loaded).run_to_end()
    from ii_companion.screens.film_coding import code_along

    clock = SystemClock()
    first = code_along(kept, arguments.session, me, film, clock, loaded.settings)
    return CompanionApp(kept, clock=clock, loaded=loaded, first=first).run_to_end()


def _new(kept: Store, me: str, arguments: argparse.Namespace) -> int:
    """A new session from a film that was never coded."""
    if arguments.video is None:
        arguments.parser.error(_("name a session, or a film with --video"))
    if not arguments.learner:
        arguments.parser.error(_("say whose film it is with --learner CODE, or name its session"))
    from ii_companion.log.plan import Plan

    plan = Plan(learner=arguments.learner, practitioner=me, stage=4).checked()
    from ii_companion.player.look import looked_at  # starts mpv for a third of a second

    film = looked_at(arguments.video)
    refuse_unfit_terminal()
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.log.clock import SystemClock
    from ii_companion.screens.film_coding import begin_along
    from ii_companion.settings import load

    clock, loaded = SystemClock(), load()
    first = begin_along(kept, plan, film, clock, loaded.settings, arguments.date)
    return CompanionApp(kept, clock=clock, loaded=loaded, first=first).run_to_end()
