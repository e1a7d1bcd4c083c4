"""Files of every kind we read, malformed; saves cut short at every step; disks that are slow; many processes at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Tried
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import coded

from ii_companion.content.prompts import load_prompts
from ii_companion.files import incoming as maps
from ii_companion.files.sessions import Travelling, decode, encode
from ii_companion.log.cards import card_path, load_card
from ii_companion.log.closing import brief_log
from ii_companion.log.dates import read_dates
from ii_companion.log.header import Header
from ii_companion.log.journal import Journal
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.plan import load_plan
from ii_companion.log.shelf import Shelf
from ii_companion.log.table import parse_table, read_table
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal
from ii_companion.settings import load

START = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
HEADER = Header(id="20261123-101500-heron-0001", learner="heron", started_at=START, card=Card("heron"))
EVENTS = coded("1L 2i 9E")
JOURNAL = b"\n".join([__import__("msgspec").json.encode(x) for x in (HEADER, *EVENTS)]) + b"\n"
MONTH = b'{"_default": {\n"1": ' + __import__("msgspec").json.encode(brief_log(HEADER, EVENTS)) + b"\n}}\n"
BORIS = json.dumps(
    {"observations": {"a": {"date": "2026-01-01T00:00:00", "events": [[1, "Child", "x", "", ""]]}}}
).encode()
MAPPING = b'learner = "heron"\n[subjects]\nChild = "learner"\n[codes]\nx = "act"\n'
SETTINGS = b'theme = "dim"\nkeep_months = 3\n[keys]\nundo = "z"\n[voice]\nrate = 140\n'
PROMPTS = b'[[prompt]]\nid = "wait.x"\nphase = "wait"\ntext = "Rest."\ntriggers = ["double_turn"]\n'
EAF = (
    b'<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-01-01T00:00:00Z" FORMAT="3.0" '
    b'VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd"><HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/>'
    b'<TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="2000"/></TIME_ORDER><TIER LINGUISTIC_TYPE_REF="d" TIER_ID="Child"><ANNOTATION>'
    b'<ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>x</ANNOTATION_VALUE>'
    b'</ALIGNABLE_ANNOTATION></ANNOTATION></TIER><LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="d" '
    b'TIME_ALIGNABLE="true"/></ANNOTATION_DOCUMENT>'
)
CSV = b"time_s,actor,act,detail\n1,learner,act,voice\n2,practitioner,imitate,\n9,both,end,\n"


@st.composite
def spoiled(draw: st.DrawFn, good: bytes) -> bytes:
    """Good bytes with something wrong: cut, bytes changed, put in, taken out or doubled; or other bytes altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=80))
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.integers(0, 5)):
            case 0:
                del data[at:]
            case 1:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=3))
            case 2:
                data[at:at] = draw(
                    st.sampled_from(
                        [b"\0", b"NaN", b"-1", b'"', b"\n", b"{", b"\xff", b"1e999", b"[]", b"null"]
                    )
                )
            case 3:
                del data[at : at + draw(st.integers(1, 20))]
            case 4:
                data[at:at] = data[at : at + 30]
            case _:
                data[at : at + 8] = b"\0" * 8
    return bytes(data)


GOOD = {
    "journal": JOURNAL,
    "month": MONTH,
    "csv": CSV,
    "json": encode([Travelling(brief_log(HEADER, EVENTS), HEADER, tuple(EVENTS))]),
    "boris": BORIS,
    "eaf": EAF,
    "mapping": MAPPING,
    "settings": SETTINGS,
    "prompts": PROMPTS,
    "card": b'{"code": "heron", "wait_s": 9.0}',
    "last": b'{"learner": "heron"}',
    "training": b'{"k7": {"induction": "2026-01-01"}}',
}
"""A file of every kind we read."""


def read(kind: str, bad: bytes, tmp_path: Path) -> object:
    """Read bytes as a file of that kind, by every reader it has. What was found, where there is one answer."""
    places = Places(tmp_path / "data")
    ready(places)
    path = tmp_path / f"file.{kind}"
    path.write_bytes(bad)
    match kind:
        case "journal":
            (places.journals / f"{HEADER.id}.jsonl").write_bytes(bad)
            for one in LocalStore(places).unfinished()[0]:
                LocalStore(places).finish(one)
            return read_journal(path).events
        case "month":
            (places.log / "2026-11.json").write_bytes(bad)
            shelf = Shelf(places)
            shelf.logs(), shelf.entries(), shelf.json(), shelf.ids()
            shelf.save(brief_log(HEADER, EVENTS))
            assert HEADER.id in shelf.ids()
        case "csv":
            return read_table(path)
        case "json":
            return list(decode(bad, "x"))
        case "boris":
            (tmp_path / "m.toml").write_bytes(MAPPING)
            return list(maps.from_boris(path, maps.read_mapping(tmp_path / "m.toml")))
        case "eaf":
            (tmp_path / "m.toml").write_bytes(MAPPING)
            return list(maps.from_elan(path, maps.read_mapping(tmp_path / "m.toml")))
        case "mapping":
            return maps.read_mapping(path).codes
        case "settings":
            return not load(path).complaints
        case "prompts":
            folder = tmp_path / "prompts"
            folder.mkdir(exist_ok=True)
            (folder / "x.toml").write_bytes(bad)
            return not load_prompts("en", folder).complaints
        case "card":
            places.cards.mkdir(exist_ok=True)
            card_path(places, "heron").write_bytes(bad)
            return load_card(places, "heron")
        case "last":
            (places.root / "last.json").write_bytes(bad)
            return load_plan(places).learner
        case "training":
            (places.root / "training.json").write_bytes(bad)
            return read_dates(places)
    return True


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_files_are_good(kind: str, tmp_path: Path) -> None:
    """Or spoiling them would show nothing."""
    assert read(kind, GOOD[kind], tmp_path)


