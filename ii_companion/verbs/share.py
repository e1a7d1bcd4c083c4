"""`ii-companion share`: the home screen, with pairing open at once."""

from __future__ import annotations

import argparse

from ii_companion.verbs.common import Verbs, command
from ii_companion.verbs.terminal import refuse_unfit_terminal
from ii_companion.words import _


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "share",
        _("pair a screen, a phone or a mentor's laptop before a session"),
        _("Pair a screen, a phone or a mentor's laptop on this network, and then begin at home."),
        "ii-companion share remote",
        run,
    )
    parser.add_argument(
        "role",
        nargs="?",
        default="screen",
        choices=["screen", "remote", "mentor"],
        help=_("a screen that shows the words; a phone that may also send; a mentor's laptop"),
    )


def run(arguments: argparse.Namespace) -> int:
    kept = arguments.open_store()
    refuse_unfit_terminal()
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    return CompanionApp(kept, share=arguments.role).run_to_end()
