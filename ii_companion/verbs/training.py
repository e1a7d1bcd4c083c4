"""`ii-companion training`: who is due for what, by dates a person gave."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.verbs.common import Verbs, a_date, add_json, command, print_json
from ii_companion.words import _, render

if TYPE_CHECKING:
    from ii_companion.log.training import Standing


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "training",
        _("list who is due, or note a date"),
        _("List who is due, or note a date."),
        "ii-companion training k7 --refresher 2026-11-23",
        run,
    )
    parser.add_argument("practitioner", nargs="?", metavar=_("CODE"), help=_("whose date to note"))
    parser.add_argument("--induction", type=a_date, metavar=_("DATE"), help=_("YYYY-MM-DD"))
    parser.add_argument("--refresher", type=a_date, metavar=_("DATE"), help=_("YYYY-MM-DD"))
    parser.add_argument("--yes", action="store_true", help=_("do not question a date that lies ahead"))
    parser.add_argument("--csv", type=Path, metavar=_("PATH"), help=_("write the record as CSV"))
    parser.add_argument("--force", action="store_true", help=_("write over a file that is there"))
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.log.training import as_csv, standings
    from ii_companion.session.codes import code
    from ii_companion.session.refusal import Refusal

    kept = arguments.open_store()
    if arguments.practitioner:
        if arguments.induction is None and arguments.refresher is None:
            raise Refusal("Say which date: --induction or --refresher, each YYYY-MM-DD.")
        today = datetime.now().astimezone().date()
        ahead = next((d for d in (arguments.induction, arguments.refresher) if d and d > today), None)
        if ahead is not None and not arguments.yes:
            raise Refusal(
                "{date} lies ahead, and only what has been is noted. Say --yes if it is meant.", date=ahead
            )
        kept.note_date(
            code(arguments.practitioner, "practitioner"),
            induction=arguments.induction,
            refresher=arguments.refresher,
        )
    elif arguments.induction or arguments.refresher:
        raise Refusal("Say whose date it is: ii-companion training CODE --induction DATE.")
    every = standings(kept, datetime.now(UTC).date())
    if arguments.csv:
        from ii_companion.files.sessions import write_file

        write_file(arguments.csv, as_csv(every), force=arguments.force)
    if arguments.json:
        print_json(every)
        return 0
    if not every:
        print(_("Nobody yet. Note a date: ii-companion training CODE --induction YYYY-MM-DD"))
    for standing in every:
        print(f"{standing.practitioner:<12} {_line(standing)}")
    return 0


def _line(standing: Standing) -> str:
    line = _(
        "induction {induction}, last refresher {refresher}; practised {practised}, paired {paired}, "
        "observed {observed}",
        induction=standing.induction or "–",
        refresher=standing.last_refresher or "–",
        practised=standing.practised,
        paired=standing.paired,
        observed=standing.observed,
    )
    return f"{line}; {render(standing.due)}" if standing.due else line
