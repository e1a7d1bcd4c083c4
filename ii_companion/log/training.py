"""The training record: dates a person gave, and how many sessions there were. Nothing is inferred."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import msgspec

from ii_companion.log.header import Mode
from ii_companion.log.places import Places, make_folder, reason
from ii_companion.log.storage import locked
from ii_companion.log.store import Store
from ii_companion.log.table import guarded
from ii_companion.log.whole import write_whole
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.session.said import said

YEAR_DAYS = 365


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody had their induction, and their refreshers since."""

    induction: date | None = None
    refreshers: tuple[date, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """One practitioner: their dates, whether a refresher is due, and sessions practised, paired and observed."""

    practitioner: str
    induction: date | None
    last_refresher: date | None
    due: str
    """Why something is due (for `words.render`), or nothing."""
    practised: int
    paired: int
    observed: int


def path_of(places: Places) -> Path:
    return places.root / "training.json"


def read_dates(places: Places) -> dict[str, Dates]:
    """The dates by practitioner. Raises Refusal if the file is there but cannot be read."""
    path = path_of(places)
    try:
        return msgspec.json.decode(read_whole(path), type=dict[str, Dates])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(
            "{path}: not a training record: {why}. It is left as it is.", path=path, why=said_by(error)
        ) from error


def note_date(
    places: Places, practitioner: str, *, induction: date | None = None, refresher: date | None = None
) -> None:
    """Keep a date that a person gave."""
    make_folder(places.root)
    with locked(path_of(places)):
        every = read_dates(places)
        known = every.get(practitioner, Dates())
        refreshers = tuple(sorted({*known.refreshers, *([refresher] if refresher else [])}))
        every[practitioner] = Dates(induction or known.induction, refreshers)
        try:
            write_whole(path_of(places), msgspec.json.format(msgspec.json.encode(every), indent=1) + b"\n")
        except OSError as error:
            raise Refusal(
                "{path} cannot be written: {why}. It is as it was.",
                path=path_of(places),
                why=reason(error),
            ) from error


def standings(store: Store, today: date) -> list[Standing]:
    """Everybody there is a date or a session of, in order of their codes."""
    every = store.dates()
    practised: dict[str, int] = {}
    paired: dict[str, int] = {}
    observed: dict[str, int] = {}
    for entry in [*store.entries(), *store.practice.entries()]:
        if entry.practitioner and entry.mode is Mode.PRACTICE:
            practised[entry.practitioner] = practised.get(entry.practitioner, 0) + 1
        if entry.practitioner and entry.mode is Mode.PAIRED:
            paired[entry.practitioner] = paired.get(entry.practitioner, 0) + 1
        if entry.mentor:
            observed[entry.mentor] = observed.get(entry.mentor, 0) + 1
    found = []
    for who in sorted({*every, *practised, *paired, *observed}):
        dates = every.get(who, Dates())
        last = dates.refreshers[-1] if dates.refreshers else None
        counts = (practised.get(who, 0), paired.get(who, 0), observed.get(who, 0))
        found.append(Standing(who, dates.induction, last, due(dates, today), *counts))
    return found


def due(dates: Dates, today: date) -> str:
    """What is due, by the dates there are: the induction, or the yearly refresher."""
    if dates.induction is None and not dates.refreshers:
        return said("no induction date is known")
    latest = max(day for day in (dates.induction, *dates.refreshers) if day is not None)
    leap_day = (latest.month, latest.day) == (2, 29)
    since = date(latest.year + 1, 3, 1) if leap_day else latest.replace(year=latest.year + 1)
    late = (today - latest).days > YEAR_DAYS
    return said("refresher due since {date}", date=str(since)) if late else ""


def as_csv(every: list[Standing]) -> bytes:
    """The record as CSV with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    names = Standing.__struct_fields__
    writer.writerow(names)
    for one in every:
        writer.writerow(
            [guarded(str(value)) if (value := getattr(one, name)) is not None else "" for name in names]
        )
    return ("\ufeff" + out.getvalue()).encode()
