"""What hostile, hand-edited or unlucky files once did to the store and the command line, each held shut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import msgspec
import pytest
from conftest import FakeClock
from faults.test_files import EVENTS, HEADER, START
from makers import coded
from msgspec.structs import replace

from ii_companion.cli import main
from ii_companion.content.folder import read_toml
from ii_companion.files import incoming as maps
from ii_companion.files.docx import clean
from ii_companion.files.sessions import Travelling, decode, encode, with_journal, write_file
from ii_companion.files.standing import Meeting, Standings
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.dates import note_date, read_dates
from ii_companion.log.erase import erase_learner, older_than
from ii_companion.log.header import Header
from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, make_folder, ready
from ii_companion.log.shelf import Shelf
from ii_companion.log.table import parse_table, write_table
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.session.card import Card
from ii_companion.session.codes import code
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal


def travelling(learner: str, number: int = 1, day: int = 23) -> Travelling:
    header = Header(
        id=f"202611{day:02d}-101500-{learner}-{number:04x}",
        learner=learner,
        practitioner="k7",
        started_at=START.replace(day=day),
        card=Card(learner),
    )
    return Travelling(brief_log(header, EVENTS), header, tuple(EVENTS))


def files_with(places: Places, word: str) -> list[Path]:
    return [
        path
        for path in places.root.rglob("*")
        if path.is_file() and (word.encode() in path.read_bytes() or word in path.name)
    ]


def test_erasing_one_learner_leaves_another_whose_code_begins_alike(places: Places) -> None:
    take_in(LocalStore(places), [travelling("otter"), travelling("otter-2"), travelling("heron")])
    erase_learner(places, "otter")
    assert {log.learner for log in Shelf(places).logs()} == {"otter-2", "heron"}
    assert len(list(places.journals.glob("*.jsonl"))) == 2


def test_erasing_reaches_what_cannot_be_read_backups_codings_and_half_written_files(places: Places) -> None:
    one = travelling("wren")
    take_in(LocalStore(places), [one, travelling("heron")])
    month = places.log / "2026-11.json"
    tables = json.loads(month.read_text())
    wren = next(n for n, doc in tables["_default"].items() if doc["learner"] == "wren")
    tables["_default"]["7"] = {**tables["_default"][wren], "id": "newer", "schema": 3}
    tables["_default"]["8"] = {**tables["_default"][wren], "id": "odd", "end_reason": "bored"}
    month.write_text(json.dumps(tables))
    (places.log / ".2026-11.json.999.tmp").write_text(month.read_text())
    (places.journals / "renamed.jsonl").write_text('{"learner" : "wren", "odd": 1}\n')
    ready(places.codings)
    coded_again = replace(one.header, id=f"{one.log.id}-coded-ab12")
    Journal.begin(places.codings.journals, coded_again).close()
    erase_learner(places, "wren")
    assert files_with(places, "wren") == []
    assert [log.learner for log in Shelf(places).logs()] == ["heron"]


def test_erasing_leaves_the_lock_of_a_month_that_another_may_hold(places: Places) -> None:
    """A damaged month that was set aside goes; the lock beside it is the month's own."""
    take_in(LocalStore(places), [travelling("wren"), travelling("heron")])
    lock = places.log / "2026-11.json.lock"
    lock.touch()
    (places.log / "2026-11.json.damaged-20261101T000000000000").write_text("wren")
    erase_learner(places, "wren")
    assert lock.exists()
    assert not list(places.log.glob("*.damaged-*"))


def test_a_checklist_that_cannot_be_read_is_refused_before_it_opens(places: Places) -> None:
    one = travelling("wren")
    take_in(LocalStore(places), [one])
    month = places.log / "2026-11.json"
    tables = json.loads(month.read_text())
    tables["checklists"] = {"1": {"id": one.log.id, "answers": 3}}
    month.write_text(json.dumps(tables))
    with pytest.raises(Refusal, match="checklist"):
        ChecklistScreen(LocalStore(places), one.log)


