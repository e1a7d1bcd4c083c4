"""What goes out opens everywhere: ASCII for BORIS, EAF 3.0 by its structure, and both come back as they went."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from makers import coded, legal_sessions
from msgspec.structs import replace

from ii_companion.cli import main
from ii_companion.files.boris_out import project
from ii_companion.files.elan_out import document
from ii_companion.files.sessions import Travelling
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.store import FilmLink
from ii_companion.log.table import read_table
from ii_companion.session.card import Card
from ii_companion.session.kinds import KIND_OF

CASES = Path(__file__).parent / "cases"
NAME = "20261123-101500-heron-0001"
OURS = (
    'learner = "heron"\n[subjects]\nlearner = "learner"\npractitioner = "practitioner"\nboth = "both"\n[codes]\n'
    + "".join(f'{word} = "{word}"\n' for word in KIND_OF if word != "end")
)


def rich() -> Travelling:
    events = read_table(CASES / "rich.csv")
    header = Header(
        id=NAME, learner="heron", started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC), card=Card("heron")
    )
    return Travelling(brief_log(header, events), header, tuple(events))


def test_a_boris_project_is_ascii_ends_when_we_end_and_has_what_older_versions_need() -> None:
    data = project([rich()])
    made = json.loads(data.decode("ascii"))
    (observation,) = made["observations"].values()
    assert made["behavioral_categories_config"] == {}
    assert (len(observation["events"]), max(e[0] for e in observation["events"])) == (219 + 1, 881.471)
    assert "end" in {one["code"] for one in made["behaviors_conf"].values()}
    keys = [one["key"] for one in made["behaviors_conf"].values()]
    assert len(set(keys)) == len(keys)
    local = datetime(2026, 11, 23, 10, 15, tzinfo=UTC).astimezone()
    assert observation["date"] == f"{local:%Y-%m-%dT%H:%M:%S}"


def structure(data: bytes) -> None:
    """What EAF 3.0 asks: its parts in order, every slot there and in time's order, no annotation empty, none overlapping."""
    root = ET.fromstring(data)
    assert (root.tag, root.get("FORMAT")) == ("ANNOTATION_DOCUMENT", "3.0")
    parts = [child.tag for child in root]
    assert parts == sorted(parts, key=["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE"].index)
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) for slot in root.iter("TIME_SLOT")}
    assert len(slots) == len(list(root.iter("TIME_SLOT")))
    assert list(slots.values()) == sorted(slots.values())
    ids = [one.get("ANNOTATION_ID") for one in root.iter("ALIGNABLE_ANNOTATION")]
    assert len(set(ids)) == len(ids)
    types = {one.get("LINGUISTIC_TYPE_ID") for one in root.iter("LINGUISTIC_TYPE")}
    for tier in root.iter("TIER"):
        assert tier.get("LINGUISTIC_TYPE_REF") in types
        spans = [
            (slots[one.get("TIME_SLOT_REF1")], slots[one.get("TIME_SLOT_REF2")])
            for one in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        assert all(start < stop for start, stop in spans)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@given(legal_sessions(30))
def test_an_elan_file_has_the_structure_of_eaf_3(events) -> None:
    header = Header(
        id=NAME, learner="heron", started_at=datetime(2026, 11, 23, tzinfo=UTC), card=Card("heron")
    )
    structure(document(Travelling(brief_log(header, events), header, tuple(events))))


def test_elan_s_own_schema_accepts_it_where_it_is_given(tmp_path: Path) -> None:
    schema = os.environ.get("II_COMPANION_EAF_XSD")
    if not schema:
        pytest.skip("ELAN's EAFv3.0.xsd is not given in II_COMPANION_EAF_XSD")
    path = tmp_path / "a.eaf"
    path.write_bytes(document(rich()))
    subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, str(path)], check=True)


@pytest.mark.parametrize("form", ["eaf", "boris"])
def test_what_goes_out_comes_back_with_its_length_and_is_known_at_home(
    places: Places, tmp_path: Path, capsys, form
) -> None:
    path, mapping = tmp_path / f"out.{form}", tmp_path / "m.toml"
    session = rich()
    path.write_bytes(document(session) if form == "eaf" else project([session]))
    mapping.write_text(OURS)
    assert main(["import", str(path), "--mapping", str(mapping), "--data-dir", str(places.root)]) == 0
    (log,) = LocalStore(places).logs()
    assert (log.id, log.duration_s) == (NAME, 881.471)
    assert log.measures.counts == session.log.measures.counts


BORIS_OPEN = """
import sys
path, sys.argv = sys.argv[1], ["boris", "-i"]
from boris import config as cfg, observation_operations as oo, project_functions as pf
_, changed, pj, _ = pf.open_project_json(path)
assert "error" not in pj, pj["error"]
(one,) = pj[cfg.OBSERVATIONS].values()
print(changed, pf.check_project_integrity(pj, "hh:mm:ss", path, False) or "good", oo.observation_total_length(one), len(one["events"]))
"""


