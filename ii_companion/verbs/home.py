"""`ii-companion` without a command: the home screen."""

from __future__ import annotations

import argparse

from ii_companion.verbs.terminal import refuse_unfit_terminal


def run(arguments: argparse.Namespace) -> int:
    refuse_unfit_terminal()
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    app = CompanionApp(arguments.open_store())
    code = app.run_to_end()
    if app.settings.school_sync == "leaving" and app.store.joined:
        from ii_companion.school.leaving import sync_when_left

        sync_when_left(app.store.where)
    return code
