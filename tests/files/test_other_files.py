"""In and out: nothing lost, nothing run, nothing half written, nothing twice."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.cli import main
from ii_companion.files import sdis
from ii_companion.files.boris_out import project
from ii_companion.files.docx import document
from ii_companion.files.report import html
from ii_companion.files.sessions import Travelling, collect, decode, encode
from ii_companion.files.sheet import sheet
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header, Mode
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.records import Arousal, EndReason, Novelty, Touch
from ii_companion.log.shelf import Shelf
from ii_companion.log.table import guarded, parse_table, unguarded, write_table
from ii_companion.session.card import Card
from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import Kind
from ii_companion.session.measures import measure
from ii_companion.session.refusal import Refusal

START = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


def session(
    events: list[Event], name: str = "20261123-101500-heron-0001", day: int = 0, **words: object
) -> Travelling:
    header = Header(
        id=name,
        learner="heron",
        practitioner="k7",
        mode=Mode.SOLO,
        started_at=START + timedelta(days=day),
        card=Card("heron", 12.0),
    )
    return Travelling(msgspec.structs.replace(brief_log(header, events), **words), header, tuple(events))


EXAMPLE = session(
    coded("1L 2i 3e 5L 5.125j 9c 20p 30r 31L 40y 45x 50E"),
    what_happened="=1+1 We hummed.\n<script>alert(1)</script> & more",
    best_moment="@SUM(A1)",
    fundamentals=("turns",),
    enjoyed_by_me=True,
)


@settings(max_examples=150)
@given(
    legal_sessions(30),
    texts,
    texts,
    st.sampled_from(EndReason),
    st.sampled_from([None, *Arousal]),
    st.sampled_from([None, *Novelty]),
    st.sampled_from([None, *Touch]),
    st.sampled_from([None, True, False]),
    st.lists(texts, max_size=3),
)
def test_json_out_and_in_and_out_is_identical_for_any_log(
    events, happened, later, reason, arousal, novelty, touch, enjoyed, tags
) -> None:
    one = session(
        events,
        what_happened=happened,
        next_time=later,
        end_reason=reason,
        arousal_end=arousal,
        novelty=novelty,
        touch_used=touch,
        enjoyed_by_me=enjoyed,
        fundamentals=tuple(tags),
    )
    out = encode([one])
    again = list(decode(out, "x"))
    assert again == [one]
    assert encode(again) == out


def test_through_the_store_and_out_again_is_identical(places: Places, tmp_path: Path) -> None:
    many = [
        session(list(EXAMPLE.events), f"2026112{n}-101500-heron-000{n}", n, next_time=f"wait {n}")
        for n in range(4)
    ]
    assert take_in(LocalStore(places), many).new == 4
    out = encode(collect(LocalStore(places), [s.log.id for s in many]))
    assert out == encode(many)
    other = Places(tmp_path / "other")
    take_in(LocalStore(other), decode(out, "x"))
    assert encode(collect(LocalStore(other), [s.log.id for s in many])) == out


def test_a_second_import_of_the_same_changes_nothing(places: Places) -> None:
    take_in(LocalStore(places), [EXAMPLE])
    before = {p: p.read_bytes() for p in places.root.rglob("*") if p.is_file()}
    taken = take_in(LocalStore(places), [EXAMPLE])
    assert (taken.new, taken.known) == (0, 1)
    assert {p: p.read_bytes() for p in places.root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b'{"format": "other", "version": 1}', "expected ii-companion.sessions"),
        (b'{"format": "ii-companion.sessions", "version": 3, "sessions": []}', "newer version"),
        (b'{"format": "ii-companion.sessions", "version": 1, "sessions": [{"log": {}}]}', "required field"),
        (b"\xff\xfe\x00", "damaged"),
    ],
)
def test_a_newer_or_damaged_file_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        decode(data, "file.json")


def test_a_session_that_cannot_be_is_refused_and_nothing_is_taken_in(places: Places, tmp_path: Path) -> None:
    good, bad = json.loads(encode([EXAMPLE])), json.loads(encode([EXAMPLE]))
    bad["sessions"][0]["events"][1]["n"] = 7
    good["sessions"] += bad["sessions"]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(good))
    assert main(["import", str(path), "--data-dir", str(places.root)]) == 1
    assert Shelf(places).ids() == set()


@given(texts)
def test_a_guarded_cell_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text


def test_the_sheet_has_a_row_a_session_a_byte_order_mark_iso_dates_and_no_formulas() -> None:
    data = sheet([EXAMPLE.log])
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert row["started_at"] == "2026-11-23T10:15:00Z"
    assert row["what_happened"].startswith("'=1+1")
    assert row["best_moment"] == "'@SUM(A1)"
    assert (row["learner_acts"], row["exchanges"], row["enjoyed_by_me"], row["arousal_end"]) == (
        "3",
        "1",
        "yes",
        "",
    )
    assert row["wait_s"] == "12"


@given(legal_sessions(30), texts)
def test_the_event_table_keeps_details_that_look_like_formulas(events: list[Event], note: str) -> None:
    base = [e for e in events if e.kind is not Kind.GAP]
    try:
        end = fold(base)
        whole = [*base, Event(end.n + 1, end.t, Kind.NOTE, note.replace("\0", ""))]
        effective = fold(whole).events()
    except ValueError:
        return
    again = parse_table(write_table(effective), "x")
    assert again[-1].detail == effective[-1].detail


def test_csv_of_events_replays_to_the_measures_shown(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(LocalStore(places), [EXAMPLE])
    out = tmp_path / "e.csv"
    root = ["--data-dir", str(places.root)]
    assert main(["export", EXAMPLE.log.id, "--format", "events", "--out", str(out), *root]) == 0
    (places.cards).mkdir()
    (places.cards / "heron.json").write_bytes(msgspec.json.encode(Card("heron", 12.0)))
    capsys.readouterr()
    assert main(["replay", str(out), "--learner", "heron", "--json", *root]) == 0
    replayed = json.loads(capsys.readouterr().out)
    replayed.pop("prompts")
    assert replayed == json.loads(msgspec.json.encode(EXAMPLE.log.measures))


def test_nothing_is_written_over_unless_told_and_nothing_is_half_written(
    places: Places, tmp_path: Path, capsys
) -> None:
    take_in(LocalStore(places), [EXAMPLE])
    out = tmp_path / "out.json"
    out.write_text("mine")
    argv = ["export", "--format", "json", "--out", str(out), "--data-dir", str(places.root)]
    assert main(argv) == 1
    assert out.read_text() == "mine"
    assert "is there already" in capsys.readouterr().err
    assert main([*argv, "--force"]) == 0
    assert list(decode(out.read_bytes(), "x")) == [EXAMPLE]
    assert main([*argv[:-3], str(tmp_path / "no" / "where.json"), *argv[-2:]]) == 1
    assert list(tmp_path.glob(".*")) == []


def test_a_boris_project_has_our_events_to_the_millisecond_and_the_real_length() -> None:
    made = json.loads(project([EXAMPLE]))
    assert made["project_format_version"] == "7.0"
    observation = made["observations"][EXAMPLE.log.id]
    assert (observation["type"], observation["observation time interval"]) == ("LIVE", [0.0, 50.0])
    assert [e[0] for e in observation["events"]] == [1, 2, 3, 5, 5.125, 9, 20, 30, 31, 40, 45, 50]
    codes = {b["code"] for b in made["behaviors_conf"].values()}
    subjects = {s["name"] for s in made["subjects_conf"].values()}
    assert all(len(e) == 5 and e[1] in subjects and e[2] in codes for e in observation["events"])
    assert len({b["key"] for b in made["behaviors_conf"].values()}) == len(codes)


SDIS = re.compile(
    r"Timed \((?P<codes>[\w ]+)\);\n(?:<[\w-]+>\n,\d+\.\d{3}(?: (?:\w+,\d+\.\d{3}|,\d+\.\d{3}(?: ;(?: ,\d+\.\d{3})?)?))* /\n)+"
)


@given(legal_sessions(30))
def test_the_sds_file_parses_by_its_grammar_and_has_every_event(events: list[Event]) -> None:
    one = session(events)
    text = sdis.sequences([one]).decode("ascii")
    match = SDIS.fullmatch(text)
    assert match, text
    declared = set(match["codes"].split())
    coded_ones = re.findall(r"(\w+),(\d+\.\d{3})", text.split("\n", 1)[1])
    assert {code for code, _ in coded_ones} <= declared
    counts = measure(events).counts
    for name in ("learner", "join_in", "imitate", "comment", "other"):
        assert sum(code == name for code, _ in coded_ones) == getattr(counts, name)


class Checked(HTMLParser):
    """Every tag closed in its turn, no script, nothing from outside."""

    VOID = frozenset({"meta", "rect", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag, attrs) -> None:
        assert tag not in ("script", "link", "img", "iframe")
        for name, value in attrs:
            assert name not in ("src", "href")
            assert not name.startswith("on")
            if name == "id":
                assert value not in self.ids
                self.ids.add(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        pass

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_the_html_report_is_one_file_without_scripts_and_says_it_all_to_a_screen_reader() -> None:
    text = html(EXAMPLE, "en").decode()
    parser = Checked()
    parser.feed(text)
    assert parser.open == []
    assert "http" not in text
    assert "&lt;script&gt;" in text
    assert 'role="img"' in text
    assert "<desc" in text
    assert text.count("<tr>") == len(EXAMPLE.effective()) + 1
    assert "Codes only" in text


def test_the_docx_report_opens_and_holds_the_words() -> None:
    from docx import Document

    doc = Document(io.BytesIO(document(EXAMPLE, "en")))
    words = "\n".join(p.text for p in doc.paragraphs)
    assert "We hummed." in words
    assert "Taking turns" in words
    assert "Codes only" in words


MAPPING = """
learner = "heron"
[subjects]
Child = "learner"
Adult = "practitioner"
[codes]
sound = "act"
copy = "imitate"
smile = "enjoyed"
cough = ""
"""


def boris_file(tmp_path: Path, events: list[list[object]]) -> Path:
    path = tmp_path / "theirs.boris"
    observation = {
        "date": "2026-03-01T09:00:00",
        "type": "LIVE",
        "events": events,
        "observation time interval": [0, 120],
    }
    path.write_text(json.dumps({"project_format_version": "7.0", "observations": {"Obs A": observation}}))
    return path


def test_a_boris_project_comes_in_through_a_mapping(places: Places, tmp_path: Path, capsys) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(MAPPING)
    path = boris_file(
        tmp_path,
        [
            [1.5, "Child", "sound", "", ""],
            [2.0, "Adult", "copy", "", "nice"],
            [3.0, "Child", "cough", "", ""],
        ],
    )
    argv = ["import", str(path), "--mapping", str(mapping), "--data-dir", str(places.root)]
    assert main(argv) == 0
    assert main(argv) == 0
    assert "0 taken in, 1 known" in capsys.readouterr().out
    (log,) = Shelf(places).logs()
    assert (log.learner, log.duration_s, log.measures.counts.learner, log.measures.counts.imitate) == (
        "heron",
        120,
        1,
        1,
    )
    bad = boris_file(tmp_path, [[1.5, "Child", "shout", "", ""]])
    assert main(["import", str(bad), "--mapping", str(mapping), "--data-dir", str(places.root)]) == 1
    assert "“shout” at 1.5 s is not in" in capsys.readouterr().err


def test_an_elan_file_comes_in_through_the_same_mapping(places: Places, tmp_path: Path) -> None:
    from pympi.Elan import Eaf

    eaf = Eaf()
    eaf.add_tier("Child")
    eaf.add_tier("Adult")
    eaf.add_annotation("Child", 1500, 1900, "sound")
    eaf.add_annotation("Adult", 2250, 2600, "copy")
    path, mapping = tmp_path / "theirs.eaf", tmp_path / "map.toml"
    eaf.to_file(str(path))
    mapping.write_text(MAPPING)
    assert main(["import", str(path), "--mapping", str(mapping), "--data-dir", str(places.root)]) == 0
    (log,) = Shelf(places).logs()
    assert log.measures.latency.median_s == 0.75


def test_mistakes_in_a_mapping_are_named_with_their_line(tmp_path: Path, places: Places, capsys) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('learner = "heron"\n[subjects]\nChild = "pupil"\n')
    path = boris_file(tmp_path, [])
    assert main(["import", str(path), "--mapping", str(mapping), "--data-dir", str(places.root)]) == 1
    assert f"{mapping}, line 3: “pupil”" in capsys.readouterr().err


def test_what_we_send_to_boris_comes_back_through_a_mapping_with_the_same_measures(
    places: Places, tmp_path: Path
) -> None:
    path, mapping = tmp_path / "ours.boris", tmp_path / "map.toml"
    path.write_bytes(project([EXAMPLE]))
    mapping.write_text(
        'learner = "heron"\n[subjects]\nlearner = "learner"\npractitioner = "practitioner"\nboth = "both"\n[codes]\n'
        + "".join(
            f'{code} = "{code}"\n'
            for code in (
                "act",
                "join_in",
                "imitate",
                "comment",
                "enjoyed",
                "enough_maybe",
                "enough_clear",
                "paused",
                "resumed",
            )
        )
    )
    assert main(["import", str(path), "--mapping", str(mapping), "--data-dir", str(places.root)]) == 0
    (log,) = Shelf(places).logs()
    assert log.measures == measure(EXAMPLE.effective(), 8)
