"""What is kept: a key on its way to the disk, a save and a list after ten years; stock TinyDB and SQLite beside them."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace
from pty_time import companion, whole_run
from rows import EXAMPLE, START, Row, fill, medians, ms, row, session, timed

from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.shelf import Shelf
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

LINE = "print(d['started_at'], d['learner'], d['duration_s'], d['id'], d['what_happened'])"
TINYDB_LIST = f"import sys; from tinydb import TinyDB\nfor d in TinyDB(sys.argv[1]).all(): {LINE}"
SQLITE_LIST = (
    "import sys, json, sqlite3\nfor d in map(json.loads, (r[0] for r in "
    f"sqlite3.connect(sys.argv[1]).execute('select document from log'))): {LINE}"
)
"""Programs that list what is kept in the peers, a line each."""


def journal(tmp: Path) -> Iterator[Row]:
    """A key's time to the journal's file, and from there to the end of the fsync that covers it."""
    folder = tmp / "j"
    folder.mkdir()
    header = Header(id="bench", learner="heron", started_at=START, card=Card("heron"))
    really, ends = os.fsync, [0.0]

    def timed_fsync(handle: int) -> None:
        begun = time.perf_counter()
        really(handle)
        ends.append(begun)
        ends.append(time.perf_counter())

    os.fsync = timed_fsync
    kept = Journal.begin(folder, header)
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    line = b'{"n":1,"t":1.234,"kind":"learner_act","detail":""}\n'
    rng, bare, ours, synced, on_disk = random.Random(2), [], [], [], []
    for n in range(1, 3001):
        event = Event(n, n / 10, Kind.LEARNER_ACT)
        began = time.perf_counter()
        kept.append(event)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        os.write(handle, line)
        bare.append(time.perf_counter() - began)
        if n % 50 == 0:
            time.sleep(0.01)
    for n in range(3001, 3061):  # at a person's pace
        time.sleep(rng.uniform(0.02, 0.3))
        kept.append(Event(n, n / 10, Kind.LEARNER_ACT))
        written = time.perf_counter()
        while not any(begun >= written for begun in ends[1::2]) or len(ends) % 2 == 0:
            time.sleep(0.001)
        on_disk.append(
            next(end for begun, end in zip(ends[1::2], ends[2::2], strict=True) if begun >= written) - written
        )
        began = time.perf_counter()
        os.write(handle, line)
        really(handle)
        synced.append(time.perf_counter() - began)
    kept.close()
    os.fsync = really
    us = lambda seconds: f"{1e6 * seconds:.1f} µs"  # noqa: E731
    yield row(
        "key to journal",
        statistics.median(ours),
        "2 × a bare append",
        us,
        **{"a bare append": statistics.median(bare)},
    )
    yield row(
        "key to disk, the slowest of 60",
        max(on_disk),
        "200 ms",
        ms,
        **{"append and fsync": statistics.median(synced)},
    )


def digests_kept(tmp: Path) -> Iterator[Row]:
    """A log saved again in a month of a hundred, with the digests of what is saved and without; and all of them looked at."""
    from ii_companion.log import digests

    places = Places(tmp / "digests")
    fill(places, 100)
    log, noted = session(99).log, digests.note

    def save(note: Callable[..., None]) -> float:
        nonlocal log
        edited = msgspec.structs.replace(log, next_time=str(time.perf_counter()))
        digests.note = note
        took = timed(lambda: Shelf(places).save(edited, over=log))
        digests.note, log = noted, edited
        return took

    found = medians({"with": lambda: save(noted), "without": lambda: save(lambda *_: None)})
    yield row("save with digests", found["with"], "1.2 × without", ms, **{"without them": found["without"]})
    whole = Places(tmp / "whole")
    ready(whole)
    header = Header(id="bench", learner="l1", practitioner="k7", started_at=START, card=Card("l1"))
    events = (*EXAMPLE, Event(len(EXAMPLE) + 1, 200.0, Kind.ENDED))
    every = (session(n) for n in range(10_000))
    heads = ((one.log, replace(header, id=one.log.id, started_at=one.log.started_at)) for one in every)
    take_in(LocalStore(whole), (Travelling(brief_log(head, events), head, events) for _, head in heads))
    verified = LocalStore(whole).verify()
    assert (verified.journals, verified.changes) == (10_000, ())
    yield row(
        "`check --all`: 10,000 sessions",
        timed(lambda: LocalStore(whole).verify()),
        "5 s",
        lambda s: f"{s:.2f} s",
    )


def store(tmp: Path) -> Iterator[Row]:
    from tinydb import TinyDB

    folders = {}
    for n in (10, 1_000, 10_000):
        folders[n] = Places(tmp / f"s{n}")
        fill(folders[n], n)
    late = session(200_000)
    tries: dict[str, Callable[[], float]] = {}
    for n, places in folders.items():
        document = msgspec.to_builtins(late.log)
        stock = TinyDB(tmp / f"stock{n}.json")
        stock.insert_multiple(msgspec.to_builtins(session(i).log) for i in range(n))
        db = sqlite3.connect(tmp / f"{n}.sqlite")
        db.executescript(
            "pragma journal_mode=wal; pragma synchronous=full; create table log(id text primary key, document text)"
        )
        db.executemany(
            "insert into log values(?, ?)",
            ((str(i), json.dumps(msgspec.to_builtins(session(i).log), default=str)) for i in range(n)),
        )
        db.commit()
        text, ids = json.dumps(document, default=str), iter(range(10**6, 10**7))
        tries |= {
            f"ours {n}": lambda p=places: timed(lambda: Shelf(p).save(late.log)),
            f"TinyDB {n}": lambda s=stock, d=document: timed(lambda: s.insert(d)),
            f"SQLite {n}": lambda d=db, t=text, i=ids: timed(
                lambda: (d.execute("insert into log values(?, ?)", (str(next(i)), t)), d.commit())
            ),
        }
    found = medians(tries, 7)
    for n in folders:
        beside = {"stock TinyDB": found[f"TinyDB {n}"], "SQLite (WAL, full sync)": found[f"SQLite {n}"]}
        if n > 10:
            beside = {"the save at 10": found["ours 10"], **beside}
        yield row(
            f"save at {n:,} sessions",
            found[f"ours {n}"],
            "1.5 × the save at 10" if n == 10_000 else "",
            ms,
            **beside,
        )
    for n, places in folders.items():
        lists = {
            "ours": companion("log", "--data-dir", str(places.root)),
            "stock TinyDB": [sys.executable, "-c", TINYDB_LIST, str(tmp / f"stock{n}.json")],
            "SQLite": [sys.executable, "-c", SQLITE_LIST, str(tmp / f"{n}.sqlite")],
        }
        listed = medians({name: (lambda argv=argv: whole_run(argv)) for name, argv in lists.items()}, 5)
        ours = listed.pop("ours")
        yield row(f"`log` at {n:,} sessions", ours, "500 ms" if n == 10_000 else "", ms, **listed)
