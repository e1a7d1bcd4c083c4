"""`ii-companion papers`: what a school's data-protection officer, IT, families and staff are given to read, filled in from this machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ii_companion import words
from ii_companion.verbs.common import Verbs, command, tell
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from ii_companion.log.store import Store
    from ii_companion.settings import Loaded


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "papers",
        _("write the papers a school signs or gives out"),
        _(
            "Write the papers a school signs or gives out, as HTML and DOCX: an impact assessment, a page for IT, "
            "privacy notices for families and for staff, a note on retention. Facts come from this machine; what "
            "the school must fill in is marked."
        ),
        "ii-companion papers --out papers",
        run,
    )
    parser.add_argument(
        "--out",
        metavar=_("DIR"),
        type=Path,
        default=Path("papers"),
        help=_("the folder to write into (papers)"),
    )
    parser.add_argument("--force", action="store_true", help=_("write over a file that is there"))


def run(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from ii_companion.files.papers import language_of, papers
    from ii_companion.files.sessions import write_file
    from ii_companion.log.places import expanded, make_folder
    from ii_companion.settings import load

    loaded, store = load(), arguments.open_store().telling(tell)
    ours, theirs = words.language(), language_of(loaded.settings.language)
    words.use(theirs)  # one language a paper, its dates and numbers too
    try:
        found = papers(theirs, facts(store, loaded, datetime.now(UTC)))
    finally:
        words.use(ours)
    out = expanded(str(arguments.out))
    make_folder(out)
    for one in found:
        write_file(out / f"{one.name}.html", one.html, force=arguments.force)
        write_file(out / f"{one.name}.docx", one.docx, force=arguments.force)
        print(_("{path} (and .docx): {title}", path=out / f"{one.name}.html", title=one.title))
    print(_("What stands in yellow is for the school to fill in. They are drafts until somebody has signed."))
    return 0


def facts(store: Store, loaded: Loaded, now: datetime) -> dict[str, Any]:
    """What the papers say of this machine."""
    import platform
    from importlib.metadata import PackageNotFoundError, requires

    from ii_companion import __version__
    from ii_companion.log.documents import past_their_time

    try:
        needed = [one for one in requires("ii-companion") or () if "extra ==" not in one]
    except PackageNotFoundError:  # run from its source
        needed = []
    mine = None
    if store.joined:
        from ii_companion.school.membership import membership

        mine = membership(Path(store.where))
    entries, months = [one for one in store.entries() if not one.school], loaded.settings.keep_months
    people = {entry.learner for entry in entries} | set(store.learners())
    days = sorted(entry.started_at for entry in entries)
    old = len(past_their_time(entries, months, now))
    return {
        "version": __version__,
        "date": words.day_of_year(now.astimezone()),
        "system": platform.system() or "–",
        "folder": store.where,
        "settings": str(loaded.path),
        "months": months,
        "logs": ngettext("{n} brief log", "{n} brief logs", len(entries)),
        "learners": ngettext("{n} learner", "{n} learners", len(people)),
        "since": words.day_of_year(days[0].astimezone()) if days else "",
        "until": words.day_of_year(days[-1].astimezone()) if days else "",
        "old": ngettext("{n} session is", "{n} sessions are", old) if old else "",
        "sealed": store.sealed,
        "joined": store.joined,
        "log_server": mine.server if mine else "",
        "log_port": mine.port if mine else "",
        "share_port": loaded.settings.share_port,
        "voice": loaded.settings.voice_on,
        "dependencies": ", ".join(sorted({_name(one) for one in needed})) or "–",
    }


def _name(requirement: str) -> str:
    """A requirement's name alone."""
    import re

    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
