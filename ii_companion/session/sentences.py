"""What the summary says of each measure: whole sentences with counts, no score; nothing of what was not keyed."""

from __future__ import annotations

from ii_companion.session.lengths import minutes, seconds
from ii_companion.session.measures import FEWEST_EXCHANGES, Counts, Exchanges, Measures
from ii_companion.session.said import Said, counted, listed, said


def keyed(m: Measures) -> list[Said]:
    """How long it was, and how much was keyed."""
    return [
        said(
            "{length}: {acts} and {responses} keyed.",
            length=minutes(m.duration_s),
            acts=counted("{n} learner act", "{n} learner acts", m.counts.learner),
            responses=counted("{n} response", "{n} responses", m.counts.responses),
        )
    ]


def lead(m: Measures) -> list[Said]:
    """Who led, act by act: what the responses followed, and what the learner made of them."""
    if m.lead is None:
        return []
    found = []
    if m.lead.responses:
        found.append(
            counted(
                "{followed} of your {n} response followed something they did.",
                "{followed} of your {n} responses followed something they did.",
                m.lead.responses,
                followed=m.lead.followed,
            )
        )
    if m.lead.learner_acts:
        found.append(
            counted(
                "{took_up} of their {n} act took up yours; {opened} opened something new.",
                "{took_up} of their {n} acts took up yours; {opened} opened something new.",
                m.lead.learner_acts,
                took_up=m.lead.took_up,
                opened=m.lead.opened,
            )
        )
    return found


def opened(m: Measures) -> list[Said]:
    """Who opened the exchanges, and the longest of them."""
    if not m.exchanges.n:
        return []
    found = [_opened(m.exchanges)]
    if m.exchanges.longest_turns and m.exchanges.longest_s is not None:
        found.append(
            counted(
                "The longest had {n} turn in {length}.",
                "The longest had {n} turns in {length}.",
                m.exchanges.longest_turns,
                length=seconds(m.exchanges.longest_s),
            )
        )
    return found


def left_by(m: Measures) -> list[Said]:
    """How long exchanges went on, and who left them; nothing where it was not counted."""
    exchanges = m.exchanges
    if not exchanges.n:
        return []
    found = []
    if exchanges.sustained is not None:
        found.append(
            counted(
                "{sustained} of {n} exchange had three turns or more.",
                "{sustained} of {n} exchanges had three turns or more.",
                exchanges.n,
                sustained=exchanges.sustained,
            )
        )
    left = exchanges.left_by
    if left is not None and left.learner + left.practitioner:
        found.append(
            counted(
                "{n} exchange ended before the time did: they did not go on in {learner}, you in {practitioner}.",
                "{n} exchanges ended before the time did: they did not go on in {learner}, you in {practitioner}.",
                left.learner + left.practitioner,
                learner=left.learner,
                practitioner=left.practitioner,
            )
        )
    return found


def space_given(m: Measures) -> list[Said]:
    if not m.space_given.of:
        return []
    return [
        counted(
            "You left room after {given} of {n} response.",
            "You left room after {given} of {n} responses.",
            m.space_given.of,
            given=m.space_given.n,
        )
    ]


def answered(m: Measures) -> list[Said]:
    if not m.answered.of:
        return []
    return [
        counted(
            "{answered} of {n} learner act had an answer within {window}.",
            "{answered} of {n} learner acts had an answer within {window}.",
            m.answered.of,
            answered=m.answered.n,
            window=seconds(m.parameters.window_s),
        )
    ]


def latency(m: Measures) -> list[Said]:
    if not m.latency.n or m.latency.median_s is None:
        return []
    return [
        counted(
            "Half of {n} direct reply came within {seconds} s.",
            "Half of {n} direct replies came within {seconds} s.",
            m.latency.n,
            seconds=f"{m.latency.median_s:.1f}",
        )
    ]


def double_turns(m: Measures) -> list[Said]:
    if not m.double_turns:
        return []
    return [
        counted(
            "{n} time you went again before {wait} had passed.",
            "{n} times you went again before {wait} had passed.",
            m.double_turns,
            wait=seconds(m.parameters.wait_s),
        )
    ]


def response_mix(m: Measures) -> list[Said]:
    return [said("Your responses: {responses}.", responses=_by_sort(m.counts))] if m.counts.responses else []


def enjoyed(m: Measures) -> list[Said]:
    n = m.counts.enjoyed
    return [counted("Enjoyed together {n} time.", "Enjoyed together {n} times.", n)] if n else []


def end_lag(m: Measures) -> list[Said]:
    if m.end_lag_s is None:
        return []
    if not m.end_lag_s:
        return [said("Nothing more was asked of them after the sign to stop.")]
    return [
        said("After the sign to stop, the last response came {length} later.", length=seconds(m.end_lag_s))
    ]


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
    return listed(sort for sort in sorts if sort.n)
