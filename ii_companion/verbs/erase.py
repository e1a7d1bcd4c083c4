"""`ii-companion erase` and `ii-companion tidy`: removing for good, after asking."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, counted, listed, said
from ii_companion.verbs.bar import bar
from ii_companion.verbs.common import Verbs, add_me, command, store_of, sure, tell
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.log.store import Doomed, Store


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    erase = command(
        verbs,
        shared,
        "erase",
        _("erase everything about a learner"),
        _("Erase everything about a learner."),
        "ii-companion erase p17",
        run_erase,
    )
    erase.add_argument("learner", metavar=_("CODE"))
    tidy = command(
        verbs,
        shared,
        "tidy",
        _("remove sessions past the time they are kept for"),
        _("Remove sessions past the time they are kept for."),
        "ii-companion tidy",
        run_tidy,
    )
    for one in (erase, tidy):
        one.add_argument("--yes", action="store_true", help=_("do not ask"))
        add_me(one)


def run_erase(arguments: argparse.Namespace) -> int:
    from ii_companion.session.codes import code

    kept, learner = store_of(arguments), code(arguments.learner)
    from ii_companion.log.places import places

    here = places(arguments.data_dir)
    asks = False
    if here.school.joined:
        from ii_companion.school import erasing

        asks = erasing.refuse_others(here, learner).co_ordinator
    with bar(_("Searching")):
        real, practice, codings = (part.about(learner) for part in (kept, kept.practice, kept.codings))
    has_card = kept.has_card(learner)
    if not (real or practice or codings or has_card or asks):
        raise Refusal("There is nothing about {learner} in {folder}.", learner=learner, folder=kept.where)
    things = _things(real)
    if has_card:
        things.append(said("the card"))
    if practice:
        things += _practice_things(practice)
    if aside := real.aside + practice.aside:
        things.append(
            counted(
                "{n} damaged file that was set aside, whole, since it cannot be searched",
                "{n} damaged files that were set aside, whole, since they cannot be searched",
                aside,
            )
        )
    what = listed(things)
    if any(
        part.film(one.id) is not None
        for part in (kept, kept.practice)
        for one in part.about(learner).sessions
    ):
        tell(_("Films stay where they lie, and go by hand; only the links to them are removed."))
    tell(_("To keep a copy elsewhere first: ii-companion export --learner CODE --format json --out PATH"))
    if not sure(
        _("This removes everything about {learner}, for good: {things}.", learner=learner, things=what),
        yes=arguments.yes,
        unasked=Refusal(
            "This would remove everything about {learner}, for good: {things}. Say --yes to do so without being asked.",
            learner=learner,
            things=what,
        ),
    ):
        return 1
    if asks:
        erasing.ask(here, learner)
    with bar(_("Erasing")):
        kept.erase(learner)
    if here.school.joined:
        erasing.forget_card(here, learner)
    print(_("Erased everything about {learner}: {things}.", learner=learner, things=what))
    if asks:
        print(
            _(
                "The next sync erases {learner} at the school and on every laptop: ii-companion school sync",
                learner=learner,
            )
        )
    return 0


def _has_film(kept: Store, session_id: str) -> bool:
    """Whether the session is tied to a film; a link that cannot be read goes as well, without a word."""
    try:
        return kept.film(session_id) is not None
    except Refusal:
        return False


def run_tidy(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from ii_companion.log.documents import clock_disagrees
    from ii_companion.settings import load

    store, months = store_of(arguments), load().settings.keep_months
    now = datetime.now(UTC)
    parts = (store, store.practice)
    with bar(_("Searching")):
        real, practice = (part.older_than(months, now) for part in parts)
    aside = real.files + practice.files
    if not (real or practice or aside):
        print(ngettext("Nothing is older than {n} month.", "Nothing is older than {n} months.", months))
        return 0
    for entry in (*real.sessions, *practice.sessions):
        print(f"{entry.started_at:%Y-%m-%d}  {entry.learner}  {entry.id}", file=sys.stderr)
    things = [*(_things(real) if real else ()), *(_practice_things(practice) if practice else ())]
    if aside:
        things.append(
            counted(
                "{n} old file that was damaged or never finished",
                "{n} old files that were damaged or never finished",
                len(aside),
            )
        )
    what = listed(things)
    if doubt := clock_disagrees([entry for part in parts for entry in part.entries()], now):
        tell(doubt)
        if not sys.stdin.isatty():
            raise Refusal("Nothing was removed: {doubt} Set it, or say so at a terminal.", doubt=doubt)
    if not sure(
        ngettext(
            "This removes what is older than {n} month, for good: {things}.",
            "This removes what is older than {n} months, for good: {things}.",
            months,
            things=what,
        ),
        yes=arguments.yes and not doubt,
        unasked=Refusal(
            counted(
                "This would remove what is older than {n} month, for good: {things}. Say --yes to do so without being asked.",
                "This would remove what is older than {n} months, for good: {things}. Say --yes to do so without being asked.",
                months,
                things=what,
            )
        ),
    ):
        return 1
    with bar(_("Erasing")):
        for part, doomed in zip(parts, (real, practice), strict=True):
            part.remove(doomed)
    print(_("Removed: {things}.", things=what))
    return 0


def _things(doomed: Doomed) -> list[Said]:
    return [
        counted(
            "{n} brief log with backups and earlier versions",
            "{n} brief logs with backups and earlier versions",
            len(doomed.sessions),
        ),
        counted("{n} journal", "{n} journals", len(doomed.journals)),
    ]


def _practice_things(doomed: Doomed) -> list[Said]:
    return [
        counted(
            "{n} practice log with backups and earlier versions",
            "{n} practice logs with backups and earlier versions",
            len(doomed.sessions),
        ),
        counted("{n} practice journal", "{n} practice journals", len(doomed.journals)),
    ]
