"""`ii-companion erase` and `ii-companion tidy`: removing for good, after asking."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, command, sure, tell

if TYPE_CHECKING:
    from ii_companion.log.erase import Doomed


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    erase = command(
        verbs, shared, "erase", "erase everything about a learner", "ii-companion erase heron", run_erase
    )
    erase.add_argument("learner", metavar="CODE")
    tidy = command(
        verbs,
        shared,
        "tidy",
        "remove sessions past the time they are kept for",
        "ii-companion tidy",
        run_tidy,
    )
    for one in (erase, tidy):
        one.add_argument("--yes", action="store_true", help="do not ask")


def run_erase(arguments: argparse.Namespace) -> int:
    from ii_companion.log.cards import card_path
    from ii_companion.log.erase import about, erase_learner
    from ii_companion.log.places import places
    from ii_companion.session.codes import code

    kept, learner = places(arguments.data_dir), code(arguments.learner)
    real, practice, codings = (about(part, learner) for part in (kept, kept.practice, kept.codings))
    has_card = card_path(kept, learner).exists()
    if not (real or practice or codings or has_card):
        raise Refusal(f"There is nothing about {learner} in {kept.root}.")
    what = f"everything about {learner}: {_said(real)}{', the card' if has_card else ''}"
    if practice:
        what += f", and in practice {_said(practice)}"
    aside = real.aside + practice.aside
    if aside:
        what += f", and {len(aside)} damaged files that were set aside, whole, since they cannot be searched"
    tell("To keep a copy elsewhere first: ii-companion export --learner CODE --format json --out PATH")
    if not sure(what, yes=arguments.yes):
        return 1
    erase_learner(kept, learner)
    print(f"Erased {what}.")
    return 0


def run_tidy(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from ii_companion.log.erase import older_than, remove
    from ii_companion.log.places import places
    from ii_companion.settings import load

    root, months = places(arguments.data_dir), load().settings.keep_months
    old = {part: older_than(part, months, datetime.now(UTC)) for part in (root, root.practice)}
    if not any(old.values()):
        print(f"Nothing is older than {months} months.")
        return 0
    for doomed in old.values():
        for entry in doomed.sessions:
            print(f"{entry.started_at:%Y-%m-%d}  {entry.learner}  {entry.id}", file=sys.stderr)
    what = " and, in practice, ".join(_said(doomed) for doomed in old.values() if doomed)
    if not sure(f"{what}, all older than {months} months", yes=arguments.yes):
        return 1
    for part, doomed in old.items():
        remove(part, doomed)
    print(f"Removed {what}.")
    return 0


def _said(doomed: Doomed) -> str:
    from ii_companion.session.summary import plural

    n = len(doomed.sessions)
    return f"{n} brief log{'' if n == 1 else 's'} with backups and earlier versions, {plural(len(doomed.journals), 'journal')}"
