"""`ii-companion` without a command: the home screen, or its menu."""

from __future__ import annotations

import argparse

from ii_companion.verbs.terminal import goes_line_by_line


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.settings import load

    loaded = load()
    if goes_line_by_line(arguments, loaded.settings):
        from ii_companion.plain.verbs import Plainly

        plainly = Plainly(arguments.open_store(), loaded)
        return plainly.run(plainly.home())
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    app = CompanionApp(arguments.open_store(), loaded=loaded)
    code = app.run_to_end()
    if app.settings.school_sync == "leaving" and app.store.joined:
        from ii_companion.school.leaving import sync_when_left

        sync_when_left(app.store.where)
    return code
