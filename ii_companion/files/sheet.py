"""Sessions as a spreadsheet: CSV, one row a session, UTF-8 with a byte order mark, ISO dates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec

from ii_companion.log.records import BriefLog
from ii_companion.log.table import guarded
from ii_companion.session.figures import COLUMNS

BOM = "\ufeff"
PLAIN = tuple(
    name
    for name in BriefLog.__struct_fields__
    if name not in ("measures", "prompts", "fundamentals", "engagement", "journal_digest")
)


def sheet(logs: Iterable[BriefLog], separator: str = ",") -> bytes:
    """The logs as CSV. Cells that a spreadsheet would take for a formula are kept from running."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", delimiter=separator)
    writer.writerow([*PLAIN, "fundamentals", "engagement", "prompts", *COLUMNS])
    for log in logs:
        document = msgspec.to_builtins(log)
        measures = document["measures"] or {}
        prompts = "; ".join(f"{one.t:g} s {one.id} ({one.trigger})" for one in log.prompts)
        cells = [document[name] for name in PLAIN]
        cells += [
            "; ".join(log.fundamentals),
            "; ".join(log.engagement),
            prompts,
            *(_figure(measures, path) for path in COLUMNS.values()),
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
