"""The dates of inductions and refreshers that people gave, by practitioner, in one small JSON file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from ii_companion.log.places import Places, make_folder, reason
from ii_companion.log.sealing import read, write_whole
from ii_companion.log.storage import locked
from ii_companion.log.versions import DATES, refuse_newer
from ii_companion.session.refusal import Refusal, said_by


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody had their induction, and their refreshers since."""

    induction: date | None = None
    refreshers: tuple[date, ...] = ()


def path_of(places: Places) -> Path:
    return places.root / "training.json"


def read_dates(places: Places) -> dict[str, Dates]:
    """The dates by practitioner. Raises Refusal if the file is there but cannot be read."""
    path = path_of(places)
    try:
        data = read(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    refuse_newer(data, DATES, str(path))
    try:
        return msgspec.json.decode(data, type=dict[str, Dates])
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
