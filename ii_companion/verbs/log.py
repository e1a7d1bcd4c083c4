"""`ii-companion log`: the brief logs, listed, shown and deleted."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ii_companion.printable import plain
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import listed, said
from ii_companion.verbs.common import Verbs, add_json, add_me, add_plain, command, print_json, store_of, tell
from ii_companion.words import _, ngettext, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from ii_companion.log.documents import Entry
    from ii_companion.log.store import Store, Watched, Written
    from ii_companion.session.events import Event


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "log",
        _("list the brief logs"),
        _("List the brief logs."),
        "ii-companion log show 20261123-101530-p17-4f2a",
        run_list,
    )
    add_json(parser)
    add_plain(parser)
    add_me(parser)
    parser.add_argument("--practice", action="store_true", help=_("the practice logs, which are kept apart"))
    session = _("ID")
    kinds = [*(f"{verb} {session}" for verb in ("show", "delete", "restore")), "recount"]
    parts = parser.add_subparsers(metavar=" | ".join(kinds))
    show = command(
        parts,
        shared,
        "show",
        _("show one brief log"),
        _("Show one brief log."),
        "ii-companion log show 20261123-101530-p17-4f2a",
        run_show,
    )
    show.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help=_("print JSON, with the journal's events"),
    )
    delete = command(
        parts,
        shared,
        "delete",
        _("delete a brief log and its journal"),
        _("Delete a brief log and its journal."),
        "ii-companion log delete 20261123-101530-p17-4f2a",
        run_delete,
    )
    back = command(
        parts,
        shared,
        "restore",
        _("put back a brief log that was changed outside ii-companion"),
        _(
            "Put back a brief log as it was saved, from the backup of its month, where it was changed outside "
            "ii-companion. What is there now stays as an earlier version."
        ),
        "ii-companion log restore 20261123-101530-p17-4f2a",
        run_restore,
    )
    again = command(
        parts,
        shared,
        "recount",
        _("take the measures again from the journals"),
        _("Take the measures of every log again from its journal. The version before stays."),
        "ii-companion log recount",
        run_recount,
    )
    for one in (show, delete, back, again):
        add_plain(one)
        add_me(one)
        if one is not again:
            one.add_argument("id", metavar=_("ID"))
        one.add_argument(
            "--practice", action="store_true", default=argparse.SUPPRESS, help=_("a practice log")
        )
    delete.add_argument("--yes", action="store_true", help=_("do not ask"))


def _store(arguments: argparse.Namespace) -> Store:
    store = store_of(arguments)
    return store.practice if arguments.practice else store


def run_list(arguments: argparse.Namespace) -> int:
    import gc

    gc.disable()  # ten thousand logs are many objects and no cycles; collecting would double the time
    from ii_companion.log.activity import Did

    store = _store(arguments)
    if arguments.json:
        import msgspec

        data = store.json()
        sys.stdout.buffer.write(data)
        if n := len(msgspec.json.decode(data, type=list[msgspec.Raw])):
            store.did(Did.OPENED, n=n)
        return 0
    entries = store.entries()
    if not entries:
        print(_("No sessions are logged yet. `ii-companion start` begins one."))
        return 0
    line = _plain_line_of() if _asked_for_lines(arguments) else _line_of()
    sys.stdout.write("\n".join(line(entry) for entry in entries) + "\n")
    store.did(Did.OPENED, n=len(entries))
    return 0


def _asked_for_lines(arguments: argparse.Namespace) -> bool:
    from ii_companion.settings import load
    from ii_companion.verbs.terminal import asked_for_lines

    return asked_for_lines(arguments, load().settings)


def _plain_line_of() -> Callable[[Entry], str]:
    """A log as a line without columns, its id last."""
    from ii_companion.dialogue.left_words import log_line

    return lambda entry: f"{log_line(entry)}  {entry.id}"


def _line_of() -> Callable[[Entry], str]:
    """How a log is said in a line: what ten thousand lines have in common is put in words once."""
    from functools import cache

    from ii_companion.log.header import MODE_WORDS, Mode
    from ii_companion.log.records import END_WORDS

    afterwards = _(MODE_WORDS[Mode.AFTERWARDS])
    ends = {reason: _(pattern) for reason, pattern in END_WORDS.items()}
    widest = max(20, *map(len, ends.values()))

    @cache
    def length(minutes: str) -> str:
        return _("{minutes} min", minutes=minutes)

    def line(entry: Entry) -> str:
        when = f"{entry.started_at.astimezone():%Y-%m-%d %H:%M}"
        how_long = length(f"{entry.duration_s / 60:4.0f}" if entry.duration_s else "   –")
        head = f"{when}  {how_long}  {entry.learner:<12} {ends[entry.end_reason]:<{widest}}"
        mark = f"{afterwards}: " if entry.mode is Mode.AFTERWARDS else ""
        return f"{head} {entry.id}  {mark}{plain(entry.words[:48])}".rstrip()

    return line


def run_show(arguments: argparse.Namespace) -> int:
    import msgspec

    from ii_companion.log.activity import Did
    from ii_companion.log.store import wanted

    store = _store(arguments)
    log = wanted(store, arguments.id)
    events: list[Event] = []
    written: Written | None = None
    try:
        written = store.written(log.id)
    except Refusal as refusal:  # the brief log can be shown all the same
        tell(refusal.sentence)
    else:
        if written is not None:
            events = list(written.events)
            if written.complaint:
                tell(written.complaint)
    watched = store.watched(log.id)
    store.did(Did.OPENED, [log.id])
    if arguments.json:
        print_json(
            {**msgspec.to_builtins(log), "events": events, **({"watched": watched} if watched else {})}
        )
        return 0
    from ii_companion.dialogue.log_words import edited, prompt_words, whole
    from ii_companion.settings import load

    print("\n".join(whole(log, prompt_words(written, load()))))
    for one in watched:
        print(_watched(one))
    for line in edited(store.edits(log.id)):
        print(line)
    for change in store.verify_session(log.id):
        tell(render(change.what))
        if change.do:
            tell(render(change.do))
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    store = _store(arguments)
    store.put_back(arguments.id)
    print(_("{id} is as it was saved. What was there before stays as an earlier version.", id=arguments.id))
    return 0


def _watched(one: Watched) -> str:
    """A line about somebody who watched from another device."""
    from ii_companion.session.lengths import clock_time

    who = plain(one.who) or _("somebody without a code")
    places = {"time": clock_time(one.t), "who": who, "role": plain(one.role)}
    if one.what == "joined":
        return _("{time}  {who} joined from another device ({role})", **places)
    if one.what == "turned_away":
        return _("{time}  {who} was turned away ({role})", **places)
    return _("{time}  {who} left ({role})", **places)


def run_recount(arguments: argparse.Namespace) -> int:
    from ii_companion.log.recount import recount
    from ii_companion.verbs.bar import bar

    with bar(_("Counting")):
        found = recount(_store(arguments), tell)
    print(
        ngettext(
            "{n} log was counted again; its version before stays.",
            "{n} logs were counted again; their versions before stay.",
            found.changed,
        ),
        ngettext("{n} is as it was.", "{n} are as they were.", found.same),
        ngettext("{n} has no journal to count from.", "{n} have no journal to count from.", found.left),
    )
    return 0


def run_delete(arguments: argparse.Namespace) -> int:
    from ii_companion.log.store import wanted
    from ii_companion.verbs.common import sure

    store = _store(arguments)
    log = wanted(store, arguments.id)
    if store.is_live(log.id):
        raise Refusal("The session {id} is running. End it first.", id=log.id)
    doomed = store.of_session(log.id)
    things = [
        said(
            "the brief log {id} ({learner}, {time})",
            id=log.id,
            learner=log.learner,
            time=f"{log.started_at.astimezone():%Y-%m-%d %H:%M}",
        )
    ]
    if doomed.journals:
        things.append(said("its journal {name}", name=log.journal or f"{log.id}.jsonl"))
    what = listed(things)
    if not sure(
        _("This removes for good: {things}.", things=what),
        yes=arguments.yes,
        unasked=Refusal(
            "This would remove for good: {things}. Say --yes to do so without being asked.", things=what
        ),
    ):
        return 1
    store.remove(doomed)
    print(_("Removed: {things}.", things=what))
    return 0
