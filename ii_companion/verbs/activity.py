"""`ii-companion activity`: what was done with somebody's data, listed and filtered."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ii_companion.printable import plain
from ii_companion.verbs.common import Verbs, a_date, add_json, command, print_json, tell
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from ii_companion.log.activity import Line

SHOWN = 3
"""Sessions named in a line; `--json` names all."""


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "activity",
        _("list what was done with people's data"),
        _(
            "List what was done with people's data, the newest first: when, what, by whom, which sessions. "
            "An erasure is found by the learner's code, though the record holds only a salted hash of it."
        ),
        "ii-companion activity --learner p17 --since 2026-09-01",
        run,
    )
    parser.add_argument("--learner", metavar=_("CODE"), help=_("only what was about this learner"))
    parser.add_argument("--who", metavar=_("CODE"), help=_("only what this person did"))
    parser.add_argument("--session", metavar=_("ID"), help=_("only what was about this session"))
    parser.add_argument(
        "--act",
        metavar=_("ACT"),
        action="append",
        default=[],
        help=_("only such acts: exported, imported, erased, deleted, edited, opened …; may be said again"),
    )
    parser.add_argument("--since", metavar=_("DATE"), type=a_date, help=_("on this day or later"))
    parser.add_argument("--until", metavar=_("DATE"), type=a_date, help=_("on this day or earlier"))
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.activity import about_learner
    from ii_companion.session.codes import code

    store = arguments.open_store().telling(tell)
    lines = [line for part in (store, store.practice, store.codings) for line in part.activity()]
    if arguments.learner:
        lines = about_learner(lines, code(arguments.learner))
    if arguments.who:
        who = code(arguments.who, "practitioner")
        lines = [line for line in lines if line.who == who]
    if arguments.session:
        lines = [line for line in lines if arguments.session in line.sessions]
    if arguments.act:
        _known(arguments.act)
        lines = [line for line in lines if line.act in arguments.act]
    lines = [line for line in lines if _within(line.at, arguments)]
    lines.sort(key=lambda line: line.at)
    lines.reverse()  # of one second, too, the last comes first
    if arguments.json:
        print_json(
            [
                {
                    "at": line.at,
                    "act": line.act,
                    "who": line.who or None,
                    "learner": line.learner or None,
                    "sessions": line.sessions,
                    "n": line.n or len(line.sessions),
                    "hashes": line.hashes,
                }
                for line in lines
            ]
        )
        return 0
    if not lines:
        print(_("Nothing of the kind is noted."))
        return 0
    print("\n".join(plain(_said(line)) for line in lines))
    return 0


def _known(acts: list[str]) -> None:
    """Raise Refusal for an act there is none of."""
    from ii_companion.log.activity import Did
    from ii_companion.session.refusal import Refusal

    wrong = next((act for act in acts if act not in set(Did)), None)
    if wrong is not None:
        raise Refusal("“{act}” is no act; there are {known}.", act=wrong, known=", ".join(Did))


def _within(at: datetime, arguments: argparse.Namespace) -> bool:
    day = at.astimezone().date()
    return not (
        (arguments.since is not None and day < arguments.since)
        or (arguments.until is not None and day > arguments.until)
    )


def _said(line: Line) -> str:
    """An act in a line."""
    from ii_companion.log.activity import DID_WORDS

    what = _(DID_WORDS[line.act]) if line.act in DID_WORDS else line.act
    parts = [f"{line.at.astimezone():%Y-%m-%d %H:%M}", f"{line.who or '–':<8}", f"{what:<28}"]
    if line.learner:
        parts.append(line.learner)
    if line.sessions:
        more = len(line.sessions) - SHOWN
        named = ", ".join(line.sessions[:SHOWN])
        parts.append(
            ngettext("{named} and {n} more", "{named} and {n} more", more, named=named) if more > 0 else named
        )
    if line.hashes and line.n:
        parts.append(
            ngettext("{n} session of a learner erased since", "{n} sessions of learners erased since", line.n)
        )
    elif line.hashes:
        parts.append(_("(a learner whose code is not kept)"))
    elif line.n:
        parts.append(ngettext("all there were: {n} session", "all there were: {n} sessions", line.n))
    return "  ".join(parts).rstrip()