def test_erasing_while_a_session_runs_is_refused_and_changes_nothing(
    places: Places, clock: FakeClock
) -> None:
    ready(places)
    header = travelling("kite").header
    assert header is not None
    journal = Journal.begin(places.journals, header)
    while not journal._lock:  # its own thread takes it, a moment after the start
        journal._take_lock()
    try:
        with pytest.raises(Refusal, match="is running"):
            erase_learner(places, "kite")
        assert journal.path.exists()
    finally:
        journal.close()
    erase_learner(places, "kite")
    assert files_with(places, "kite") == []


def test_deleting_a_log_takes_its_second_codings_and_old_unfinished_sessions_are_tidied(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = travelling("wren")
    take_in(LocalStore(places), [one])
    ready(places.codings)
    Journal.begin(places.codings.journals, replace(one.header, id=f"{one.log.id}-coded-ab12")).close()
    assert main(["--data-dir", str(places.root), "log", "delete", one.log.id, "--yes"]) == 0
    assert {path.name for path in files_with(places, "wren")} == {"activity.jsonl"}  # that it was deleted
    Journal.begin(places.journals, replace(HEADER, started_at=START.replace(year=2019))).close()
    assert len(older_than(places, 12, START).journals) == 1


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "", "a/b", "x" * 300, "a\0b", "\x1b[2J"])
def test_an_id_that_is_no_file_name_never_leaves_the_door(name: str, places: Places) -> None:
    document = json.loads(encode([travelling("wren")]))
    for part in ("log", "header"):
        document["sessions"][0][part]["id"] = name
    with pytest.raises(Refusal, match="id is"):
        take_in(LocalStore(places), decode(json.dumps(document).encode(), "x.json"))


@pytest.mark.parametrize("learner", ["Mary Smith", "wren\x01", "w" * 300, "Wren", ""])
def test_an_imported_learner_is_a_code(learner: str) -> None:
    document = json.loads(encode([travelling("wren")]))
    document["sessions"][0]["log"]["learner"] = learner
    with pytest.raises(Refusal):
        list(decode(json.dumps(document).encode(), "x.json"))


@pytest.mark.parametrize(
    "name", ["José-García", "МарияИванова", "MarySMITH", "JSmith", "J-Smith", "Mary Smith"]
)
def test_full_names_are_refused_in_any_alphabet_that_has_capitals(name: str) -> None:
    with pytest.raises(Refusal, match="full name"):
        code(name)


@pytest.mark.parametrize("name", ["Heron", "K7", "K7B", "learnerA", "मोर", "İx", "ÉCOLE-3"])
def test_a_code_stays_the_same_when_it_is_read_again(name: str) -> None:
    assert code(code(name)) == code(name)


def test_an_import_never_overwrites_an_unfinished_session(places: Places) -> None:
    ready(places)
    one = travelling("wren")
    assert one.header is not None
    Journal.begin(places.journals, one.header).close()
    before = journal_path(places.journals, one.log.id).read_bytes()
    assert take_in(LocalStore(places), [one]).known == 1
    assert journal_path(places.journals, one.log.id).read_bytes() == before


