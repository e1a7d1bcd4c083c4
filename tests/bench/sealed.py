"""What sealing costs, as ratios of the same without it: a key, a save, opening a month; and a plain folder's look for a seal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from faults.test_files import HEADER
from msgspec.structs import replace
from rows import Row, fill, medians, row, session, timed
from sealing import rings
from sealing.folders import seal

from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.seal import top_and_name
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

KEYS = 2_000
LOGS = 300


def us(seconds: float) -> str:
    return f"{1e6 * seconds:.1f} µs"


def sealed(tmp: Path) -> list[Row]:
    """Every figure beside what it is without a seal."""
    with pytest.MonkeyPatch.context() as patch:
        rings.install(tmp / "ring.json", patch)
        stores = {}
        for name in ("plain", "sealed"):
            places = Places(tmp / name)
            fill(places, LOGS)
            stores[name] = LocalStore(places)
        seal(Places(tmp / "sealed"))
        keyed = medians({name: lambda store=store: _keys(store) for name, store in stores.items()}, 5)
        saved = medians({name: lambda store=store: _save(store) for name, store in stores.items()})
        read = medians({name: lambda store=store: timed(store.entries) for name, store in stores.items()})
        look = medians({"look": lambda: timed(lambda: _look(tmp)) / KEYS})["look"]
    return [
        row("sealed: a key into the journal", keyed["sealed"], "× 15", us, plain=keyed["plain"]),
        row("sealed: a save", saved["sealed"], "× 1.5", plain=saved["plain"]),
        row(f"sealed: listing {LOGS} logs", read["sealed"], "× 6", plain=read["plain"]),
        row("not sealed: looking for a seal, in a save", look, "1 % of it", us, a_save=saved["plain"]),
    ]


def _keys(store: LocalStore) -> float:
    journal = Journal.begin(
        store._places.journals, replace(HEADER, id=f"20261123-101500-p17-{os.urandom(4).hex()}")
    )
    events = [Event(n, n / 10, Kind.LEARNER_ACT) for n in range(1, KEYS + 1)]

    def key() -> None:
        for event in events:
            journal.append(event)

    took = timed(key) / KEYS
    journal.close()
    return took


def _save(store: LocalStore) -> float:
    log = session(LOGS - 1).log
    return timed(lambda: store.save(log))


def _look(tmp: Path) -> None:
    path = tmp / "plain" / "log" / "2026-11.json"
    for _ in range(KEYS):
        top_and_name(path)
