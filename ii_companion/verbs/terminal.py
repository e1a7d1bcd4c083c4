"""Whether this terminal can show the app; a sentence beats a broken screen."""

from __future__ import annotations

import os
import sys

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said


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
