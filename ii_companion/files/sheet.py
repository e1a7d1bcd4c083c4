"""Sessions as a spreadsheet: CSV, one row a session, UTF-8 with a byte order mark, ISO dates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec

from ii_companion.log.records import BriefLog
from ii_companion.log.table import guarded

BOM = "\ufeff"
MEASURED = {
    "exposure_s": "exposure_s",
    "learner_acts": "counts.learner",
    "join_in": "counts.join_in",
    "imitate": "counts.imitate",
    "comment": "counts.comment",
    "other": "counts.other",
    "enjoyed": "counts.enjoyed",
    "enough_maybe": "counts.enough_maybe",
    "enough_clear": "counts.enough_clear",
    "distress": "counts.distress",
    "latency_n": "latency.n",
    "latency_median_s": "latency.median_s",
    "answered_n": "answered.n",
    "answered_of": "answered.of",
    "contingency_observed": "contingency.observed",
    "contingency_expected": "contingency.expected",
    "exchanges": "exchanges.n",
    "learner_led": "exchanges.learner_led",
    "space_given_n": "space_given.n",
    "space_given_of": "space_given.of",
    "double_turns": "double_turns",
    "early_fills": "early_fills",
    "learner_per_min": "pace.learner_per_min",
    "practitioner_per_min": "pace.practitioner_per_min",
    "pace_ratio": "pace.ratio",
    "end_lag_s": "end_lag_s",
    "window_s": "parameters.window_s",
    "gap_s": "parameters.gap_s",
    "wait_s": "parameters.wait_s",
}
"""Column, and where its figure is in the measures; an empty cell is an undefined one."""
PLAIN = tuple(
    name for name in BriefLog.__struct_fields__ if name not in ("measures", "prompts", "fundamentals")
)


def sheet(logs: Iterable[BriefLog], separator: str = ",") -> bytes:
    """The logs as CSV. Cells that a spreadsheet would take for a formula are kept from running."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", delimiter=separator)
    writer.writerow([*PLAIN, "fundamentals", "prompts", *MEASURED])
    for log in logs:
        document = msgspec.to_builtins(log)
        measures = document["measures"] or {}
        prompts = "; ".join(f"{one.t:g} s {one.id} ({one.trigger})" for one in log.prompts)
        cells = [document[name] for name in PLAIN]
        cells += [
            "; ".join(log.fundamentals),
            prompts,
            *(_figure(measures, path) for path in MEASURED.values()),
        ]
        writer.writerow([_cell(value, point="," if separator == ";" else ".") for value in cells])
    return (BOM + out.getvalue()).encode()


def _figure(measures: dict[str, object], path: str) -> object:
    value: object = measures
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _cell(value: object, point: str = ".") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace(".", point)
    return guarded(str(value))
