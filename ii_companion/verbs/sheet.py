"""`ii-companion sheet`: a session's marked moments on a page, for the team's meeting."""

from __future__ import annotations

import argparse
from pathlib import Path

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, command, tell
from ii_companion.words import _, ngettext


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "sheet",
        _("write a session's marked moments on a page, to talk about"),
        _("Write a session's marked moments on a page, to talk about: HTML or DOCX."),
        "ii-companion sheet 20261123-101530-p17-4f2a --out moments.html",
        run,
    )
    parser.add_argument("session", metavar=_("SESSION"), help=_("the session's id"))
    parser.add_argument(
        "--format", choices=("html", "docx"), help=_("what is written; by the file's ending unless said")
    )
    parser.add_argument(
        "--out", metavar=_("PATH"), type=Path, help=_("the file to write; SESSION-moments.html unless said")
    )
    parser.add_argument("--force", action="store_true", help=_("write over a file that is there"))


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.files import IDENTIFYING
    from ii_companion.files.sessions import whole_session, write_file
    from ii_companion.log.activity import Did
    from ii_companion.log.store import part_of
    from ii_companion.settings import load

    kept = arguments.open_store().telling(tell)
    session = whole_session(kept, arguments.session, tell)
    if session.header is None:
        raise Refusal(
            "The journal of {id} is gone, or cannot be read; there are no events.", id=session.log.id
        )
    film = part_of(kept, session.log.id).film(session.log.id)
    form = arguments.format or (
        "docx" if arguments.out and arguments.out.suffix.lower() == ".docx" else "html"
    )
    out = arguments.out or Path(f"{session.log.id}-moments.{form}")
    language = load().settings.language
    if form == "html":
        from ii_companion.files.talk import html

        data = html(session, film, language)
    else:
        from ii_companion.files.talk_docx import document

        data = document(session, film, language)
    write_file(out, data, force=arguments.force)
    kept.did(Did.EXPORTED, [session.log.id])
    moments = sum(event.kind == "moment" for event in session.effective())
    done = ngettext("{n} moment written to {path}.", "{n} moments written to {path}.", moments, path=out)
    tell(f"{done} {_(IDENTIFYING)}")
    return 0
