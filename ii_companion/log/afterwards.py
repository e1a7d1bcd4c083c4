"""A moment noted afterwards: the pool, the car park, wherever no laptop was. Nothing was keyed, so nothing is counted."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from ii_companion.log.header import Mode
from ii_companion.log.plan import MOST_MINUTES, Plan, new_id
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, day

_TIME = re.compile(r"(\d{1,2})[:.]?(\d{2})")
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})\s+(.*)")


def minutes_of(text: str) -> float:
    """How long it was, in minutes; nothing typed is 0: not said. Raises Refusal."""
    text = text.strip().removesuffix("min").strip()
    if not text:
        return 0.0
    try:
        minutes = float(text.replace(",", "."))
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes <= MOST_MINUTES:
        raise Refusal(
            "“{text}” is no length; it is minutes, {most} at most.", text=text, most=MOST_MINUTES
        ) from None
    return minutes


def time_of(text: str) -> time:
    """A time of day, such as 14:10. Raises Refusal."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Refusal("“{text}” is no time of day; expected one such as 14:10.", text=text.strip())
    return time(int(found[1]), int(found[2]))


def began(at: str, on: date | None, minutes: float, now: datetime) -> datetime:
    """When it began, in local time: the last time that clock showed `at`; without it, `minutes` ago.

    `now` has a time zone. Raises Refusal for what lies ahead.
    """
    local = now.astimezone()
    if not at.strip():
        if on is not None:
            raise Refusal("Say when on that day it was, such as 14:10.")
        return local - timedelta(minutes=minutes)
    moment = datetime.combine(on or local.date(), time_of(at)).astimezone()
    if moment <= local:
        return moment
    if on is not None:
        raise Refusal("{when} lies ahead; a note is of what was.", when=day(moment))
    return datetime.combine(local.date() - timedelta(days=1), time_of(at)).astimezone()


def when_of(text: str, minutes: float, now: datetime) -> datetime:
    """When it began, from a time of day with or without a date before it, or from nothing. Raises Refusal as `began` does."""
    found = _DAY.fullmatch(text)
    if found is None:
        return began(text, None, minutes, now)
    try:
        on = date.fromisoformat(found[1])
    except ValueError:
        raise Refusal("“{text}” is not a date; expected YYYY-MM-DD", text=found[1]) from None
    return began(found[2], on, minutes, now)


def day_words(moment: datetime, now: datetime) -> str:
    """A moment as a person says it who is asked now: “today 14:10”, “yesterday 14:10”, or its date."""
    clock, local = f"{moment.astimezone():%H:%M}", now.astimezone().date()
    days = (local - moment.astimezone().date()).days
    if days == 0:
        return _("today {time}", time=clock)
    if days == 1:
        return _("yesterday {time}", time=clock)
    return day(moment.astimezone())


def note(plan: Plan, started_at: datetime, minutes: float, words: str = "") -> BriefLog:
    """The brief log of a moment that was not recorded. Raises Refusal if a code is not one."""
    plan = plan.checked()
    utc = started_at.astimezone(UTC).replace(microsecond=0)
    return BriefLog(
        id=new_id(plan.learner, utc, os.urandom(2).hex()),
        learner=plan.learner,
        practitioner=plan.practitioner,
        mentor=plan.mentor,
        stage=plan.stage,
        mode=Mode.AFTERWARDS,
        place=plan.place,
        started_at=utc,
        duration_s=minutes * 60,
        end_reason=EndReason.UNKNOWN,
        what_happened=words.strip(),
    )


def noted(answers: BriefLog, head: BriefLog) -> BriefLog:
    """What was answered, of the moment that `head` tells."""
    names = ("id", "learner", "practitioner", "mentor", "stage", "place", "started_at", "duration_s")
    return msgspec.structs.replace(answers, **{name: getattr(head, name) for name in names})


def kept_words(log: BriefLog, now: datetime) -> str:
    """What is said once a note is kept: whose, when, how long and where."""
    facts = [
        log.learner,
        day_words(log.started_at, now),
        _("{minutes} min", minutes=f"{log.duration_s / 60:g}") if log.duration_s else "",
        log.place,
        _("by {practitioner}", practitioner=log.practitioner) if log.practitioner else "",
    ]
    return _("Kept: {facts}. Nothing was counted.", facts=", ".join(filter(None, facts)))
