"""What home says: its fields, what they mean, the recent logs in a line each, and what was left unfinished."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ii_companion import words
from ii_companion.words import N_, _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from ii_companion.log.documents import Entry
    from ii_companion.log.last_time import LastTime
    from ii_companion.log.store import Store, Unfinished
    from ii_companion.settings import Loaded

FIELDS = {
    "learner": (N_("learner"), N_("a code, never a name: p17")),
    "practitioner": (N_("me"), N_("your code")),
    "mentor": (N_("mentor"), N_("if one sits in")),
    "stage": (N_("stage"), N_("1 new  2 practising  3 fluent  4 independent")),
    "place": (N_("place"), N_("where it happens")),
    "for_min": (N_("minutes"), N_("if your time is short")),
}
ABOUT = {
    "stage": N_(
        "Stage is how much it prompts: 1 new, often; 2 practising, less; 3 fluent, seldom; 4 independent, only at "
        "signs. People agree it; it never changes by itself."
    ),
    "for_min": N_(
        "How many minutes there are, if there is a bound: the clock then shows it. Nothing rings or ends by itself."
    ),
}
"""Said while the field has the focus."""
ALLOWED = {"stage": "[1-4]?", "for_min": "[0-9]{0,3}"}
"""What may be typed, as a pattern."""
RECENT = 30


class Around(NamedTuple):
    """What the logs hold that home shows."""

    waiting: list[Unfinished]
    recent: list[Entry]
    last: dict[str, LastTime]
    told: list[str]
    """What is wrong, or waits to be tidied; for `words.render`."""
    school: str = ""
    """How this laptop and a school's log stand, in a line, where one was joined."""


def look(store: Store, loaded: Loaded, now: datetime) -> Around:
    """Read it all. Raises Refusal."""
    from ii_companion.content.prompts import load_prompts
    from ii_companion.log.documents import clock_disagrees, past_their_time
    from ii_companion.log.last_time import last_times

    told: list[str] = []
    waiting, complaints = store.unfinished()
    logs = store.telling(told.append).entries()
    told += load_prompts(loaded.settings.language, loaded.own_prompts).complaints
    told += [
        _(
            "Words about {session} were typed and never saved. Open it (F7, Enter, then e) to have them back.",
            session=one.session,
        )
        for one in store.drafts()
        if one.session and one.name.startswith("notes-")
    ]
    if doubt := clock_disagrees(logs, now):
        told.append(doubt)
    old = past_their_time(logs, loaded.settings.keep_months, now)
    if old:
        told.append(
            ngettext(
                "{n} session is older than {months} months. Nothing is removed by itself; "
                "`ii-companion tidy` shows it and asks.",
                "{n} sessions are older than {months} months. Nothing is removed by itself; "
                "`ii-companion tidy` shows them and asks.",
                len(old),
                months=loaded.settings.keep_months,
            )
        )
    return Around(waiting, logs[:RECENT], last_times(logs), told + complaints, store.school_line(now))


def unfinished(waiting: list[Unfinished]) -> str:
    """What is said of sessions that never ended: the first of them, and how many more there are."""
    first, more = waiting[0], len(waiting) - 1
    learner, when = first.header.learner, words.day(first.header.started_at.astimezone(), year=False)
    if not more:
        return _("Unfinished: {learner}, {when}. F3 opens it.", learner=learner, when=when)
    return ngettext(
        "Unfinished: {learner}, {when} and {n} more. F3 opens it.",
        "Unfinished: {learner}, {when} and {n} more. F3 opens it.",
        more,
        learner=learner,
        when=when,
    )