def test_an_import_that_fails_leaves_no_journal_without_its_log(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Refusal("no space left.")

    monkeypatch.setattr(Shelf, "save_all", full)
    with pytest.raises(Refusal, match="0 sessions were taken in before"):
        take_in(LocalStore(places), [travelling("wren"), travelling("heron")])
    assert list(places.journals.glob("*.jsonl")) == []


def test_damage_in_the_middle_of_a_journal_cuts_nothing_that_was_not_put_by(places: Places) -> None:
    ready(places)
    lines = [msgspec.json.encode(x) for x in (HEADER, *coded("1L 2i 3L 4i 5L"))]
    path = journal_path(places.journals, HEADER.id)
    path.write_bytes(b"\n".join([*lines[:2], b"@@@", *lines[3:]]) + b"\n")
    whole = path.read_bytes()
    assert read_journal(path).damaged_line == 3
    (one,), _ = LocalStore(places).unfinished()
    LocalStore(places).save(LocalStore(places).finish(one))
    assert path.read_bytes().startswith(whole)  # nothing was cut at all
    assert [event.t for event in read_journal(path).events] == [1, 3, 4, 5, 5]  # and only that line is lost
    told: list[str] = []
    with_journal(LocalStore(places), Shelf(places).logs()[0], told.append)
    path.write_bytes(b"\n".join([lines[0], lines[2], lines[1]]) + b"\n")
    assert with_journal(LocalStore(places), Shelf(places).logs()[0], told.append).events == ()
    assert "cannot follow" in told[-1]


def test_dates_noted_at_once_are_all_kept(places: Places) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: note_date(places, f"k{n}", refresher=date(2026, 1, 1)), range(12)))
    assert len(read_dates(places)) == 12


def test_sessions_that_differ_get_ids_that_differ_and_the_same_one_again_changes_nothing(
    places: Places, tmp_path: Path
) -> None:
    table = "time_s,actor,act,detail\n1,learner,act,\n"
    found = []
    for name, learner in (("Ω", "heron"), ("Ψ", "heron"), ("Ψ", "otter")):
        path = tmp_path / f"{name}.csv"
        path.write_text(table)
        found.append(maps.from_csv(path, table, Card(learner)))
    assert len({one.log.id for one in found}) == 3
    assert take_in(LocalStore(places), found).new == 3
    os.utime(tmp_path / "Ω.csv", (1, 1))
    store = LocalStore(places)
    standing = Standings(store, Meeting.REFUSE).of(maps.from_csv(tmp_path / "Ω.csv", table, Card("heron")))
    assert take_in(store, [standing.session]).known == 1


def test_an_import_claims_no_end_but_the_one_that_was_keyed_and_takes_the_card_s_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")
    stopped = maps.from_csv(
        path, "time_s,actor,act,detail\n1,learner,enough_clear,\n2,both,end,\n", Card("heron", 15)
    )
    assert stopped.log.end_reason == "learner_had_enough"
    assert stopped.log.measures is not None
    assert stopped.log.measures.parameters.wait_s == 15


def test_sleep_during_a_pause_is_told_as_one_pause() -> None:
    told = (
        (10, Kind.PAUSED, ""),
        (310, Kind.GAP, "290"),
        (320, Kind.RESUMED, ""),
        (330, Kind.LEARNER_ACT, ""),
    )
    events = [Event(n, t, kind, detail) for n, (t, kind, detail) in enumerate(told, 1)]
    assert [row.split(",")[0] for row in write_table(events).split()[1:]] == ["10", "320", "330"]
    parse_table(write_table(events), "x")


def test_a_boris_state_counts_once_and_a_date_with_a_zone_is_converted(tmp_path: Path) -> None:
    project = {
        "behaviors_conf": {"0": {"code": "hums", "type": "State event"}},
        "observations": {
            "one": {
                "date": "2026-01-01T10:00:00+05:00",
                "events": [
                    [1, "Child", "hums", "", ""],
                    [4, "Child", "hums", "", ""],
                    [6, "Child", "hums", "", ""],
                ],
            }
        },
    }
    path, mapping = tmp_path / "p.boris", tmp_path / "m.toml"
    path.write_text(json.dumps(project))
    mapping.write_text('learner = "heron"\n[subjects]\nChild = "learner"\n[codes]\nhums = "act"\n')
    (one,) = maps.from_boris(path, maps.read_mapping(mapping))
    assert [e.t for e in one.events if e.kind == "learner_act"] == [1, 6]
    assert one.log.started_at.hour == 5


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        '{"observations": {"a": {"date": "2026-01-01", "events": [], "observation time interval": [0, "x"]}}}',
        "[" * 100_000,
    ],
)
def test_no_boris_file_is_more_than_a_sentence(tmp_path: Path, text: str) -> None:
    path, mapping = tmp_path / "p.boris", tmp_path / "m.toml"
    path.write_text(text)
    mapping.write_text('learner = "heron"\n[subjects]\n[codes]\n')
    with pytest.raises(Refusal):
        list(maps.from_boris(path, maps.read_mapping(mapping)))


