"""Over time: one figure a session, with what it rests on. Like is compared with like; nobody is ranked."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ii_companion.session.measures import FEWEST_EXCHANGES, Measures, Share


class Figure(msgspec.Struct, frozen=True):
    """One figure of a session: its name, how it is taken, and what it rests on in words."""

    name: str
    take: Callable[[Measures], float | None]
    rests_on: Callable[[Measures], str]


def _share(share: Share) -> float | None:
    return share.n / share.of if share.of else None


def _led(m: Measures) -> float | None:
    return m.exchanges.learner_led / m.exchanges.n if m.exchanges.n >= FEWEST_EXCHANGES else None


FIGURES = (
    Figure(
        "learner-led share of exchanges",
        _led,
        lambda m: f"{m.exchanges.learner_led} of {m.exchanges.n} exchanges",
    ),
    Figure(
        "space given after responses",
        lambda m: _share(m.space_given),
        lambda m: f"{m.space_given.n} of {m.space_given.of} responses",
    ),
    Figure(
        "learner acts answered",
        lambda m: _share(m.answered),
        lambda m: f"{m.answered.n} of {m.answered.of} learner acts",
    ),
    Figure(
        "pace, practitioner to learner",
        lambda m: m.pace.ratio,
        lambda m: f"{m.counts.responses} responses to {m.counts.learner} acts",
    ),
    Figure(
        "end lag, seconds",
        lambda m: m.end_lag_s,
        lambda m: "after a clear sign" if m.end_lag_s is not None else "no clear sign",
    ),
    Figure("length, minutes", lambda m: m.duration_s / 60, lambda m: f"{m.exchanges.n} exchanges"),
)
"""What the trends show, in their order."""


class Point(msgspec.Struct, frozen=True):
    """One session in a trend: its number, the value, what it rests on, and whether it is marked."""

    when: str
    value: float | None
    rests_on: str
    mark: str
    """`practice`, `unprompted`, or nothing."""
