"""`ii-companion` without a command: the home screen."""

from __future__ import annotations

import argparse

from ii_companion.verbs.terminal import refuse_unfit_terminal


def run(arguments: argparse.Namespace) -> int:
    refuse_unfit_terminal()
    from ii_companion.app import CompanionApp  # brings Textual, a quarter of a second

    return CompanionApp(arguments.open_store()).run_to_end()
