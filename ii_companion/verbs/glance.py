"""`ii-companion glance`: the glance view of the running session, on a second display."""

from __future__ import annotations

import argparse

from ii_companion.verbs.common import Verbs, command
from ii_companion.verbs.terminal import refuse_unfit_terminal
from ii_companion.words import _


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    command(
        verbs,
        shared,
        "glance",
        _("show the running session's glance view on a second display"),
        _("Show the running session's glance view on a second display."),
        "ii-companion glance",
        run,
    )


def run(arguments: argparse.Namespace) -> int:

    kept = arguments.open_store()
    refuse_unfit_terminal()
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second
    from ii_companion.screens.glance import GlanceScreen

    return CompanionApp(kept, first=GlanceScreen(kept)).run_to_end()
