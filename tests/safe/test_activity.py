"""What was done with somebody's data is noted, a line an act: when, who, which sessions, and never a word of theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faults.test_attacked import travelling
from msgspec.structs import replace

from ii_companion.cli import main
from ii_companion.files.taking import take_in
from ii_companion.log import activity
from ii_companion.log.activity import Did, Line
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.session.card import Card

WORDS = "Zebrafinch"
"""Stands in every text that is kept, and must not stand in the record."""


@pytest.fixture
def store(places: Places) -> LocalStore:
    kept = LocalStore(places)
    one, other = travelling("wren"), travelling("otter", 2)
    take_in(kept, [replace(one, log=replace(one.log, what_happened=WORDS)), other])
    kept.remember_plan(Plan("wren", "k7"))
    return kept


def lines(places: Places) -> list[dict[str, object]]:
    return [json.loads(line) for line in (places.root / "activity.jsonl").read_bytes().splitlines()]


def export(store: LocalStore, out: Path) -> None:
    assert main(["export", "--learner", "wren", "--format", "json", "--out", str(out)]) == 0


def edit(store: LocalStore, out: Path) -> None:
    log = store.logs()[0]
    store.save(replace(log, next_time=f"{WORDS} again"), keep_earlier=True, over=log)


ACTS: dict[str, Callable[[LocalStore, Path], object]] = {
    "exported": export,
    "edited": edit,
    "imported": lambda store, out: take_in(store, [travelling("owl", 9)]),
    "deleted": lambda store, out: store.remove(store.of_session(store.logs()[0].id)),
    "erased": lambda store, out: store.erase("wren"),
    "opened": lambda store, out: main(["log", "show", store.logs()[0].id]),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_a_line_with_who_and_which_and_no_words(
    store: LocalStore, places: Places, tmp_path: Path, act: str
) -> None:
    before = lines(places)
    newest = store.logs()[0].id
    ACTS[act](store, tmp_path / "out.json")
    (line,) = lines(places)[len(before) :]
    assert (line["act"], line["who"]) == (act, "k7")
    assert datetime.fromisoformat(str(line["at"])).utcoffset() == UTC.utcoffset(None)
    if act in ("edited", "deleted", "opened"):
        assert line["sessions"] == [newest]
    text = (places.root / "activity.jsonl").read_text()
    assert WORDS not in text
    assert "out.json" not in text
    if os.name == "posix":
        assert (places.root / "activity.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_list_on_the_command_line_says_how_many_were_read(
    store: LocalStore, places: Places, capsys
) -> None:
    for arguments in (["log"], ["log", "--json"]):
        assert main(arguments) == 0
        assert {key: lines(places)[-1][key] for key in ("act", "n")} == {"act": "opened", "n": 2}
    capsys.readouterr()
    assert main(["log", "--practice"]) == 0  # there is nothing in it, so nothing was read
    assert not (places.practice.root / "activity.jsonl").exists()


def test_who_did_it_can_be_said(store: LocalStore, places: Places, tmp_path: Path, capsys) -> None:
    arguments = ["export", "--format", "csv", "--out", str(tmp_path / "a.csv"), "--me", "k9"]
    assert main(arguments) == 0
    assert lines(places)[-1]["who"] == "k9"
    assert main([*arguments[:-1], "John Smith"]) == 1
    assert "code" in capsys.readouterr().err


def test_erasing_leaves_the_line_without_the_code(
    store: LocalStore, places: Places, tmp_path: Path, capsys
) -> None:
    export(store, tmp_path / "out.json")
    assert main(["erase", "wren", "--yes"]) == 0
    data = (places.root / "activity.jsonl").read_bytes()
    assert b"wren" not in data
    erased = [line for line in lines(places) if line["act"] == "erased"]
    assert len(erased) == 1
    assert [line["act"] for line in lines(places)] == ["imported", "exported", "erased"]
    imported = lines(places)[0]
    assert (imported["sessions"], imported["n"]) == ([travelling("otter", 2).log.id], 1)
    capsys.readouterr()
    assert main(["activity", "--learner", "wren", "--json"]) == 0  # whoever knows the code can ask
    assert [line["act"] for line in json.loads(capsys.readouterr().out)] == ["erased", "exported", "imported"]
    assert main(["activity", "--learner", "p18", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_two_learners_hashes_differ_and_the_salt_is_new_each_time() -> None:
    assert activity.salted("p17") != activity.salted("p17")
    mark = activity.salted("p17")
    assert activity.is_of(mark, "p17")
    assert not activity.is_of(mark, "p18")
    assert not activity.is_of("scrypt:zz:00", "p17")
    assert not activity.is_of("md5:00:00", "p17")


def test_erasing_again_after_it_was_cut_short_notes_it_once(store: LocalStore, places: Places) -> None:
    mark = activity.salted("wren")
    line = Line(datetime(2026, 11, 27, 9, tzinfo=UTC), Did.ERASED, "k7", hashes=(mark,))
    for _again in range(2):
        activity.erase(places, "wren", activity.salted("wren") if _again else mark, line)
    assert [one["act"] for one in lines(places)] == ["imported", "erased"]


def test_it_is_listed_and_filtered(store: LocalStore, capsys, tmp_path: Path) -> None:
    export(store, tmp_path / "out.json")
    store.save_card(Card("wren"))
    capsys.readouterr()

    def listed(*arguments: str) -> list[str]:
        assert main(["activity", *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    whole = listed()
    assert len(whole) == 3
    assert "edited" in whole[0] or "exported" in whole[0]
    assert len(listed("--act", "exported")) == 1
    assert len(listed("--act", "exported", "--act", "edited")) == 2
    assert len(listed("--learner", "otter")) == 1
    assert len(listed("--session", travelling("otter", 2).log.id)) == 1
    assert len(listed("--who", "k7")) == 2
    assert listed("--until", "2020-01-01") == ["Nothing of the kind is noted."]
    assert main(["activity", "--act", "burnt"]) == 1
    assert "exported" in capsys.readouterr().err


def test_a_torn_line_is_closed_and_told_of_and_the_rest_is_read(
    store: LocalStore, places: Places, capsys
) -> None:
    with (places.root / "activity.jsonl").open("ab") as file:
        file.write(b'{"at":"2026-11-2')
    store.did(Did.EXPORTED, ["20261123-101500-p17-00a1"])
    capsys.readouterr()
    assert main(["activity", "--json"]) == 0
    out, err = capsys.readouterr()
    assert [line["act"] for line in json.loads(out)][:1] == ["exported"]
    assert "1 line cannot be read" in err


def test_a_newer_version_s_act_is_listed_by_its_word(store: LocalStore, places: Places, capsys) -> None:
    with (places.root / "activity.jsonl").open("ab") as file:
        file.write(b'{"at":"2027-01-02T03:04:05Z","act":"telepathy","colour":"blue"}\n')
    assert main(["activity"]) == 0
    assert "telepathy" in capsys.readouterr().out


def test_what_cannot_be_noted_is_told_and_refuses_nothing(
    store: LocalStore, places: Places, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(activity, "_append", full)
    assert main(["log", "show", store.logs()[0].id]) == 0
    assert "not noted" in capsys.readouterr().err


APPENDING = """
import sys
from ii_companion.log.activity import Did
from ii_companion.log.local import open_store
store = open_store(sys.argv[1])
for n in range(50):
    store.did(Did.EXPORTED, [f"20261123-101500-{sys.argv[2]}-{n:04x}"])
"""


def test_many_processes_add_while_one_erases_and_no_line_is_lost(store: LocalStore, places: Places) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", APPENDING, str(places.root), who]) for who in ("p17", "p18")
    ]
    for _ in range(5):
        activity.erase(places, "wren", activity.salted("wren"), None)
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(lines(places)) == 101
