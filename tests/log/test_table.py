"""The event table in CSV: what is refused, where, and what is simply accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from makers import coded, legal_sessions

from ii_companion.cli import main
from ii_companion.log.table import parse_table, read_table, write_table
from ii_companion.session.events import Event, fold
from ii_companion.session.kinds import Kind
from ii_companion.session.measures import measure
from ii_companion.session.refusal import Refusal

HEADER = "time_s,actor,act,detail\n"
GOOD = HEADER + "1,learner,act,voice\n2.5,practitioner,imitate,\n9,both,end,\n"


@pytest.mark.parametrize(
    ("content", "line", "column", "expected"),
    [
        (b"time,actor,act,detail\n", 1, 1, "time_s"),
        (b"time_s,actor,act\n1,learner,act\n", 1, 4, "detail"),
        (b"time_s,actor,act,detail\n-1,learner,act,\n", 2, 1, "negative"),
        (b"time_s,actor,act,detail\n5,learner,act,\n4,learner,act,\n", 3, 1, "earlier"),
        (b"time_s,actor,act,detail\nsoon,learner,act,\n", 2, 1, "not a number"),
        (b"time_s,actor,act,detail\n1_0,learner,act,\n", 2, 1, "not a number of seconds"),
        (b"time_s,actor,act,detail\nNaN,learner,act,\n", 2, 1, "not a number of seconds"),
        (b"time_s,actor,act,detail\ninf,learner,act,\n", 2, 1, "not a number of seconds"),
        (b"time_s,actor,act,detail\n1,pupil,act,\n", 2, 2, "learner, practitioner or both"),
        (b"time_s,actor,act,detail\n1,learner,wave,\n", 2, 3, "expected one of"),
        (b"time_s,actor,act,detail\n1,learner,imitate,\n", 2, 2, "expected practitioner"),
        (b"time_s,actor,act,detail\n1,both,resumed,\n", 2, 3, "not paused"),
        (b"time_s,actor,act,detail\n1,both,end,\n2,learner,act,\n", 3, 3, "has ended"),
        (b"time_s,actor,act,detail\n1,learner,act\n", 2, None, "3 columns"),
        (b"time_s,actor,act,detail\n1,learner,a\0ct,\n", 2, 12, "NUL"),
        (b"time_s,actor,act,detail\n1,learner,act,\xff\n", 2, 15, "UTF-8"),
        (b"", 1, None, "empty"),
    ],
)
def test_bad_csv_is_refused_with_file_line_and_column(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    line: int,
    column: int | None,
    expected: str,
) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(content)
    assert main(["replay", str(path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{path}, line {line}" in err
    assert expected in err
    assert column is None or f"column {column}" in err
    assert "Traceback" not in err


def test_a_missing_file_and_a_folder_are_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(tmp_path / "none.csv")]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main(["replay", str(tmp_path)]) == 1
    assert "is a folder" in capsys.readouterr().err


def test_a_byte_order_mark_and_crlf_are_simply_accepted(tmp_path: Path) -> None:
    plain, marked = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_text(GOOD)
    marked.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_table(plain) == read_table(marked) == parse_table(GOOD, "x")


@given(legal_sessions())
def test_out_and_in_again_gives_the_same_measures(events: list[Event]) -> None:
    session = fold(events)
    whole = session.events()
    again = parse_table(write_table(whole), "again")
    if session.undone is None and whole and again and whole[-1].t == again[-1].t == session.t:
        was, now = measure(events), measure(again)
        assert now.counts == was.counts
        if not any(event.kind is Kind.GAP for event in whole):
            assert now == was


def test_how_a_learner_act_was_made_stands_in_its_row_and_comes_back() -> None:
    events = [*coded("1L"), Event(2, 1.2, Kind.CHANNEL, "voice"), Event(3, 5, Kind.ENDED)]
    text = write_table(events)
    assert text.splitlines() == ["time_s,actor,act,detail", "1,learner,act,voice", "5,both,end,"]
    trail = fold(parse_table(text, "x")).trail
    assert trail is not None
    assert trail.channel == "voice"


def test_a_quoted_detail_with_line_breaks_keeps_later_line_numbers_right() -> None:
    with pytest.raises(Refusal, match="line 4"):
        parse_table(HEADER + '1,both,note,"two\nlines"\n2,nobody,act,\n', "x")
