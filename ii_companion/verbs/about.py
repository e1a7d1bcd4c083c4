"""`ii-companion about`: everything held about a learner, or a member of staff, in one folder for whoever asks to see it."""

from __future__ import annotations

import argparse
from pathlib import Path

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_me, command, store_of, tell
from ii_companion.words import _, ngettext


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "about",
        _("gather everything held about somebody"),
        _(
            "Gather everything held about a learner, or with --staff about a member of staff, in one folder, for a "
            "request to see it. Other people's codes become letters; a list names the free texts to read first."
        ),
        "ii-companion about p17 --out p17",
        run,
    )
    parser.add_argument("learner", metavar=_("CODE"), nargs="?", help=_("the learner"))
    parser.add_argument("--staff", metavar=_("CODE"), help=_("a member of staff instead"))
    parser.add_argument("--out", metavar=_("DIR"), type=Path, required=True, help=_("a new or empty folder"))
    parser.add_argument("--unredacted", action="store_true", help=_("leave other people's codes as they are"))
    add_me(parser)


def run(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from ii_companion import words
    from ii_companion.files.dossier import files, gather
    from ii_companion.files.sessions import write_file
    from ii_companion.log.activity import Did
    from ii_companion.log.places import expanded, make_folder
    from ii_companion.session.codes import code
    from ii_companion.settings import load
    from ii_companion.verbs.bar import bar

    if bool(arguments.learner) == bool(arguments.staff):
        arguments.parser.error(_("name a learner, or a member of staff with --staff"))
    staff = bool(arguments.staff)
    who = code(arguments.staff, "practitioner") if staff else code(arguments.learner)
    store, out = store_of(arguments), expanded(str(arguments.out))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refusal("{path} is there and not empty. Name a new folder.", path=out)
    with bar(_("Gathering")):
        held = gather(store, who, staff=staff, unredacted=arguments.unredacted, tell=tell)
        made = files(held, load().settings.language, words.date_and_time(datetime.now(UTC).astimezone()))
    for name, data in made.items():
        make_folder((out / name).parent)
        write_file(out / name, data, force=False)
    sessions = [session.kept.log.id for session in held.sessions] if not staff else []
    store.did(Did.GATHERED, sessions, learner="" if staff else who)
    print(
        ngettext(
            "{n} session of {who} gathered in {path}; begin with index.html.",
            "{n} sessions of {who} gathered in {path}; begin with index.html.",
            len(held.sessions),
            who=who,
            path=out,
        )
    )
    print(_("Read free-texts.html before the folder leaves: names may stand in what people wrote."))
    return 0
