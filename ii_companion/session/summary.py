"""A session's measures as plain sentences with counts: pace and lead, no score."""

from __future__ import annotations

from ii_companion.session.lead import Lead
from ii_companion.session.measures import FEWEST_EXCHANGES, Counts, Exchanges, Measures
from ii_companion.session.said import Said, counted, listed, said


def summary(m: Measures) -> list[Said]:
    """The sentences for one session; nothing is said of what was not keyed."""
    counts = m.counts
    if not (counts.learner or counts.responses):
        return [
            said(
                "{length}. No acts were keyed, so there is nothing to say about pace or lead.",
                length=minutes(m.duration_s),
            )
        ]
    told = [
        said(
            "{length}: {acts} and {responses} keyed.",
            length=minutes(m.duration_s),
            acts=counted("{n} learner act", "{n} learner acts", counts.learner),
            responses=counted("{n} response", "{n} responses", counts.responses),
        )
    ]
    if m.lead is not None:
        told += lead_told(m.lead)
    if m.exchanges.n:
        told.append(_opened(m.exchanges))
        told += _left_by(m.exchanges)
        if m.exchanges.longest_turns and m.exchanges.longest_s is not None:
            told.append(
                counted(
                    "The longest had {n} turn in {length}.",
                    "The longest had {n} turns in {length}.",
                    m.exchanges.longest_turns,
                    length=seconds(m.exchanges.longest_s),
                )
            )
    if m.space_given.of:
        told.append(
            counted(
                "You left room after {given} of {n} response.",
                "You left room after {given} of {n} responses.",
                m.space_given.of,
                given=m.space_given.n,
            )
        )
    if m.answered.of:
        told.append(
            counted(
                "{answered} of {n} learner act had an answer within {window}.",
                "{answered} of {n} learner acts had an answer within {window}.",
                m.answered.of,
                answered=m.answered.n,
                window=seconds(m.parameters.window_s),
            )
        )
    if m.latency.n and m.latency.median_s is not None:
        told.append(
            counted(
                "Half of {n} direct reply came within {seconds} s.",
                "Half of {n} direct replies came within {seconds} s.",
                m.latency.n,
                seconds=f"{m.latency.median_s:.1f}",
            )
        )
    if m.double_turns:
        told.append(
            counted(
                "{n} time you went again before {wait} had passed.",
                "{n} times you went again before {wait} had passed.",
                m.double_turns,
                wait=seconds(m.parameters.wait_s),
            )
        )
    if counts.responses:
        told.append(said("Your responses: {responses}.", responses=_by_sort(counts)))
    if counts.enjoyed:
        told.append(counted("Enjoyed together {n} time.", "Enjoyed together {n} times.", counts.enjoyed))
    if m.end_lag_s is not None:
        told.append(
            said(
                "After the sign to stop, the last response came {length} later.", length=seconds(m.end_lag_s)
            )
            if m.end_lag_s
            else said("Nothing more was asked of them after the sign to stop.")
        )
    return told


def lead_told(lead: Lead) -> list[Said]:
    """Who led, act by act: what the responses followed, and what the learner made of them."""
    told = []
    if lead.responses:
        told.append(
            counted(
                "{followed} of your {n} response followed something they did.",
                "{followed} of your {n} responses followed something they did.",
                lead.responses,
                followed=lead.followed,
            )
        )
    if lead.learner_acts:
        told.append(
            counted(
                "{took_up} of their {n} act took up yours; {opened} opened something new.",
                "{took_up} of their {n} acts took up yours; {opened} opened something new.",
                lead.learner_acts,
                took_up=lead.took_up,
                opened=lead.opened,
            )
        )
    return told


def _left_by(exchanges: Exchanges) -> list[Said]:
    """How long exchanges went on, and who left them; nothing where it was not counted."""
    told = []
    if exchanges.sustained is not None:
        told.append(
            counted(
                "{sustained} of {n} exchange had three turns or more.",
                "{sustained} of {n} exchanges had three turns or more.",
                exchanges.n,
                sustained=exchanges.sustained,
            )
        )
    left = exchanges.left_by
    if left is not None and left.learner + left.practitioner:
        told.append(
            counted(
                "{n} exchange ended before the time did: they did not go on in {learner}, you in {practitioner}.",
                "{n} exchanges ended before the time did: they did not go on in {learner}, you in {practitioner}.",
                left.learner + left.practitioner,
                learner=left.learner,
                practitioner=left.practitioner,
            )
        )
    return told


def _opened(exchanges: Exchanges) -> Said:
    """Who opened the exchanges; as a share too where there are enough of them."""
    n, led = exchanges.n, exchanges.learner_led
    if n < FEWEST_EXCHANGES:
        return counted(
            "They opened {led} of {n} exchange.", "They opened {led} of {n} exchanges.", n, led=led
        )
    return counted(
        "They opened {led} of {n} exchange, {percent}%.",
        "They opened {led} of {n} exchanges, {percent}%.",
        n,
        led=led,
        percent=f"{100 * led / n:.0f}",
    )


def _by_sort(counts: Counts) -> Said:
    """How many responses of each sort there were; a sort without any is left out."""
    sorts = (
        counted("{n} joining in", "{n} joining in", counts.join_in),
        counted("{n} imitating", "{n} imitating", counts.imitate),
        counted("{n} commenting", "{n} commenting", counts.comment),
        counted("{n} other", "{n} other", counts.other),
    )
    return listed(one for one in sorts if one.n)


def minutes(s: float) -> Said:
    """A length as people say it."""
    whole, rest = divmod(round(s), 60)
    if not whole:
        return said("{seconds} s", seconds=rest)
    if not rest:
        return said("{minutes} min", minutes=whole)
    return said("{minutes} min {seconds} s", minutes=whole, seconds=rest)


def clock_time(s: float) -> str:
    """A moment of a session as minutes and seconds."""
    return f"{int(s // 60)}:{int(s % 60):02d}"


def seconds(s: float) -> Said:
    """A short length: whole seconds, or tenths where there are any."""
    return said("{seconds} s", seconds=f"{s:.0f}" if abs(s - round(s)) < 0.05 else f"{s:.1f}")


def plural(n: int, one: str, many: str = "") -> str:
    return f"{n} {one if n == 1 else many or one + 's'}"
