"""`ii-companion glance`: the glance view of the running session, on a second display."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ii_companion.verbs.common import Verbs, command
from ii_companion.verbs.terminal import refuse_unfit_terminal
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.store import Store


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "glance",
        _("show the running session's glance view on a second display"),
        _("Show the running session's glance view on a second display."),
        "ii-companion glance",
        run,
    )
    parser.add_argument(
        "--join",
        metavar=_("ADDRESS[:PORT]"),
        nargs="?",
        const="",
        help=_(
            "of a session on another laptop, once it has opened pairing (F9, s); without an address the network is asked"
        ),
    )


def run(arguments: argparse.Namespace) -> int:
    kept = arguments.open_store()
    refuse_unfit_terminal()
    if arguments.join is not None:
        return _joined(kept, arguments.join)
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.screens.glance import GlanceScreen

    return CompanionApp(kept, first=GlanceScreen(kept)).run_to_end()


def _joined(kept: Store, address: str) -> int:
    from ii_companion.devices.code import Role
    from ii_companion.verbs.pairing import pair

    pairing = pair(address, Role.SCREEN, "")
    from ii_companion.app import CompanionApp
    from ii_companion.screens.joined import JoinedScreen

    return CompanionApp(kept, first=JoinedScreen(pairing)).run_to_end()