@pytest.mark.parametrize(("film", "length"), [(False, "881.471"), (True, "3600.0")])
def test_the_installed_boris_opens_it_under_a_c_locale_with_nothing_to_save_again(
    tmp_path: Path, film: bool, length: str
) -> None:
    pytest.importorskip("boris", reason="BORIS is not installed", exc_type=ImportError)
    path = tmp_path / "out.boris"
    path.write_bytes(project([rich()], {NAME: FILM} if film else {}))
    env = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    ran = subprocess.run(
        [sys.executable, "-c", BORIS_OPEN, str(path)], capture_output=True, text=True, env=env, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-4:] == ["False", "good", length, "220"]


def test_semicolons_for_excel_in_europe(places: Places, tmp_path: Path, monkeypatch) -> None:
    from ii_companion.files.taking import take_in

    take_in(LocalStore(places), [rich()])
    for form in ("csv", "events"):
        out = tmp_path / f"{form}.csv"
        argv = [
            "export",
            NAME,
            "--format",
            form,
            "--out",
            str(out),
            "--separator",
            ";",
            "--data-dir",
            str(places.root),
        ]
        assert main(argv) == 0
        assert ";" in out.read_text().splitlines()[0]
    assert "881,471" in (tmp_path / "csv.csv").read_text()
    assert read_table(tmp_path / "events.csv")[-1].t == 881.471


FILM = FilmLink(NAME, "heron", "/films/tuesday élan.mp4", 3600.0, "ab" * 32, 12.4)


def test_a_session_with_its_film_is_a_media_observation_for_boris() -> None:
    """File, length and offset: BORIS shows the film's time plus the offset, which is the session's."""
    data = project([rich()], {NAME: FILM})
    (observation,) = json.loads(data.decode("ascii"))["observations"].values()
    assert (observation["type"], observation["time offset"]) == ("MEDIA", -12.4)
    assert observation["file"]["1"] == [FILM.path]
    assert observation["media_info"]["length"] == {FILM.path: 3600.0}
    assert observation["observation time interval"] == [12.4, 893.871]
    (live,) = json.loads(project([rich()]))["observations"].values()
    assert [event[:5] for event in observation["events"]] == live["events"]
    late = project([rich()], {NAME: replace(FILM, at_s=-3.0)})
    assert json.loads(late)["observations"][NAME]["type"] == "LIVE"


def test_a_session_with_its_film_is_linked_for_elan() -> None:
    data = document(rich(), Path(FILM.path), FILM.at_s)
    structure(data)
    (media,) = ET.fromstring(data).iter("MEDIA_DESCRIPTOR")
    assert media.attrib == {
        "MEDIA_URL": Path(FILM.path).resolve().as_uri(),
        "MIME_TYPE": "video/mp4",
        "RELATIVE_MEDIA_URL": "./tuesday%20%C3%A9lan.mp4",
        "TIME_ORIGIN": "12400",
    }


@pytest.mark.parametrize("form", ["eaf", "boris"])
def test_with_its_film_it_comes_back_at_the_same_times(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    path, mapping = tmp_path / f"out.{form}", tmp_path / "m.toml"
    session = rich()
    path.write_bytes(
        document(session, Path(FILM.path), 12.4) if form == "eaf" else project([session], {NAME: FILM})
    )
    mapping.write_text(OURS)
    assert main(["import", str(path), "--mapping", str(mapping), "--data-dir", str(places.root)]) == 0
    store = LocalStore(places)
    (log,) = store.logs()
    assert log.duration_s == 881.471
    assert log.measures == session.log.measures
    written = store.written(log.id)
    assert written is not None
    assert written.events[0].t == session.events[0].t


def test_the_command_names_the_film_and_takes_a_coding_along_one(places: Places, tmp_path: Path) -> None:
    from ii_companion.files.taking import take_in

    store = LocalStore(places)
    take_in(store, [rich()])
    store.tie_film(FILM)
    coding = f"{NAME}-coded-ab"
    store.codings.ready()
    journal = store.codings.begin(
        Header(
            id=coding,
            learner="heron",
            started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
            card=Card("heron"),
            along_film=True,
        )
    )
    for event in coded("22.4i 14.4L 30E"):
        journal.append(event)
    journal.close()
    store.codings.tie_film(replace(FILM, session=coding, at_s=0.0))
    for name in (NAME, coding):
        out = tmp_path / f"{name}.boris"
        assert main(["export", name, "--format", "boris", "--out", str(out)]) == 0
        (observation,) = json.loads(out.read_bytes())["observations"].values()
        assert observation["type"] == "MEDIA"
    assert [event[:3] for event in observation["events"]] == [
        [14.4, "learner", "act"], [22.4, "practitioner", "imitate"], [30.0, "both", "end"],
    ]  # fmt: skip
    out = tmp_path / "a.eaf"
    assert main(["export", coding, "--format", "eaf", "--out", str(out)]) == 0
    assert b"tuesday" in out.read_bytes()
