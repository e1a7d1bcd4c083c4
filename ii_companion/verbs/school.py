"""`ii-companion school`: joining a school's log, being in step with it, and who else may see what.

Long because each of the twelve commands is declared here beside what it does; what they do it with is in `school/`.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ii_companion import __version__
from ii_companion.session.refusal import Refusal
from ii_companion.verbs.bar import bar
from ii_companion.verbs.common import Verbs, add_json, command, noted, print_json, sure, tell
from ii_companion.words import N_, _, ngettext, render

if TYPE_CHECKING:
    from ii_companion.log.places import Places
    from ii_companion.school.common import Outcome
    from ii_companion.school.link import Laptop, Link
    from ii_companion.school.membership import Consent, Membership
    from ii_companion.school.remote import Hello

AUDIENCES = {"me": 0, "mentor": 1, "school": 2}
AUDIENCE_WORDS = {0: N_("me alone"), 1: N_("my mentor too"), 2: N_("the school too")}


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "school",
        _("share a log with a school"),
        _("Join a school's log, be in step with it, and say who else may see what."),
        "ii-companion school sync",
        run_status,
    )
    add_json(parser)
    parts = parser.add_subparsers(metavar=_("COMMAND"))

    def part(name: str, help: str, example: str, run: Any) -> argparse.ArgumentParser:
        return command(parts, shared, name, help, f"{help[:1].upper()}{help[1:]}.", example, run)

    join = part(
        "join", _("join with the file from your technician"), "ii-companion school join k7.iischool", run_join
    )
    join.add_argument("file", metavar=_("FILE|URL"))
    join.add_argument(
        "--ca", type=Path, metavar=_("FILE"), help=_("the authority's certificate, beside a URL")
    )
    sync = part("sync", _("send what waits and take in what is new"), "ii-companion school sync", run_sync)
    sync.add_argument("--quiet", action="store_true", help=_("say only what went wrong"))
    status = part(
        "status", _("say how this laptop stands"), "ii-companion school status --erasures", run_status
    )
    status.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=_("print JSON for other programs")
    )
    status.add_argument(
        "--erasures", action="store_true", help=_("which laptops have followed (a co-ordinator's)")
    )
    share = part(
        "share",
        _("say who else may see figures and words"),
        "ii-companion school share --all --figures school",
        run_share,
    )
    share.add_argument("id", nargs="*", metavar=_("ID"))
    share.add_argument("--all", action="store_true", help=_("all of yours, and those to come"))
    for name in ("figures", "words"):
        share.add_argument(f"--{name}", choices=AUDIENCES)
    keep = part(
        "keep", _("do not send this session"), "ii-companion school keep 20261123-101530-p17-4f2a", run_keep
    )
    keep.add_argument("id", metavar=_("ID"))
    leave = part("leave", _("leave; others' sessions go, yours stay"), "ii-companion school leave", run_leave)
    leave.add_argument(
        "--remove", action="store_true", help=_("have your sessions removed from the school's log too")
    )
    leave.add_argument("--yes", action="store_true", help=_("do not ask"))
    _add_co_ordinators(part)
    _add_technicians(part)


def _add_co_ordinators(part: Any) -> None:
    lost = part(
        "lost", _("shut out a lost laptop (a co-ordinator's)"), "ii-companion school lost u7f3a", run_lost
    )
    lost.add_argument("login", metavar=_("LOGIN"))
    mentor = part(
        "mentor",
        _("make somebody a mentor (a co-ordinator's)"),
        "ii-companion school mentor m1 k7",
        run_mentor,
    )
    mentor.add_argument("mentor", metavar=_("MENTOR"))
    mentor.add_argument("practitioner", metavar=_("PRACTITIONER"))
    mentor.add_argument("--end", action="store_true", help=_("they are it no more"))
    tidy = part(
        "tidy",
        _("remove what is past its time (a co-ordinator's)"),
        "ii-companion school tidy --months 36",
        run_tidy,
    )
    tidy.add_argument(
        "--months", type=int, metavar=_("N"), help=_("older than this; else your own keep_months")
    )
    tidy.add_argument("--yes", action="store_true", help=_("do not ask"))
    roll = part(
        "roll", _("people, laptops and who is due (a co-ordinator's)"), "ii-companion school roll", run_roll
    )
    roll.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=_("print JSON for other programs")
    )
    trends = part(
        "trends",
        _("one learner's figures over all staff, as lent"),
        "ii-companion school trends p17",
        run_trends,
    )
    trends.add_argument("learner", metavar=_("CODE"))
    trends.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=_("print JSON for other programs")
    )


def _add_technicians(part: Any) -> None:
    from ii_companion.verbs import school_technician as technician

    technician.add(part)


# What every one of them needs


def _places(arguments: argparse.Namespace) -> Places:
    from ii_companion.log.places import places

    arguments.open_store()  # finishes what was cut short
    return places(arguments.data_dir)


def _ask_passphrase(login: str) -> str:
    """A passphrase for a login's password, from somebody at a terminal. Raises Refusal where nobody is."""
    from ii_companion.school.secret import no_keyring

    if not sys.stdin.isatty():
        raise no_keyring()
    from getpass import getpass

    return getpass(_("Passphrase for {login}: ", login=login))


