"""Whether this terminal can show the app, and whether to go line by line; a sentence beats a broken screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

if TYPE_CHECKING:
    import argparse

    from ii_companion.settings import Settings

ACCESSIBLE_VARIABLE = "ACCESSIBLE"
"""Set to 1, as other command-line programs know it: line by line."""
SMALLEST = 40, 12
"""Columns and rows of the smallest screen there is room on."""


def goes_line_by_line(arguments: argparse.Namespace, settings: Settings) -> bool:
    """Whether a person asked for lines, or this terminal can show nothing else. Raises Refusal if it can do neither."""
    if asked_for_lines(arguments, settings):
        return True
    if sys.stdin.isatty() and sys.stdout.isatty() and lines_alone():
        return True
    refuse_unfit_terminal()
    return False


def asked_for_lines(arguments: argparse.Namespace, settings: Settings) -> bool:
    """Whether a person wants lines: by an option, a setting, or the environment."""
    in_environment = os.environ.get(ACCESSIBLE_VARIABLE, "0") not in ("", "0")
    return bool(arguments.plain) or settings.plain or in_environment


def lines_alone() -> str:
    """Why this terminal can show lines and no screen, as a sentence for `words.render`; empty if it can."""
    term = os.environ.get("TERM", "")
    if sys.platform != "win32" and term in ("", "dumb", "unknown"):
        return said(
            "This terminal (TERM={term}) cannot place words on the screen; sessions go line by line in it.",
            term=term or said("not set"),
        )
    from shutil import get_terminal_size  # 5 ms, which `--help` need not pay

    size = get_terminal_size()
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        return said(
            "This terminal has {columns}×{rows} cells; under {least_columns}×{least_rows} sessions go line by line.",
            columns=size.columns,
            rows=size.lines,
            least_columns=SMALLEST[0],
            least_rows=SMALLEST[1],
        )
    return ""


def refuse_unfit_terminal() -> None:
    """Raise Refusal where the app could not be shown or would not hear its keys."""
    if problem := unfit():
        raise Refusal(problem)


def unfit() -> str:
    """Why the app cannot run here, as a sentence for `words.render`; empty if it can."""
    if not sys.stdin.isatty():
        return said(
            "Standard input is not a terminal, so no key could be read. Run ii-companion in a terminal window."
        )
    if not sys.stdout.isatty() or not sys.stderr.isatty():
        return said(
            "The output does not go to a terminal, so nothing could be shown. Run ii-companion without redirection."
        )
    term = os.environ.get("TERM", "")
    if sys.platform != "win32" and term in ("", "dumb", "unknown"):
        return said(
            "This terminal (TERM={term}) cannot place words on the screen. Use another terminal window.",
            term=term or said("not set"),
        )
    encoding = (sys.stdout.encoding or "").lower().replace("-", "").replace("_", "")
    if encoding not in ("utf8", "utf8sig", "cp65001"):
        return said(
            "This terminal's encoding is {encoding}; ii-companion needs UTF-8. Set LANG to a UTF-8 locale, such as en_GB.UTF-8.",
            encoding=sys.stdout.encoding,
        )
    return ""
