"""`ii-companion mentor`: watch a session on another laptop, send a quiet word, or code it as a second observer."""

from __future__ import annotations

import argparse

from ii_companion.verbs.common import Verbs, command
from ii_companion.verbs.terminal import refuse_unfit_terminal
from ii_companion.words import _


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "mentor",
        _("watch a session on another laptop on this network"),
        _("Watch a session on another laptop on this network, once it has opened pairing (F9, l)."),
        "ii-companion mentor 192.168.1.23 --me k9",
        run,
    )
    parser.add_argument(
        "address",
        metavar=_("ADDRESS[:PORT]"),
        nargs="?",
        default="",
        help=_("what the other screen shows; without it the network is asked"),
    )
    parser.add_argument(
        "--me", metavar=_("CODE"), default="", help=_("your code, which the practitioner sees")
    )
    parser.add_argument(
        "--code", action="store_true", help=_("code the session as a second observer, blind to the first")
    )


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.session.codes import code

    kept = arguments.open_store()
    plan = kept.last_plan()
    me = code(arguments.me, "mentor") if arguments.me else plan.mentor or plan.practitioner
    from ii_companion.devices.code import Role
    from ii_companion.verbs.pairing import pair

    refuse_unfit_terminal()
    pairing = pair(arguments.address, Role.CODER if arguments.code else Role.MENTOR, me)
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    if arguments.code:
        from ii_companion.screens.coding_live import AwaitScreen

        return CompanionApp(kept, first=AwaitScreen(kept, pairing, me)).run_to_end()
    from ii_companion.screens.mentoring import MentoringScreen

    return CompanionApp(kept, first=MentoringScreen(pairing, me)).run_to_end()
