"""Files that went wrong, each with its right value: how long, when, whose, what was left out."""

from __future__ import annotations

import gzip
import json
import pickle
import shutil
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from ii_companion.cli import main
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.table import parse_table, read_text, write_table
from ii_companion.session.kinds import Kind

CASES = Path(__file__).parent / "cases"
MAP = (CASES / "map.toml").read_text()


@pytest.fixture(autouse=True)
def _london(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def bring(places: Places, path: Path, mapping: str | None = MAP, *more: str) -> int:
    argv = ["import", str(path), "--data-dir", str(places.root), *more]
    if mapping is not None:
        chosen = places.root.parent / "m.toml"
        chosen.write_text(mapping)
        argv += ["--mapping", str(chosen)]
    return main(argv)


def taken(places: Places, name: str, mapping: str = MAP, *more: str):
    """The one log, and its events."""
    assert bring(places, CASES / name, mapping, *more) == 0
    (log,) = LocalStore(places).logs()
    written = LocalStore(places).written(log.id)
    assert written is not None
    return log, list(written.events)


def acts(events) -> list[float]:
    return [
        event.t for event in events if event.kind not in (Kind.ENDED, Kind.PAUSED, Kind.RESUMED, Kind.GAP)
    ]


@pytest.mark.parametrize(
    ("name", "mapping", "length", "first"),
    [
        ("plain.boris", "map", 120, 10),
        ("offset.boris", "map", 120, 10),
        ("pr832.boris", "map-pr832", 15, 0.667),
        ("interval.boris", "map", 120, 10),
        ("lasting.boris", "map", 359.92, 10),
        ("daytime.boris", "map", 62.5, 0),
        ("outofsight.boris", "map-oos", 120, 10),
        ("plain.eaf", "map", 130, 10),
        ("old.eaf", "map", 130, 10),
        ("noslot.eaf", "map", 130, 10),
    ],
)
def test_how_long_it_was_and_when_the_first_act_came(
    places: Places, capsys, name: str, mapping: str, length: float, first: float
) -> None:
    log, events = taken(places, name, (CASES / f"{mapping}.toml").read_text())
    assert (log.duration_s, acts(events)[0]) == (length, first)
    assert capsys.readouterr().err == ""


def test_out_of_sight_pauses_and_its_stop_resumes(places: Places) -> None:
    log, events = taken(places, "outofsight.boris", (CASES / "map-oos.toml").read_text())
    assert [(e.t, e.kind) for e in events if e.kind in (Kind.PAUSED, Kind.RESUMED)] == [
        (20, Kind.PAUSED),
        (50, Kind.RESUMED),
    ]
    assert log.measures.exposure_s == 90


def test_states_pair_by_modifiers_too_and_what_is_dropped_is_said(places: Places, capsys) -> None:
    _, events = taken(places, "modifiers.boris")
    assert acts(events) == [1, 2, 20]
    assert "3 modifiers dropped" in capsys.readouterr().out


def test_a_code_with_its_modifier_can_be_mapped(places: Places, capsys) -> None:
    _, events = taken(
        places,
        "modifiers.boris",
        'learner = "heron"\n[subjects]\nChild = "learner"\n[codes]\n"contact|hand" = "act"\ncontact = ""\n',
    )
    assert acts(events) == [1, 20]
    assert "1 left out: mapped to nothing" in capsys.readouterr().out


def test_several_learners_have_sessions_of_their_own(places: Places) -> None:
    mapping = '[learners]\nC1 = "heron"\nC2 = "otter"\n[subjects]\nAdult = "practitioner"\n[codes]\nvocal = "act"\ncopies = "imitate"\n'
    assert bring(places, CASES / "twochildren.boris", mapping) == 0
    logs = {log.learner: log for log in LocalStore(places).logs()}
    assert {who: log.measures.counts.learner for who, log in logs.items()} == {"heron": 1, "otter": 1}
    assert logs["otter"].started_at.day == 3


def test_an_observation_without_the_learner_is_left_out_and_said(places: Places, capsys) -> None:
    log, _ = taken(places, "twochildren.boris", (CASES / "map-c1.toml").read_text())
    assert log.measures.counts.imitate == 1
    assert "c2 day1: left out" in capsys.readouterr().out


def test_one_code_by_both_partners_is_mapped_by_subject(places: Places) -> None:
    mapping = MAP.split("[codes]")[0] + '[codes.Child]\nvocal = "act"\n[codes.Adult]\n"*" = "other"\n'
    log, _ = taken(places, "both.boris", mapping)
    assert (log.measures.counts.learner, log.measures.counts.other) == (1, 1)


def test_no_name_becomes_an_id_or_a_file_s_name_and_comments_stay_behind(places: Places, capsys) -> None:
    log, events = taken(places, "named.boris")
    names = [str(path) for path in places.root.rglob("*")]
    assert not [name for name in [log.id, *names] if "jon" in name.lower() or "doe" in name.lower()]
    assert log.id.startswith("20260302-090000-heron-")
    assert all(event.detail == "" for event in events)
    assert not [p for p in places.root.rglob("*") if p.is_file() and b"Mrs Roe" in p.read_bytes()]
    assert "1 comment left behind" in capsys.readouterr().out


def test_comments_come_along_when_the_mapping_says_so(places: Places) -> None:
    _, events = taken(places, "named.boris", "comments = true\n" + MAP)
    assert events[0].detail == "Jon D. laughed with Mrs Roe"


def test_a_mended_file_is_not_counted_twice(places: Places, tmp_path: Path, capsys) -> None:
    path = tmp_path / "p.boris"
    project = json.loads((CASES / "plain.boris").read_text())
    path.write_text(json.dumps(project))
    assert bring(places, path) == 0
    (before,) = LocalStore(places).logs()
    store = LocalStore(places)
    import msgspec

    store.save(msgspec.structs.replace(before, what_happened="we hummed"))
    project["observations"]["o1"]["events"].append([90.0, "Child", "vocal", "", ""])
    path.write_text(json.dumps(project))
    assert bring(places, path) == 1
    assert (
        "o1 of 2 March 2026 10:00 is there, with other events: --replace or --again"
        in capsys.readouterr().err
    )
    assert LocalStore(places).logs()[0].measures.counts.learner == 2
    assert bring(places, path, MAP, "--replace") == 0
    (after,) = LocalStore(places).logs()
    assert (after.id, after.measures.counts.learner, after.what_happened) == (before.id, 3, "we hummed")
    assert bring(places, path, MAP, "--replace") == 0
    assert "0 taken in, 1 known" in capsys.readouterr().out
    project["observations"]["o1"]["events"].pop()
    path.write_text(json.dumps(project))
    assert bring(places, path, MAP, "--again") == 0
    assert len(LocalStore(places).logs()) == 2
    assert bring(places, path) == 0
    assert len(LocalStore(places).logs()) == 2


def test_a_slot_without_a_time_lies_midway_between_its_neighbours(places: Places) -> None:
    _, events = taken(places, "noslot.eaf")
    assert next(e.t for e in events if e.kind is Kind.IMITATE) == 11.25


def test_composed_and_decomposed_letters_are_one_word(places: Places) -> None:
    log, _ = taken(places, "nfd.boris", MAP.replace("Child", '"Élève"'))
    assert log.measures.counts.learner == 1


def test_spaces_are_trimmed_and_capitals_are_not_folded(places: Places, capsys) -> None:
    log, _ = taken(places, "trailing.boris")
    assert log.measures.counts.learner == 1
    assert bring(places, CASES / "spaces.eaf") == 1
    err = capsys.readouterr().err
    assert "“COPIES” at 11 s is not in" in err
    assert "did you mean copies?" in err
    assert "vocal" not in err


def test_everything_unmapped_is_named_at_once(places: Places, capsys) -> None:
    assert (
        bring(
            places,
            CASES / "plain.boris",
            'learner = "heron"\n[subjects]\nChild = "learner"\nAdult = "practitioner"\n[codes]\n',
        )
        == 1
    )
    err = capsys.readouterr().err
    assert "“vocal”" in err
    assert "“copies”" in err


def test_pictures_without_times_are_named_and_the_others_offered(
    places: Places, tmp_path: Path, capsys
) -> None:
    project = json.loads((CASES / "images.boris").read_text())
    project["observations"]["good"] = json.loads((CASES / "plain.boris").read_text())["observations"]["o1"]
    path = tmp_path / "p.boris"
    path.write_text(json.dumps(project))
    assert bring(places, path) == 1
    err = capsys.readouterr().err
    assert "observation o1, event 1: it has no time" in err
    assert '--leave-out "o1"' in err
    assert bring(places, path, MAP, "--leave-out", "o1") == 0
    assert len(LocalStore(places).logs()) == 1


def test_without_a_date_it_is_refused_unless_somebody_gives_one(places: Places, capsys) -> None:
    assert bring(places, CASES / "nodate.boris") == 1
    assert "it has no date; say when it began with --date" in capsys.readouterr().err
    log, _ = taken(places, "nodate.boris", MAP, "--date", "2026-07-01T10:00")
    assert log.started_at.hour == 8
    assert "given with --date" in capsys.readouterr().out
    assert bring(places, CASES / "nodate.boris", "date = 2026-07-01T10:00:00\n" + MAP) == 0


@pytest.mark.parametrize("t", [18446744075511, "soon", None, [], True, 1e300])
def test_a_time_that_is_none_is_a_sentence(places: Places, tmp_path: Path, capsys, t: object) -> None:
    project = json.loads((CASES / "plain.boris").read_text())
    project["observations"]["o1"]["events"][1][0] = t
    path = tmp_path / "p.boris"
    path.write_text(json.dumps(project))
    assert bring(places, path) == 1
    err = capsys.readouterr().err
    assert f"{path}, observation o1" in err
    assert "Traceback" not in err


def test_a_time_beyond_any_session_in_elan_is_a_sentence(places: Places, tmp_path: Path, capsys) -> None:
    path = tmp_path / "p.eaf"
    path.write_text((CASES / "plain.eaf").read_text().replace('"130000"', '"18446744075511"'))
    assert bring(places, path) == 1
    assert "annotation a3: it lasts" in capsys.readouterr().err


def test_dates_are_local_and_an_end_and_a_stage_nobody_said_are_unknown(places: Places, capsys) -> None:
    log, _ = taken(places, "plain.boris")
    assert log.started_at.hour == 9
    assert (log.end_reason, log.stage) == ("unknown", 0)
    capsys.readouterr()
    main(["log", "show", log.id, "--data-dir", str(places.root)])
    out = capsys.readouterr().out
    assert "2026-03-02 10:00" in out
    assert "stage unknown" in out
    assert "ended: unknown" in out


def test_an_elan_file_s_own_date_is_called_a_guess(places: Places, capsys) -> None:
    log, _ = taken(places, "plain.eaf")
    assert (log.started_at.month, log.started_at.hour) == (6, 9)
    assert "a guess" in capsys.readouterr().out


CODED = (
    '<TIER LINGUISTIC_TYPE_REF="d" TIER_ID="code_random"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="c1" '
    'TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t4"><ANNOTATION_VALUE/></ALIGNABLE_ANNOTATION></ANNOTATION><ANNOTATION>'
    '<ALIGNABLE_ANNOTATION ANNOTATION_ID="c2" TIME_SLOT_REF1="t5" TIME_SLOT_REF2="t6"><ANNOTATION_VALUE/>'
    "</ALIGNABLE_ANNOTATION></ANNOTATION></TIER><LINGUISTIC_TYPE"
)


def test_between_the_clips_that_were_coded_is_a_gap(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "p.eaf"
    path.write_text((CASES / "plain.eaf").read_text().replace("<LINGUISTIC_TYPE", CODED, 1))
    assert bring(places, path, 'coded = "code_random"\n' + MAP) == 0
    (log,) = LocalStore(places).logs()
    assert (log.duration_s, log.measures.exposure_s) == (130, 62)  # clips 10-12 and 70-130


@pytest.mark.parametrize("name", ["semicolon.csv", "tabs.csv", "sep.csv", "excelpadded.csv"])
def test_a_spreadsheet_s_csv_is_read(name: str) -> None:
    events = parse_table(read_text(CASES / name), name)
    assert (events[0].t, events[-1].t) == (1.5, 9)


def test_utf_16_is_read_and_semicolons_go_out_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((CASES / "semicolon.csv").read_text().encode("utf-16"))
    events = parse_table(read_text(path), "x")
    assert events[1].t == 2.25
    out = write_table(events, ";")
    assert out.splitlines()[1] == "1,5;learner;act;"
    assert parse_table(out, "x") == events


def test_chat_gives_time_speaker_and_events_never_words(places: Places, tmp_path: Path) -> None:
    mapping = 'date = 2026-03-02\nlearner = "heron"\n[subjects]\nCHI = "learner"\nMOT = "practitioner"\n[codes.CHI]\n"*" = "act"\n[codes.MOT]\nspeech = "comment"\n'
    log, events = taken(places, "bullets.cha", mapping)
    assert (log.duration_s, acts(events)) == (3000.963, [0, 3000])
    path = tmp_path / "b.cha"
    path.write_text(
        "@UTF8\n*CHI:\tJon &=laughs:loud ja\n\t. \x151000_2000\x15\n*CHI:\t&=cries . \x153000_3500\x15\n*MOT:\tno time .\n@End\n"
    )
    from ii_companion.files.chat import read_chat

    (one,) = read_chat(path)
    assert [(m.t, m.code) for m in one.marks] == [(0, "speech"), (0, "laughs"), (2, "cries")]
    assert sum(one.aside.values()) == 1


def opf(path: Path, db: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("db", db)
        archive.writestr("project", "--- !project")
    return path


def test_datavyu_is_read(places: Places, tmp_path: Path) -> None:
    path = opf(
        tmp_path / "a.opf",
        "#4\nChild (MATRIX,true,)-code|NOMINAL,hand|NOMINAL\n00:00:01:500,00:00:01:500,(vocal,left)\n"
        "00:00:05:000,00:01:00:250,(contact,)\nAdult (MATRIX,true,)-code|NOMINAL\n00:00:02:000,00:00:03:000,(copies)\n",
    )
    assert bring(places, path, MAP, "--date", "2026-03-02T10:00") == 0
    (log,) = LocalStore(places).logs()
    assert (log.duration_s, log.measures.counts.learner, log.measures.latency.median_s) == (60.25, 2, 0.5)


TABULAR = {
    "new": (
        "Observation id\tObservation date\tDescription\tObservation duration\tObservation type\tSource\tMedia duration (s)\tFPS\t"
        "Subject\tBehavior\tBehavioral category\tModifier #1\tBehavior type\tTime\tComment\n"
        "o1\t2026-03-02 10:00:00\t\t70\tMedia file(s)\tv.mp4\t120.0\t25\tChild\tvocal\t\t\tPOINT\t10.0\t\n"
        "o1\t2026-03-02 10:00:00\t\t70\tMedia file(s)\tv.mp4\t120.0\t25\tChild\tcontact\t\thand\tSTART\t12.0\t\n"
        "o1\t2026-03-02 10:00:00\t\t70\tMedia file(s)\tv.mp4\t120.0\t25\tChild\tcontact\t\thand\tSTOP\t15.0\t\n"
        "o1\t2026-03-02 10:00:00\t\t70\tMedia file(s)\tv.mp4\t120.0\t25\tAdult\tcopies\t\t\tPOINT\t70.0\t\n"
    ),
    "old": (
        "Observation id,o1\nMedia file(s),v.mp4\nObservation date,2026-03-02 10:00:00\nDescription,\nTime offset (s),0\n\n"
        "Time,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Comment,Status\n"
        "10.0,v.mp4,120.0,25,Child,vocal,,,POINT\n12.0,v.mp4,120.0,25,Child,contact,,,START\n"
        "15.0,v.mp4,120.0,25,Child,contact,,,STOP\n70.0,v.mp4,120.0,25,Adult,copies,,,POINT\n"
    ),
    "aggregated": (
        "Observation id,Observation date,Media duration (s),Subject,Behavior,Behavior type,Start (s),Stop (s)\n"
        "o1,2026-03-02 10:00:00,120,Child,vocal,POINT,10,10\no1,2026-03-02 10:00:00,120,Child,contact,STATE,12,15\n"
        "o1,2026-03-02 10:00:00,120,Adult,copies,POINT,70,70\n"
    ),
}


@pytest.mark.parametrize("layout", TABULAR)
def test_tabular_events_of_every_layout_are_read(places: Places, tmp_path: Path, layout: str) -> None:
    path = tmp_path / "events.tsv"
    path.write_text(TABULAR[layout])
    assert bring(places, path) == 0
    (log,) = LocalStore(places).logs()
    counts = log.measures.counts
    assert (log.duration_s, counts.learner, counts.imitate, log.started_at.hour) == (120, 2, 1, 9)


def test_a_packed_project_is_read_and_a_pickled_one_is_called_one(
    places: Places, tmp_path: Path, capsys
) -> None:
    path = tmp_path / "p.boris.gz"
    path.write_bytes(gzip.compress((CASES / "plain.boris").read_bytes()))
    assert bring(places, path) == 0
    for protocol in range(6):
        bad = tmp_path / "q.boris"
        bad.write_bytes(pickle.dumps({"observations": {}}, protocol))
        assert bring(places, bad) == 1
        assert "pickled" in capsys.readouterr().err


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><ANNOTATION_DOCUMENT>&j;</ANNOTATION_DOCUMENT>"
)


@pytest.mark.parametrize("kind", ["xml", "attributes", "gzip", "zip", "outside"])
def test_a_bomb_is_a_sentence_within_2_s_and_100_mb(
    places: Places, tmp_path: Path, capsys, kind: str
) -> None:
    match kind:
        case "xml":
            path = tmp_path / "a.eaf"
            path.write_text(LAUGHS)
        case "attributes":
            path = tmp_path / "a.eaf"
            path.write_text("<ANNOTATION_DOCUMENT " + "".join(f'a{n}="1" ' for n in range(500_000)) + "/>")
        case "outside":
            path = tmp_path / "a.eaf"
            path.write_text(
                '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ANNOTATION_DOCUMENT>&a;</ANNOTATION_DOCUMENT>'
            )
        case "gzip":
            path = tmp_path / "a.boris.gz"
            path.write_bytes(gzip.compress(b" " * 300_000_000, 1))
        case _:
            path = opf(tmp_path / "a.opf", "#4\n" + " " * 300_000_000)
    tracemalloc.start()
    begun = time.monotonic()
    assert bring(places, path) == 1
    took = time.monotonic() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 2
    assert peak < 100 * 2**20
    err = capsys.readouterr().err
    assert str(path) in err
    assert "Traceback" not in err


def test_a_path_in_a_zip_is_not_followed(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "a.opf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../db", "x")
    assert bring(places, path) == 1
    assert [p.name for p in tmp_path.rglob("db")] == []


def test_a_starter_is_written_filled_in_and_goes_through(places: Places, tmp_path: Path, capsys) -> None:
    path = tmp_path / "theirs.boris"
    shutil.copy(CASES / "plain.boris", path)
    assert bring(places, path, None) == 1
    out, err = capsys.readouterr()
    starter = tmp_path / "theirs.boris.mapping.toml"
    assert "subject “Child”, 2" in out
    assert "code “vocal”, 2" in out
    assert str(starter) in err
    assert bring(places, path, None) == 1
    assert "learner is empty" in capsys.readouterr().err
    starter.write_text(starter.read_text().replace('learner = ""', 'learner = "heron"'))
    assert bring(places, path, None) == 0
    (log,) = LocalStore(places).logs()
    assert (log.measures.counts.learner, log.measures.counts.imitate) == (2, 2)


def test_a_dry_run_takes_nothing_in(places: Places, capsys) -> None:
    assert bring(places, CASES / "plain.boris", MAP, "--dry-run") == 0
    out = capsys.readouterr().out
    assert "length 120 s: the media's length" in out
    assert LocalStore(places).logs() == []


def test_a_hundred_observations_come_in_with_one_command(places: Places, tmp_path: Path) -> None:
    observation = json.loads((CASES / "plain.boris").read_text())["observations"]["o1"]
    events = [
        [n / 2, "Child" if n % 2 else "Adult", "vocal" if n % 2 else "copies", "", ""] for n in range(200)
    ]
    project = {"observations": {f"o{n}": {**observation, "events": events} for n in range(100)}}
    path = tmp_path / "p.boris"
    path.write_text(json.dumps(project))
    assert bring(places, path) == 0
    assert len(LocalStore(places).ids()) == 100