FUZZ = settings(
    max_examples=int(os.environ.get("II_COMPANION_FUZZ", "150")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(kind=st.sampled_from(list(GOOD)), data=st.data())
def test_no_malformed_file_of_any_kind_is_more_than_a_sentence(
    tmp_path: Path, kind: str, data: st.DataObject, tried: Tried
) -> None:
    """Each reader gives what can be used, or a Refusal; nothing else is ever raised."""
    bad = data.draw(spoiled(GOOD[kind]))
    tried("malformed files")
    try:
        read(kind, bad, tmp_path)
    except Refusal as refusal:
        assert str(refusal)


@FUZZ
@given(text=st.text(max_size=200))
def test_any_text_at_all_is_a_table_or_a_refusal(text: str, tried: Tried) -> None:
    for whole in (text, "time_s,actor,act,detail\n" + text):
        tried("malformed files")
        try:
            parse_table(whole, "x")
        except Refusal as refusal:
            assert "line" in str(refusal)


CUT = """
import os, sys
from pathlib import Path
count, at = 0, int(sys.argv[2])
def counted(name):
    real = getattr(os, name)
    def call(*a, **k):
        global count
        count += 1
        if count == at:
            os._exit(9)
        return real(*a, **k)
    setattr(os, name, call)
from ii_companion.log.shelf import Shelf
from ii_companion.log.places import Places
from ii_companion.log.closing import brief_log
from msgspec.structs import replace
import filelock, tinydb
sys.path.insert(0, sys.argv[3])
import test_files as t
log = replace(brief_log(t.HEADER, t.EVENTS), id="new", what_happened="new words")
for name in ("open", "fsync", "replace", "link", "unlink", "rename", "write"):
    counted(name)
Shelf(Places(Path(sys.argv[1]))).save(log)
print(count)
"""


@pytest.mark.long
def test_a_save_killed_between_any_two_steps_leaves_the_old_month_or_the_new(
    tmp_path: Path, whole: bool, tried: Tried
) -> None:
    """The process is ended at its first call into the system, its second, and so on to the last; a sample: each third."""
    stride = 1 if whole else 3
    step, finished = 1 - stride, False
    outcomes = set()
    while not finished:
        step += stride
        places = Places(tmp_path / f"d{step}")
        ready(places)
        shelf = Shelf(places)
        shelf.save(brief_log(HEADER, EVENTS))
        argv = [sys.executable, "-c", CUT, str(places.root), str(step), str(Path(__file__).parent)]
        env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(
                [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
        }
        ran = subprocess.run(argv, capture_output=True, text=True, env=env, check=False)
        assert ran.returncode in (0, 9), ran.stderr
        finished = ran.returncode == 0
        told: list[str] = []
        ids = {log.id for log in Shelf(places, told.append).logs()}
        assert HEADER.id in ids
        assert not [sentence for sentence in told if "damaged" in sentence]
        outcomes.add("new" in ids)
        Shelf(places).save(brief_log(HEADER, EVENTS))  # and the next save goes through
        assert step < 60
        tried("saves ended between two system calls", not finished)
    assert outcomes == {True, False}
    assert step >= 5


def test_a_slow_disk_keeps_no_key_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While fsync hangs, a hundred keys are written to the journal all the same."""
    go_on = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda handle: go_on.wait(30))
    journal = Journal.begin(tmp_path, HEADER)
    from ii_companion.session.events import Event
    from ii_companion.session.kinds import Kind

    for n in range(1, 101):
        assert journal.append(Event(n, n / 10, Kind.LEARNER_ACT))
    assert len(read_journal(journal.path).events) == 100
    assert not go_on.is_set()
    go_on.set()
    journal.close()


def _many(root: str, name: str) -> None:
    from msgspec.structs import replace

    shelf = Shelf(Places(Path(root)))
    for n in range(25):
        shelf.save(replace(brief_log(HEADER, EVENTS), id=f"{name}-{n}"))
        if n % 5 == 0:
            shelf.delete(f"{name}-{n}")


@pytest.mark.parametrize("processes", [2, 8])
def test_many_processes_on_one_folder_lose_nothing(places: Places, processes: int, tried: Tried) -> None:
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=_many, args=(str(places.root), f"p{n}")) for n in range(processes)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * processes
    tried("saves by many processes at once", 25 * processes)
    told: list[str] = []
    assert len({log.id for log in Shelf(places, told.append).logs()}) == 20 * processes
    assert told == []
