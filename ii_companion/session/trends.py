"""Over time: one figure a session, with what it rests on. Like is compared with like; nobody is ranked."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ii_companion.session.measures import FEWEST_EXCHANGES, Measures, Share
from ii_companion.session.said import N_, Said, counted, said


class Figure(msgspec.Struct, frozen=True):
    """One figure of a session: its name, a pattern of the catalogues; how it is taken; what it rests on in words."""

    name: str
    take: Callable[[Measures], float | None]
    rests_on: Callable[[Measures], Said]


def _share(share: Share) -> float | None:
    return share.n / share.of if share.of else None


def _led(m: Measures) -> float | None:
    return m.exchanges.learner_led / m.exchanges.n if m.exchanges.n >= FEWEST_EXCHANGES else None


def _followed(m: Measures) -> float | None:
    return m.lead.followed / m.lead.responses if m.lead is not None and m.lead.responses else None


def _followed_of(m: Measures) -> Said:
    if m.lead is None:
        return said("not counted then")
    return counted(
        "{followed} of {n} response",
        "{followed} of {n} responses",
        m.lead.responses,
        followed=m.lead.followed,
    )


FIGURES = (
    Figure(N_("responses that followed something they did"), _followed, _followed_of),
    Figure(
        N_("learner-led share of exchanges"),
        _led,
        lambda m: counted(
            "{led} of {n} exchange", "{led} of {n} exchanges", m.exchanges.n, led=m.exchanges.learner_led
        ),
    ),
    Figure(
        N_("space given after responses"),
        lambda m: _share(m.space_given),
        lambda m: counted(
            "{given} of {n} response", "{given} of {n} responses", m.space_given.of, given=m.space_given.n
        ),
    ),
    Figure(
        N_("learner acts answered"),
        lambda m: _share(m.answered),
        lambda m: counted(
            "{answered} of {n} learner act",
            "{answered} of {n} learner acts",
            m.answered.of,
            answered=m.answered.n,
        ),
    ),
    Figure(
        N_("pace, practitioner to learner"),
        lambda m: m.pace.ratio,
        lambda m: said(
            "{responses} to {acts}",
            responses=counted("{n} response", "{n} responses", m.counts.responses),
            acts=counted("{n} act", "{n} acts", m.counts.learner),
        ),
    ),
    Figure(
        N_("end lag, seconds"),
        lambda m: m.end_lag_s,
        lambda m: said("after a clear sign") if m.end_lag_s is not None else said("no clear sign"),
    ),
    Figure(
        N_("length, minutes"),
        lambda m: m.duration_s / 60,
        lambda m: counted("{n} exchange", "{n} exchanges", m.exchanges.n),
    ),
)
"""What the trends show, in their order."""
MARK_WORDS: dict[str, str] = {"practice": N_("practice"), "unprompted": N_("unprompted")}
"""The words of a point's mark."""


class Point(msgspec.Struct, frozen=True):
    """One session in a trend: its number, the value, what it rests on, and whether it is marked."""

    when: str
    value: float | None
    rests_on: str
    mark: str
    """`practice`, `unprompted`, or nothing."""
