"""Brief logs: plain TinyDB JSON that survives whatever happens to it."""

from __future__ import annotations

import multiprocessing
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from makers import coded
from tinydb import TinyDB

from ii_companion.cli import main
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.journal import Journal
from ii_companion.log.places import Places, ready
from ii_companion.log.records import BriefLog, EndReason
from ii_companion.log.shelf import Shelf
from ii_companion.log.storage import backup_path
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal

START = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def log(name: str = "s1", day: int = 0, **fields: Any) -> BriefLog:
    header = Header(id=name, learner="heron", started_at=START + timedelta(days=day), card=Card("heron"))
    return msgspec.structs.replace(brief_log(header, coded("1L 2i 9E")), **fields)


def test_a_saved_log_comes_back_as_it_was_and_stock_tinydb_opens_the_month(places: Places) -> None:
    shelf = Shelf(places)
    kept = log(what_happened="She hummed “mm”.\nI hummed back.", fundamentals=("turns",))
    shelf.save(kept)
    assert shelf.get("s1") == kept
    with TinyDB(places.log / "2026-11.json") as db:
        (document,) = db.all()
    assert document["what_happened"] == kept.what_happened
    assert document["started_at"] == "2026-11-23T10:15:00Z"
    assert msgspec.convert(document, BriefLog) == kept


def test_saving_again_replaces_and_months_have_files_of_their_own(places: Places) -> None:
    shelf = Shelf(places)
    shelf.save(log())
    shelf.save(log(next_time="wait more"))
    shelf.save(log("s2", day=30))
    assert [(one.id, one.next_time) for one in shelf.logs()] == [("s2", ""), ("s1", "wait more")]
    assert sorted(p.name for p in places.log.glob("*.json")) == ["2026-11.json", "2026-12.json"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d[: len(d) // 2],
        lambda d: b"\0" * len(d),
        lambda d: b"\xff\xfe" + d,
        lambda d: b"",
        lambda d: b"[1]",
    ],
)
def test_a_damaged_month_is_named_set_aside_and_read_from_its_backup(places: Places, damage: Any) -> None:
    told: list[str] = []
    shelf = Shelf(places, told.append)
    shelf.save(log("s1"))
    shelf.save(log("s2"))
    month = places.log / "2026-11.json"
    bad = damage(month.read_bytes())
    month.write_bytes(bad)
    assert [one.id for one in shelf.logs()] == ["s1"]
    assert "2026-11.json is damaged" in told[0]
    (aside,) = places.log.glob("*.damaged-*")
    assert aside.read_bytes() == bad
    shelf.save(log("s3"))
    assert {one.id for one in shelf.logs()} == {"s1", "s3"}


def test_a_save_into_a_damaged_month_keeps_the_backup_s_logs(places: Places) -> None:
    shelf = Shelf(places)
    shelf.save(log("s1"))
    shelf.save(log("s2"))
    (places.log / "2026-11.json").write_bytes(b"{")
    shelf.save(log("s3"))
    assert {one.id for one in shelf.logs()} == {"s1", "s3"}


def test_a_log_of_a_newer_version_is_told_of_and_left_as_it_is(places: Places) -> None:
    told: list[str] = []
    shelf = Shelf(places, told.append)
    shelf.save(log("s1"))
    with TinyDB(places.log / "2026-11.json") as db:
        db.insert({"schema": 3, "id": "new", "something": "else"})
    assert [one.id for one in shelf.logs()] == ["s1"]
    assert "newer version" in told[0]
    shelf.save(log("s2"))
    with TinyDB(places.log / "2026-11.json") as db:
        assert [d["id"] for d in db.all()] == ["s1", "new", "s2"]


def test_a_log_edited_into_nonsense_is_named_with_its_field(places: Places) -> None:
    told: list[str] = []
    Shelf(places).save(log("s1"))
    with TinyDB(places.log / "2026-11.json") as db:
        db.update({"stage": 9})
    assert Shelf(places, told.append).logs() == []
    assert "s1" in told[0]
    assert "stage" in told[0]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"started_at": datetime(2026, 1, 1)}, "time zone"),  # noqa: DTZ001
        ({"duration_s": float("nan")}, "duration_s"),
        ({"paused_s": -1.0}, "paused_s"),
    ],
)
def test_naive_times_and_nan_are_refused_at_the_door(
    places: Places, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises((ValueError, Refusal), match=why):
        Shelf(places).save(log(**fields))
    assert not list(places.root.glob("log/*.json"))


def test_unknown_fields_are_refused_at_the_door() -> None:
    document = {**msgspec.to_builtins(log()), "mood": "fine"}
    with pytest.raises(msgspec.ValidationError, match="mood"):
        msgspec.convert(document, BriefLog)


def test_a_save_that_fails_leaves_the_month_as_it_was(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(places)
    shelf.save(log("s1"))
    before = (places.log / "2026-11.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal, match="no space left"):
        shelf.save(log("s2"))
    monkeypatch.undo()
    assert (places.log / "2026-11.json").read_bytes() == before
    assert not list(places.log.glob(".*.tmp"))


def test_deleting_says_what_it_removes_and_leaves_no_trace_of_it(
    places: Places, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(places)
    shelf = Shelf(places)
    for name in ("keepme", "dropme"):
        header = Header(id=name, learner="heron", started_at=START, card=Card("heron"))
        journal = Journal.begin(places.journals, header)
        journal.close()
        shelf.save(log(name))
    monkeypatch.setenv("II_COMPANION_HOME", str(places.root))
    assert main(["log", "delete", "dropme"]) == 1  # no terminal to ask at
    assert "journal dropme.jsonl" in capsys.readouterr().err
    assert main(["log", "delete", "dropme", "--yes"]) == 0
    assert [one.id for one in shelf.logs()] == ["keepme"]
    named = [
        path.name for path in places.root.rglob("*") if path.is_file() and b"dropme" in path.read_bytes()
    ]
    assert named == ["activity.jsonl"]  # which says what was deleted, and nothing of what stood in it
    assert not any("dropme" in path.name for path in places.root.rglob("*"))


def test_log_prints_a_list_and_show_adds_the_journal_s_events(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    ready(places)
    header = Header(id="s1", learner="heron", started_at=START, card=Card("heron"))
    journal = Journal.begin(places.journals, header)
    events = coded("1L 2i 9E")
    for event in events:
        journal.append(event)
    journal.close()
    Shelf(places).save(brief_log(header, events, EndReason.DRIFTED_APART))
    assert main(["log", "--json"]) == 0
    (listed,) = msgspec.json.decode(capsys.readouterr().out)
    assert (listed["id"], listed["end_reason"], listed["mode"]) == ("s1", "drifted_apart", "solo")
    assert main(["log", "show", "s1", "--json"]) == 0
    shown = msgspec.json.decode(capsys.readouterr().out)
    assert shown["events"][1] == {"n": 2, "t": 2.0, "kind": "imitate", "detail": ""}
    assert main(["log", "show", "nobody"]) == 1
    assert "There is no brief log nobody" in capsys.readouterr().err


def _save_many(root: str, name: str, logs: int) -> None:
    shelf = Shelf(Places(Path(root)))
    for n in range(logs):
        shelf.save(log(f"{name}-{n}"))


@pytest.mark.long
def test_two_processes_saving_two_hundred_logs_each_at_once_keep_four_hundred(
    places: Places, whole: bool
) -> None:
    """A sample: fifty each, and a hundred in all."""
    each = 200 if whole else 50
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_save_many, args=(str(places.root), name, each)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len({one.id for one in Shelf(places).logs()}) == 2 * each
    assert backup_path(places.log / "2026-11.json").exists()
