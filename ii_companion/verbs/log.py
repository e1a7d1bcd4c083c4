"""`ii-companion log`: the brief logs, listed, shown and deleted."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_json, command, plain, print_json, tell

if TYPE_CHECKING:
    from ii_companion.log.documents import Entry
    from ii_companion.log.places import Places
    from ii_companion.log.records import BriefLog
    from ii_companion.log.shelf import Shelf
    from ii_companion.session.events import Event


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "log",
        "list the brief logs",
        "ii-companion log show 20261123-101530-heron-4f2a",
        run_list,
    )
    add_json(parser)
    parser.add_argument("--practice", action="store_true", help="the practice logs, which are kept apart")
    parts = parser.add_subparsers(metavar="show ID | delete ID")
    show = command(
        parts,
        shared,
        "show",
        "show one brief log",
        "ii-companion log show 20261123-101530-heron-4f2a",
        run_show,
    )
    show.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, with the journal's events"
    )
    delete = command(
        parts,
        shared,
        "delete",
        "delete a brief log and its journal",
        "ii-companion log delete 20261123-101530-heron-4f2a",
        run_delete,
    )
    for one in (show, delete):
        one.add_argument("id", metavar="ID")
        one.add_argument("--practice", action="store_true", default=argparse.SUPPRESS, help="a practice log")
    delete.add_argument("--yes", action="store_true", help="do not ask")


def _places(arguments: argparse.Namespace) -> Places:
    from ii_companion.log.places import places

    kept = places(arguments.data_dir)
    return kept.practice if arguments.practice else kept


def run_list(arguments: argparse.Namespace) -> int:
    import gc

    from ii_companion.log.shelf import Shelf

    gc.disable()  # ten thousand logs are many objects and no cycles; collecting would double the time
    shelf = Shelf(_places(arguments), tell)
    if arguments.json:
        sys.stdout.buffer.write(shelf.json())
        return 0
    entries = shelf.entries()
    if not entries:
        print("No sessions are logged yet. `ii-companion start` begins one.")
        return 0
    sys.stdout.write("\n".join(_line(entry) for entry in entries) + "\n")
    return 0


def _line(entry: Entry) -> str:
    head = f"{entry.started_at:%Y-%m-%d %H:%M}  {entry.duration_s / 60:4.0f} min  {entry.learner:<12} {entry.end_reason.replace('_', ' '):<20}"
    return f"{head} {entry.id}  {plain(entry.words[:48])}".rstrip()


def run_show(arguments: argparse.Namespace) -> int:
    import msgspec

    from ii_companion.log.journal import journal_path, read_journal
    from ii_companion.log.shelf import Shelf

    kept = _places(arguments)
    log = _wanted(Shelf(kept, tell), arguments.id)
    journal = journal_path(kept.journals, log.id)
    events: list[Event] = []
    if journal.exists():
        try:
            written = read_journal(journal)
        except Refusal as refusal:  # the brief log can be shown all the same
            tell(str(refusal))
        else:
            events = list(written.events)
            if written.complaint:
                tell(written.complaint)
    if arguments.json:
        print_json({**msgspec.to_builtins(log), "events": events})
        return 0
    _print_log(log)
    return 0


def _wanted(shelf: Shelf, session_id: str) -> BriefLog:
    log = shelf.get(session_id)
    if log is None:
        raise Refusal(f"There is no brief log {session_id}. `ii-companion log` lists those there are.")
    return log


def _print_log(log: BriefLog) -> None:
    from ii_companion.session.summary import summary

    who = ", ".join(
        f"{word} {code}"
        for word, code in (("practitioner", log.practitioner), ("mentor", log.mentor))
        if code
    )
    print(
        f"{log.id}\n{log.started_at:%Y-%m-%d %H:%M} UTC · learner {log.learner}{' · ' + who if who else ''} · stage {log.stage} · {log.mode}"
    )
    print(f"ended: {log.end_reason.replace('_', ' ')}{' · ' + plain(log.place) if log.place else ''}")
    if log.measures is not None:
        print("\n".join(summary(log.measures)))
    for name in ("what_happened", "typical_moment", "best_moment", "next_time"):
        if text := getattr(log, name):
            print(f"{name.replace('_', ' ')}: {plain(text)}")
    if log.fundamentals:
        print("fundamentals: " + ", ".join(log.fundamentals))
    for prompt in log.prompts:
        print(f"prompt at {prompt.t:.0f} s: {prompt.id} ({prompt.trigger.replace('_', ' ')})")


def run_delete(arguments: argparse.Namespace) -> int:
    from ii_companion.log.documents import Entry
    from ii_companion.log.erase import Doomed, of_sessions, remove
    from ii_companion.log.journal import is_live, journal_path
    from ii_companion.log.shelf import Shelf
    from ii_companion.verbs.common import sure

    kept = _places(arguments)
    shelf = Shelf(kept, tell)
    log = _wanted(shelf, arguments.id)
    journal = journal_path(kept.journals, log.id)
    if is_live(journal):
        raise Refusal(f"The session {log.id} is running. End it first.")
    what = f"the brief log {log.id} ({log.learner}, {log.started_at:%Y-%m-%d %H:%M})"
    if journal.exists():
        what += f" and its journal {journal.name}"
    if not sure(what, yes=arguments.yes):
        return 1
    entry = Entry.of(log)
    remove(kept, Doomed((entry,), tuple(of_sessions(kept, (entry,)))))
    print(f"Removed {what}.")
    return 0
