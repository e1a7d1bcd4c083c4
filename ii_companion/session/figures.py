"""Every measure as people and spreadsheets meet it, one row a measure, in one table.

`measures.py` defines and takes a measure; its row here says under which columns a spreadsheet has it, what the summary
says of it and where, and how it is drawn over time. Summary, reports, spreadsheet and trends read this table alone.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ii_companion.session import sentences as told
from ii_companion.session.kinds import COUNTED
from ii_companion.session.measures import FEWEST_EXCHANGES, Measures, Share
from ii_companion.session.said import N_, Said, counted, said


class Trend(msgspec.Struct, frozen=True):
    """A measure over time: its name, a pattern of the catalogues; its value; what that rests on in words."""

    name: str
    take: Callable[[Measures], float | None]
    rests_on: Callable[[Measures], Said]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measure."""

    columns: dict[str, str]
    """Columns of the spreadsheet, and where each figure is in the measures, such as `lead.followed`."""
    told: Callable[[Measures], list[Said]] | None = None
    """What the summary says of it: whole sentences, none where there is nothing to say."""
    place: int = 0
    """Where in the summary; 1 is first."""
    trend: Trend | None = None
    trend_place: int = 0
    """Where among the figures over time; 1 is first."""


def _columns(*paths: str) -> dict[str, str]:
    """Columns named by their path, points as underscores."""
    return {path.replace(".", "_"): path for path in paths}


def _share(share: Share) -> float | None:
    return share.n / share.of if share.of else None


TABLE: tuple[Row, ...] = (
    Row(
        columns={"exposure_s": "exposure_s"},
        trend=Trend(N_("length, minutes"), lambda m: m.duration_s / 60, lambda m: counted("{n} exchange", "{n} exchanges", m.exchanges.n)),
        trend_place=7,
    ),
    Row(columns={"learner_acts" if kind.code == "learner" else kind.code: f"counts.{kind.code}" for kind in COUNTED}, told=told.keyed, place=2),
    Row(columns=_columns("latency.n", "latency.median_s"), told=told.latency, place=7),
    Row(
        columns=_columns("answered.n", "answered.of"), told=told.answered, place=6,
        trend=Trend(
            N_("learner acts answered"), lambda m: _share(m.answered),
            lambda m: counted("{answered} of {n} learner act", "{answered} of {n} learner acts", m.answered.of, answered=m.answered.n),
        ),
        trend_place=4,
    ),
    Row(columns=_columns("contingency.observed", "contingency.expected")),
    Row(
        columns={"exchanges": "exchanges.n", "learner_led": "exchanges.learner_led"}, told=told.opened, place=3,
        trend=Trend(
            N_("learner-led share of exchanges"),
            lambda m: m.exchanges.learner_led / m.exchanges.n if m.exchanges.n >= FEWEST_EXCHANGES else None,
            lambda m: counted("{led} of {n} exchange", "{led} of {n} exchanges", m.exchanges.n, led=m.exchanges.learner_led),
        ),
        trend_place=2,
    ),
    Row(
        columns=_columns("space_given.n", "space_given.of"), told=told.space_given, place=5,
        trend=Trend(
            N_("space given after responses"), lambda m: _share(m.space_given),
            lambda m: counted("{given} of {n} response", "{given} of {n} responses", m.space_given.of, given=m.space_given.n),
        ),
        trend_place=3,
    ),
    Row(columns=_columns("double_turns", "early_fills"), told=told.double_turns, place=8),
    Row(
        columns={"learner_per_min": "pace.learner_per_min", "practitioner_per_min": "pace.practitioner_per_min", "pace_ratio": "pace.ratio"},
        told=told.response_mix, place=9,
        trend=Trend(
            N_("pace, practitioner to learner"), lambda m: m.pace.ratio,
            lambda m: said(
                "{responses} to {acts}",
                responses=counted("{n} response", "{n} responses", m.counts.responses),
                acts=counted("{n} act", "{n} acts", m.counts.learner),
            ),
        ),
        trend_place=5,
    ),
    Row(
        columns={"end_lag_s": "end_lag_s"}, told=told.end_lag, place=11,
        trend=Trend(
            N_("end lag, seconds"), lambda m: m.end_lag_s,
            lambda m: said("after a clear sign") if m.end_lag_s is not None else said("no clear sign"),
        ),
        trend_place=6,
    ),
    Row(columns={"window_s": "parameters.window_s", "gap_s": "parameters.gap_s", "wait_s": "parameters.wait_s"}),
    Row(columns={}, told=told.enjoyed, place=10),
    Row(
        columns={name: f"lead.{name}" for name in ("followed", "added", "offered", "took_up", "went_on", "opened")},
        told=told.lead, place=1,
        trend=Trend(
            N_("responses that followed something they did"),
            lambda m: m.lead.followed / m.lead.responses if m.lead is not None and m.lead.responses else None,
            lambda m: said("not counted then") if m.lead is None else counted(
                "{followed} of {n} response", "{followed} of {n} responses", m.lead.responses, followed=m.lead.followed
            ),
        ),
        trend_place=1,
    ),
    Row(
        columns={"sustained": "exchanges.sustained", "left_by_learner": "exchanges.left_by.learner", "left_by_practitioner": "exchanges.left_by.practitioner"},
        told=told.left_by, place=4,
    ),
)  # fmt: skip
"""In the order of the spreadsheet's columns: what is new comes last, so that other people's formulas go on working."""
TOLD = tuple(row.told for row in sorted(TABLE, key=lambda row: row.place) if row.told is not None)
"""The summary's parts, in its order."""
TRENDS = tuple(row.trend for row in sorted(TABLE, key=lambda row: row.trend_place) if row.trend is not None)
"""What is drawn over time, in its order."""
COLUMNS = {column: path for row in TABLE for column, path in row.columns.items()}
