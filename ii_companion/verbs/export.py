"""`ii-companion export`: sessions in files that other people's programs open."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_me, command, store_of, tell
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ii_companion.files.sessions import Travelling
    from ii_companion.log.store import FilmLink, Store

FORMATS = ("csv", "events", "json", "boris", "eaf", "sdis", "html", "docx")
ONE_AT_A_TIME = ("events", "eaf", "html", "docx")
ON_FILM = ("boris", "eaf")
"""What names the film that a session is tied to."""
SEPARATORS = {",": ",", ";": ";", "tab": "\t"}


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "export",
        _("write sessions for other programs"),
        _("Write sessions for other programs."),
        "ii-companion export --learner p17 --format csv --out p17.csv",
        run,
    )
    parser.add_argument("ids", nargs="*", metavar=_("ID"), help=_("sessions; all of them unless said"))
    parser.add_argument("--learner", metavar=_("CODE"), help=_("only this learner's"))
    parser.add_argument(
        "--format",
        choices=FORMATS,
        required=True,
        help=_("csv: a row a session; events: the event table of one session"),
    )
    parser.add_argument("--out", metavar=_("PATH"), type=Path, required=True, help=_("the file to write"))
    parser.add_argument(
        "--separator",
        choices=SEPARATORS,
        default=",",
        help=_(
            "between the cells of csv and events; with ; numbers have a decimal comma, as Excel in Europe reads"
        ),
    )
    parser.add_argument("--force", action="store_true", help=_("write over a file that is there"))
    parser.add_argument(
        "--practice", action="store_true", help=_("the practice sessions, which are kept apart")
    )
    add_me(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.files import IDENTIFYING
    from ii_companion.files.sessions import collect, whole_session, with_journal, write_file
    from ii_companion.log.activity import Did
    from ii_companion.progress import going_through
    from ii_companion.session.codes import code
    from ii_companion.verbs.bar import bar

    kept = store_of(arguments)
    kept = kept.practice if arguments.practice else kept
    with bar(_("Reading sessions")):
        if arguments.ids:
            sessions = [
                whole_session(kept, one, tell) if "-coded-" in one else next(collect(kept, [one], tell))
                for one in going_through(arguments.ids)
            ]
        else:
            learner = code(arguments.learner) if arguments.learner else None
            logs = [log for log in reversed(kept.logs()) if learner in (None, log.learner)]
            sessions = [with_journal(kept, log, tell) for log in going_through(logs)]
    if not sessions:
        raise Refusal("There is no session to export.")
    if arguments.format in ONE_AT_A_TIME and len(sessions) > 1:
        raise Refusal(
            "{format} holds one session; name one of the {count} by its id.",
            format=arguments.format,
            count=len(sessions),
        )
    films = _films(kept, sessions) if arguments.format in ON_FILM else {}
    with bar(_("Writing")):
        data = written(arguments.format, sessions, SEPARATORS[arguments.separator], films)
    write_file(arguments.out, data, force=arguments.force)
    kept.did(Did.EXPORTED, [session.log.id for session in sessions])
    done = ngettext(
        "{n} session written to {path}.", "{n} sessions written to {path}.", len(sessions), path=arguments.out
    )
    tell(f"{done} {_(IDENTIFYING)}")
    if kept.sealed:
        tell(_("What was written is not sealed: whoever has {path} can read it.", path=arguments.out))
    return 0


def _films(kept: Store, sessions: list[Travelling]) -> dict[str, FilmLink]:
    """The films that sessions are tied to, by their ids; of one that cannot be told on its film's time, it is said."""
    from ii_companion.files.boris_out import on_film
    from ii_companion.log.store import part_of

    found = {}
    for session in sessions:
        film = part_of(kept, session.log.id).film(session.log.id)
        if film is not None and on_film(film):
            found[session.log.id] = film
        elif film is not None:
            tell(
                _(
                    "{id}: its film began after the session did, so it is written without the film.",
                    id=session.log.id,
                )
            )
    return found


def written(
    form: str,
    sessions: list[Travelling],
    separator: str = ",",
    films: Mapping[str, FilmLink] | None = None,
) -> bytes:
    """The sessions in a format; html, docx, eaf and events take the first alone. `films`: by the sessions' ids."""
    from ii_companion.settings import load

    if form == "csv":
        from ii_companion.files.sheet import sheet

        return sheet((session.log for session in sessions), separator)
    if form == "events":
        from ii_companion.log.table import write_table

        if sessions[0].header is None:
            raise Refusal(
                "The journal of {id} is gone, or cannot be read; there are no events.", id=sessions[0].log.id
            )
        return write_table(sessions[0].effective(), separator).encode()
    if form == "json":
        from ii_companion.files.sessions import encode

        return encode(sessions)
    if form == "boris":
        from ii_companion.files.boris_out import project

        return project(sessions, films)
    if form == "eaf":
        from ii_companion.files.elan_out import document as eaf

        film = (films or {}).get(sessions[0].log.id)
        return eaf(sessions[0], Path(film.path), film.at_s) if film is not None else eaf(sessions[0])
    if form == "sdis":
        from ii_companion.files.sdis import sequences

        return sequences(sessions)
    language = load().settings.language
    if form == "html":
        from ii_companion.files.report import html

        return html(sessions[0], language)
    from ii_companion.files.docx import document

    return document(sessions[0], language)
