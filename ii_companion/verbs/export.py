"""`ii-companion export`: sessions in files that other people's programs open."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, command, tell

if TYPE_CHECKING:
    from ii_companion.files.sessions import Travelling

FORMATS = ("csv", "events", "json", "boris", "sdis", "html", "docx")
ONE_AT_A_TIME = ("events", "html", "docx")


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "export",
        "write sessions for other programs",
        "ii-companion export --learner heron --format csv --out heron.csv",
        run,
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="sessions; all of them unless said")
    parser.add_argument("--learner", metavar="CODE", help="only this learner's")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        required=True,
        help="csv: a row a session; events: the event table of one session",
    )
    parser.add_argument("--out", metavar="PATH", type=Path, required=True, help="the file to write")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument("--practice", action="store_true", help="the practice sessions, which are kept apart")


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.files import IDENTIFYING
    from ii_companion.files.sessions import collect, with_journal, write_file
    from ii_companion.log.places import places
    from ii_companion.log.shelf import Shelf
    from ii_companion.session.codes import code
    from ii_companion.session.summary import plural

    kept = places(arguments.data_dir)
    kept = kept.practice if arguments.practice else kept
    if arguments.ids:
        sessions = list(collect(kept, arguments.ids, tell))
    else:
        learner = code(arguments.learner) if arguments.learner else None
        logs = [log for log in reversed(Shelf(kept, tell).logs()) if learner in (None, log.learner)]
        sessions = [with_journal(kept, log, tell) for log in logs]
    if not sessions:
        raise Refusal("There is no session to export.")
    if arguments.format in ONE_AT_A_TIME and len(sessions) > 1:
        raise Refusal(f"{arguments.format} holds one session; name one of the {len(sessions)} by its id.")
    data = written(arguments.format, sessions)
    write_file(arguments.out, data, force=arguments.force)
    tell(f"{plural(len(sessions), 'session')} written to {arguments.out}. {IDENTIFYING}")
    return 0


def written(form: str, sessions: list[Travelling]) -> bytes:
    """The sessions in a format; html, docx and events take the first alone."""
    from ii_companion.settings import load

    if form == "csv":
        from ii_companion.files.sheet import sheet

        return sheet(session.log for session in sessions)
    if form == "events":
        from ii_companion.log.table import write_table

        if sessions[0].header is None:
            raise Refusal(
                f"The journal of {sessions[0].log.id} is gone, or cannot be read; there are no events."
            )
        return write_table(sessions[0].effective()).encode()
    if form == "json":
        from ii_companion.files.sessions import encode

        return encode(sessions)
    if form == "boris":
        from ii_companion.files.boris import project

        return project(sessions)
    if form == "sdis":
        from ii_companion.files.sdis import sequences

        return sequences(sessions)
    language = load().settings.language
    if form == "html":
        from ii_companion.files.report import html

        return html(sessions[0], language)
    from ii_companion.files.docx import document

    return document(sessions[0], language)