def _new_passphrase(login: str) -> str:
    from ii_companion.school.secret import no_keyring

    tell(no_keyring().sentence)
    first = _ask_passphrase(login)
    return first if first and first == _ask_passphrase(login) else ""


@contextlib.contextmanager
def _linked(here: Places) -> Iterator[Link]:
    """The school's log, while something is asked of it."""
    from ii_companion.school.joining import open_link

    _need_extra()
    link = open_link(here, _ask_passphrase)
    try:
        yield link
    finally:
        link.close()


def _need_extra() -> None:
    """Raise Refusal where the parts for a school's log are not installed."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("psycopg", "keyring")):
        raise Refusal("A school's log needs more than is installed: pip install 'ii-companion[school]'")


# Joining and leaving


def run_join(arguments: argparse.Namespace) -> int:
    from ii_companion.school import joining

    _need_extra()
    here = _places(arguments)
    is_url = arguments.file.startswith(("postgresql://", "postgres://"))
    file = (
        joining.from_url(arguments.file, arguments.ca) if is_url else joining.from_file(Path(arguments.file))
    )
    mine = joining.join(here, file, _consent, _new_passphrase)
    noted(arguments, "joined")
    print(
        _(
            "Joined {school} as {person}. To be in step: ii-companion school sync",
            school=mine.school,
            person=mine.person,
        )
    )
    tell(
        _(
            "Others' sessions will lie on this laptop. Have its disk encrypted, or seal the log; `ii-companion check` says more."
        )
    )
    return 0


def _consent(hello: Hello) -> Consent:
    """Ask what one lends, a question at a time; Enter is the first answer. Raises Refusal where nobody can be asked."""
    from ii_companion.school.membership import Consent

    if not sys.stdin.isatty():
        raise Refusal("Joining asks what you lend, so it needs a terminal. Nothing was changed.")
    print(
        _(
            "Your sessions go to {school}'s log: that they were, with whom, how long, how they ended.",
            school=hello.school,
        )
    )
    print()
    figures = _one_of(
        _("Figures: 1 to me and my mentor · 2 to the school too [1]: "), {"": 1, "1": 1, "2": 2}
    )
    print()
    words = _one_of(
        _("Words and journals: 1 stay on this laptop · 2 to my mentor · 3 to the school [1]: "),
        {"": 0, "1": 0, "2": 1, "3": 2},
    )
    print()
    print(
        _(
            "Figures are yours first. They describe sessions, not people, and are no appraisal. You can change this any day."
        )
    )
    return Consent(figures, words)


def _one_of(question: str, answers: dict[str, int]) -> int:
    while True:
        try:
            typed = input(question).strip()
        except EOFError:
            raise Refusal("Nothing was agreed, so nothing was changed.") from None
        if typed in answers:
            return answers[typed]


def run_leave(arguments: argparse.Namespace) -> int:
    from ii_companion.school import joining
    from ii_companion.school.lock import sync_lock
    from ii_companion.school.membership import membership

    here = _places(arguments)
    mine = membership(here.root)
    if not sure(
        _(
            "This removes others' sessions and {school}'s membership from this laptop. Your own log stays.",
            school=mine.school,
        ),
        yes=arguments.yes,
        unasked=Refusal(
            "This would leave {school}'s log. Say --yes to do so without being asked.", school=mine.school
        ),
    ):
        return 1
    if arguments.remove:
        from ii_companion.school.file_desk import FileDesk

        desk = FileDesk(here)
        sent = [
            session_id
            for name in desk.months(own=True)
            for (session_id, kind), row in desk.month(name, own=True).rows.items()
            if kind == "session" and row.state == "sent"
        ]
        with _linked(here) as link:
            left = link.remove(sent).left if sent else ()
        print(
            ngettext(
                "{n} session was removed from {school}'s log.",
                "{n} sessions were removed from {school}'s log.",
                len(sent) - len(left),
                school=mine.school,
            )
        )
    with sync_lock(here):
        joining.leave(here)
    joining.remove_rest(here)
    noted(arguments, "left")
    print(_("Left {school}. Your own log is as it was.", school=mine.school))
    return 0


# In step


def run_sync(arguments: argparse.Namespace) -> int:
    from ii_companion.school.file_desk import FileDesk
    from ii_companion.school.lock import sync_lock
    from ii_companion.school.membership import membership
    from ii_companion.school.sync import Engine

    here = _places(arguments)
    mine = membership(here.root)
    asked = FileDesk(here).gone().asked
    with sync_lock(here), _linked(here) as link:
        with (
            contextlib.nullcontext()
            if arguments.quiet
            else bar(_("In step with {school}", school=mine.school))
        ):
            done = Engine(FileDesk(here), link, program=__version__).sync()
        if done.sent:
            noted(arguments, "shared", sorted(done.sent))
        followed = _followed(link, asked) if membership(here.root).co_ordinator else []
    for sentence in done.told:
        tell(sentence)
    if not arguments.quiet:
        print(_said(mine.school, done))
        for line in _waiting_lines(here):
            print(line)
        for line in followed:
            print(line)
    return 0


def _said(school: str, done: Outcome) -> str:
    waits = ngettext("{n} waits", "{n} wait", done.waits)
    return _(
        "{school}: sent {sent}, took in {took}, {waits}.",
        school=school,
        sent=len(done.sent),
        took=len(done.took),
        waits=waits,
    )


def _followed(link: Link, erased: tuple[str, ...]) -> list[str]:
    """How many laptops have followed what was erased with this sync; else, the newest erasure that some have not."""
    roll = link.roll()
    live = [one for one in roll.laptops if not one.ended]
    newest = roll.erasures
    if not erased:
        late = [one for one in newest if one.waiting][:1]
        return [
            _(
                "{followed} of {all} laptops have followed the last erasure; not yet: {waiting}.",
                followed=len(live) - len(one.waiting),
                all=len(live),
                waiting=_laptops(live, one.waiting),
            )
            for one in late
        ]
    waiting = next((one.waiting for one in newest), ())
    if not waiting:
        return [
            _("Erased {learner} here. All {all} laptops have followed.", learner=learner, all=len(live))
            for learner in erased
        ]
    return [
        _(
            "Erased {learner} here. {followed} of {all} laptops have followed; not yet: {waiting}.",
            learner=learner,
            followed=len(live) - len(waiting),
            all=len(live),
            waiting=_laptops(live, waiting),
        )
        for learner in erased
    ]


def _laptops(live: list[Laptop], logins: tuple[str, ...]) -> str:
    """Whose laptops those are, and when they were last seen; the first says what its day is."""
    found = []
    for one in live:
        if one.login in logins:
            day = (one.seen_at or "")[:10]
            if not day:
                found.append(_("{person} (never seen)", person=one.person))
            elif not found:
                found.append(_("{person} (last seen {day})", person=one.person, day=day))
            else:
                found.append(f"{one.person} ({day})")
    return ", ".join(found)


def _waiting_lines(here: Places) -> list[str]:
    """Why sessions wait, a line for each reason."""
    from ii_companion.school.common import state_of
    from ii_companion.school.file_desk import FileDesk

    desk = FileDesk(here)
    me = desk.membership().person
    others: dict[str, int] = {}
    lines = []
    for name in desk.months(own=True):
        month = desk.month(name, own=True)
        for session_id, log in month.logs.items():
            match state_of(month, session_id, me):
                case "waits":
                    who = str(log.get("practitioner") or "")
                    others[who] = others.get(who, 0) + 1
                case "refused":
                    lines.append(
                        _(
                            "{id} is in the school's log under another name; yours stays here. Tell your co-ordinator.",
                            id=session_id,
                        )
                    )
    for who, n in sorted(others.items()):
        lines.append(
            ngettext(
                "{n} session on this laptop is {who}'s; it goes when {who} joins with a laptop of their own.",
                "{n} sessions on this laptop are {who}'s; they go when {who} joins with a laptop of their own.",
                n,
                who=who,
            )
            if who
            else ngettext(
                "{n} session on this laptop names no practitioner; it stays here.",
                "{n} sessions on this laptop name no practitioner; they stay here.",
                n,
            )
        )
    return lines


def run_status(arguments: argparse.Namespace) -> int:
    from ii_companion.school.joining import waits
    from ii_companion.school.membership import membership

    here = _places(arguments)
    mine = membership(here.root)
    waiting = waits(here)
    erasures: list[dict[str, Any]] = []
    if getattr(arguments, "erasures", False):
        with _linked(here) as link:
            roll = link.roll()
        live = {one.login: one for one in roll.laptops if not one.ended}
        erasures = [
            {
                "made_at": one.made_at,
                "by": one.author,
                "followed": len(live) - len(one.waiting),
                "of": len(live),
                "waiting": [
                    {"login": login, "person": live[login].person, "seen_at": live[login].seen_at}
                    for login in one.waiting
                ],
            }
            for one in roll.erasures
        ]
    if arguments.json:
        print_json(_as_json(mine, waiting, erasures, _waiting_lines(here)))
        return 0
    from ii_companion.school.together import last_words

    print(
        _("{school} as {person}, a co-ordinator", school=mine.school, person=mine.person)
        if mine.co_ordinator
        else _("{school} as {person}", school=mine.school, person=mine.person)
    )
    print(_("login {login} at {server}", login=mine.login, server=mine.server))
    from datetime import UTC, datetime

    print(last_words(mine.last_sync, datetime.now(UTC)))
    print(
        _("figures: {figures}; words and journals: {words}",
          figures=_(AUDIENCE_WORDS[mine.consent.figures_for]), words=_(AUDIENCE_WORDS[mine.consent.words_for]))
    )  # fmt: skip
    print(ngettext("{n} session waits", "{n} sessions wait", len(waiting)))
    for line in _waiting_lines(here):
        print(line)
    for one in erasures:
        print(
            _(
                "Erased {day} by {who}: {followed} of {all} laptops have followed; not yet: {waiting}.",
                day=str(one["made_at"])[:10],
                who=one["by"],
                followed=one["followed"],
                all=one["of"],
                waiting=_laptops(roll.laptops, tuple(w["login"] for w in one["waiting"])) or "–",
            )
        )
    return 0


def _as_json(mine: Membership, waiting: list[str], erasures: list[Any], why: list[str]) -> dict[str, Any]:
    return {
        "school": mine.school,
        "person": mine.person,
        "co_ordinator": mine.co_ordinator,
        "login": mine.login,
        "server": mine.server,
        "last_sync": mine.last_sync or None,
        "figures_for": mine.consent.figures_for,
        "words_for": mine.consent.words_for,
        "waiting": waiting,
        "why": why,
        "erasures": erasures,
    }


# Who else may see


def run_share(arguments: argparse.Namespace) -> int:
    from ii_companion.school import joining

    here = _places(arguments)
    if bool(arguments.id) == arguments.all:
        raise Refusal("Say which sessions: their ids, or --all.")
    if arguments.figures is None and arguments.words is None:
        raise Refusal("Say who may see them: --figures or --words, each me, mentor or school.")
    figures, words = (AUDIENCES.get(one) for one in (arguments.figures, arguments.words))
    n = joining.share(here, None if arguments.all else arguments.id, figures, words)
    noted(arguments, "shared", () if arguments.all else arguments.id, n)
    print(
        ngettext(
            "{n} session is lent as you say; the school's log is told at the next sync.",
            "{n} sessions are lent as you say; the school's log is told at the next sync.",
            n,
        )
    )
    return 0


def run_keep(arguments: argparse.Namespace) -> int:
    from ii_companion.school import joining

    joining.keep(_places(arguments), arguments.id)
    print(_("{id} stays on this laptop.", id=arguments.id))
    return 0


# A co-ordinator's


def run_lost(arguments: argparse.Namespace) -> int:
    with _linked(_places(arguments)) as link:
        if not link.lost(arguments.login):
            raise Refusal(
                "There is no login {login} at this school. `ii-companion school roll` lists them.",
                login=arguments.login,
            )
    print(_("{login} is shut out. What it had stays in the school's log.", login=arguments.login))
    return 0


def run_mentor(arguments: argparse.Namespace) -> int:
    from ii_companion.session.codes import code

    who, whom = code(arguments.mentor, "mentor"), code(arguments.practitioner, "practitioner")
    with _linked(_places(arguments)) as link:
        changed = link.mentor(who, whom, ends=arguments.end)
    if not changed:
        print(_("That is so already."))
    elif arguments.end:
        print(_("{mentor} is {practitioner}'s mentor no more.", mentor=who, practitioner=whom))
    else:
        print(_("{mentor} is {practitioner}'s mentor.", mentor=who, practitioner=whom))
    return 0


def run_tidy(arguments: argparse.Namespace) -> int:
    from ii_companion.settings import load

    months = arguments.months or load().settings.keep_months
    here = _places(arguments)
    if not sure(
        ngettext(
            "This removes what is older than {n} month from the school's log and every laptop, for good.",
            "This removes what is older than {n} months from the school's log and every laptop, for good.",
            months,
        ),
        yes=arguments.yes,
        unasked=Refusal("This would remove sessions for good. Say --yes to do so without being asked."),
    ):
        return 1
    with _linked(here) as link:
        removed = link.tidy(months)
    print(ngettext("{n} session was removed.", "{n} sessions were removed.", removed))
    return 0


def run_roll(arguments: argparse.Namespace) -> int:
    from datetime import UTC, date, datetime

    from ii_companion.log.dates import Dates
    from ii_companion.log.training import due

    with _linked(_places(arguments)) as link:
        roll = link.roll()
    if arguments.json:
        print_json(roll)
        return 0
    dates: dict[str, Dates] = {}
    for who, what, day in roll.training:
        known, when = dates.get(who, Dates()), date.fromisoformat(day)
        dates[who] = (
            Dates(when, known.refreshers)
            if what == "induction"
            else Dates(known.induction, tuple(sorted({*known.refreshers, when})))
        )
    today = datetime.now(UTC).date()
    for person in roll.people:
        who = str(person["person"])
        facts = [
            _("co-ordinator") if person["co_ordinator"] else "",
            render(due(dates.get(who, Dates()), today)),
            ", ".join(
                _("{login} shut out", login=one.login)
                if one.ended
                else f"{one.login} {(one.seen_at or '–')[:10]}"
                for one in roll.laptops
                if one.person == who
            ),
        ]
        print(f"{who:<12} {' · '.join(filter(None, facts))}")
    for mentor, practitioner in roll.mentoring:
        print(_("{mentor} is {practitioner}'s mentor.", mentor=mentor, practitioner=practitioner))
    return 0


def run_trends(arguments: argparse.Namespace) -> int:
    from ii_companion.session.codes import code
    from ii_companion.session.figures import TRENDS

    learner = code(arguments.learner)
    with _linked(_places(arguments)) as link:
        lent = link.trends(learner)
    if arguments.json:
        print_json(lent)
        return 0
    if not lent:
        print(_("No figures of sessions with {learner} were lent to you.", learner=learner))
        return 0
    print(_("These describe sessions, not people; they are no appraisal."))
    for figure in TRENDS:
        some = [(one.started_at[:10], one.figures[figure.name]) for one in lent if figure.name in one.figures]
        if some:
            print(_(figure.name))
            for day, value in some:
                print(f"  {day}  {value:>7.2f}")
    return 0