@pytest.mark.parametrize(
    "text",
    [
        'subjects = 3\nlearner = "x"',
        'learner = "x"\n[codes]\na = ["act"]',
        "[codes]",
        'learner = "x"\npractitioner = "Mary Smith"',
    ],
)
def test_a_mapping_that_is_none_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(Refusal, match=r"m\.toml"):
        maps.read_mapping(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("a = " + "[" * 5_000)
    with pytest.raises(Refusal):
        read_toml(tmp_path / "x.toml")


def test_hours_in_milliseconds_are_asked_about() -> None:
    with pytest.raises(Refusal, match="milliseconds"):
        parse_table("time_s,actor,act,detail\n3600000,both,end,\n", "x")


def test_our_list_of_logs_is_told_from_an_event_table() -> None:
    with pytest.raises(Refusal, match="--format events"):
        parse_table("schema,id,learner\n1,a,b\n", "x")


def test_hand_edited_months_are_named_and_the_rest_is_listed(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(LocalStore(places), [travelling("wren"), travelling("heron", day=24)])
    month = places.log / "2026-11.json"
    tables = json.loads(month.read_text())
    tables["_default"]["1"]["started_at"] = "2026-11-23T10:15:00"
    month.write_text(json.dumps(tables))
    (places.log / "2026-10.json").mkdir()
    for verb in (["log"], ["training"], ["tidy", "--yes"]):
        assert main(["--data-dir", str(places.root), *verb]) == 0
    assert "timezone" in capsys.readouterr().err
    assert len(Shelf(places).logs()) == 1


def test_a_folder_that_is_there_keeps_its_modes(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("modes are POSIX's")
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    make_folder(tmp_path / "ours")
    assert (tmp_path / "ours").stat().st_mode & 0o777 == 0o700


def test_writing_over_a_link_writes_what_it_means(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    link.symlink_to(real)
    write_file(link, b"new", force=True)
    assert (real.read_text(), link.is_symlink()) == ("new", True)


def test_words_keep_what_xml_can_hold() -> None:
    assert clean("a\u2028b 👩‍👧\u00a0c\x01") == "a\u2028b 👩‍👧\u00a0c"


@pytest.mark.parametrize("streams", [">&-", "<&- 2>&1", ">/dev/full"])
@pytest.mark.skipif(os.name != "posix", reason="a shell's streams")
def test_closed_and_full_streams_are_no_traceback(places: Places, streams: str) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    for verb in ("log", "log --json", "--help", "erase wren"):
        command = f"'{sys.executable}' -m ii_companion {verb} {streams}"
        ran = subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "II_COMPANION_HOME": str(places.root), "PYTHONUNBUFFERED": ""},
        )  # fmt: skip
        assert "Traceback" not in ran.stderr + ran.stdout, (verb, streams)
        assert ran.returncode in (0, 1)
        assert "/dev/full" not in streams or ran.returncode == 1


def test_an_encoding_that_lacks_letters_still_prints(places: Places) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    (one,) = Shelf(places).logs()
    Shelf(places).save(replace(one, what_happened="café · 👋 \x1b[31m \u202e"))
    for verb in (["log"], ["log", "show", one.id], ["check"]):
        ran = subprocess.run(
            [sys.executable, "-m", "ii_companion", *verb], capture_output=True, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "II_COMPANION_HOME": str(places.root), "PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        assert b"Traceback" not in ran.stderr
        assert b"\x1b[31m" not in ran.stdout


def test_nothing_about_somebody_unknown(places: Places) -> None:
    assert not LocalStore(places).about("nobody")
