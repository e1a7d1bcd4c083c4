"""A moment without a laptop, the time a person has, and counting again: from the shell."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from faults.test_screens import kept
from makers import coded
from msgspec.structs import replace

from ii_companion.cli import main
from ii_companion.log.afterwards import began, day_words, minutes_of
from ii_companion.log.closing import brief_log
from ii_companion.log.header import ChosenPrompt, Header, Mode
from ii_companion.log.local import LocalStore
from ii_companion.log.past import probe_is_due
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, header_for
from ii_companion.log.records import EndReason, PromptShown
from ii_companion.session.card import Card
from ii_companion.session.events import fold
from ii_companion.session.refusal import Refusal

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(time, "tzset"):
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()


def noted(places: Places, *words: str) -> int:
    return main(["note", *words, "--data-dir", str(places.root)])


def test_a_moment_is_noted_in_one_line_and_is_said_to_be_kept(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["p17", "--me", "k7", "--minutes", "5", "--at", "00:00", "--place", "pool", "She splashed back."]
    assert noted(places, *words) == 0
    said = capsys.readouterr().out
    assert said.startswith("Kept: p17, today 00:00, 5 min, pool, by k7.")
    assert "Nothing was counted" in said
    (log,) = LocalStore(places).logs()
    assert (log.learner, log.practitioner, log.mode, log.place) == ("p17", "k7", Mode.AFTERWARDS, "pool")
    assert (log.what_happened, log.duration_s, log.measures, log.journal) == (
        "She splashed back.",
        300,
        None,
        "",
    )
    assert log.end_reason is EndReason.UNKNOWN
    assert not list(places.journals.rglob("*.jsonl"))
    assert main(["log", "--data-dir", str(places.root)]) == 0
    assert "afterwards: She splashed" in capsys.readouterr().out
    assert main(["log", "show", log.id, "--data-dir", str(places.root)]) == 0
    assert "nothing was counted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("at", "on", "when"),
    [
        ("13:50", None, "2026-11-25 13:50"),
        ("14:10", None, "2026-11-24 14:10"),  # it lies ahead, so it was yesterday
        ("1410", date(2026, 11, 20), "2026-11-20 14:10"),
        ("9.05", None, "2026-11-25 09:05"),
        ("", None, "2026-11-25 13:55"),
    ],
)
def test_when_it_was(at: str, on: date | None, when: str) -> None:
    assert f"{began(at, on, 5, NOW):%Y-%m-%d %H:%M}" == when


def test_which_day_is_said() -> None:
    assert day_words(began("14:10", None, 0, NOW), NOW) == "yesterday 14:10"
    assert day_words(began("13:10", None, 0, NOW), NOW) == "today 13:10"
    assert "20 Nov 2026" in day_words(began("13:10", date(2026, 11, 20), 0, NOW), NOW)


@pytest.mark.parametrize("at", ["25:00", "12:75", "noon", "1", "12:345"])
def test_what_is_no_time_is_refused(at: str) -> None:
    with pytest.raises(Refusal):
        began(at, None, 0, NOW)


def test_what_lies_ahead_and_what_is_no_length_is_refused() -> None:
    for at, on in (("15:00", NOW.date()), ("", NOW.date())):
        with pytest.raises(Refusal):
            began(at, on, 0, NOW)
    for text in ("-1", "nan", "inf", "five", "100000"):
        with pytest.raises(Refusal):
            minutes_of(text)
    assert (minutes_of(""), minutes_of("7,5"), minutes_of("5 min")) == (0, 7.5, 5)


def test_a_note_is_no_session_of_the_four_and_a_name_is_refused(places: Places) -> None:
    for _ in range(3):
        assert noted(places, "p17", "--me", "k7", "splash") == 0
    assert not probe_is_due(LocalStore(places), "p17", "k7", 1)
    assert noted(places, "Jane Smith", "splash") == 1


def test_the_time_there_is_stands_in_the_header_and_is_not_remembered(places: Places) -> None:
    from conftest import FakeClock

    plan = Plan(learner="p17", for_min=10)
    assert header_for(plan, FakeClock(), Card("p17")).for_s == 600
    LocalStore(places).remember_plan(plan)
    assert LocalStore(places).last_plan().for_min is None
    for wrong in ("0", "-1", "soon", "inf"):
        with pytest.raises(SystemExit):
            main(["start", "--learner", "p17", "--for", wrong])


@pytest.mark.parametrize(
    ("keyed", "reason"),
    [
        ("1L 2X 3E", EndReason.LEARNER_DISTRESSED),
        ("1L 2x 3E", EndReason.LEARNER_HAD_ENOUGH),
        ("1L 2x 3X 4E", EndReason.LEARNER_DISTRESSED),
        ("1L 2X 3u 4E", EndReason.PRACTITIONER_ENDED),
    ],
)
def test_distress_is_an_end_of_its_own(keyed: str, reason: EndReason) -> None:
    header = Header(id="a", learner="p17", started_at=NOW, card=Card("p17"))
    assert brief_log(header, coded(keyed)).end_reason is reason
    assert fold(coded(keyed)).t == float(keyed.rsplit(maxsplit=1)[-1][:-1])


def test_measures_are_taken_again_and_the_version_before_stays(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    one = kept(places).log
    store = LocalStore(places)
    assert main(["log", "recount", "--data-dir", str(places.root)]) == 0
    assert "0 logs were counted again" in capsys.readouterr().out
    store.save(replace(one, measures=None), over=one)
    noted(places, "p17", "splash")
    capsys.readouterr()
    assert main(["log", "recount", "--data-dir", str(places.root)]) == 0
    assert "1 log was counted again" in capsys.readouterr().out
    assert store.get(one.id).measures == one.measures
    assert [log.measures for log in store.earlier(one.id)] == [None]


def test_a_shown_log_has_the_words_of_its_prompts_and_local_time(
    places: Places, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    header = Header(
        id="a", learner="p17", started_at=NOW, card=Card("p17"), chosen=(ChosenPrompt("own.1", "Hum low"),)
    )
    store = LocalStore(places)
    store.ready()
    journal = store.begin(header)
    for event in coded("1L 2i 5E"):
        journal.append(event)
    journal.close()
    store.save(replace(brief_log(header, coded("1L 2i 5E")), prompts=(PromptShown(2.0, "own.1", "mentor"),)))
    if hasattr(time, "tzset"):
        monkeypatch.setenv("TZ", "UTC-2")
        time.tzset()
    assert main(["log", "show", "a", "--data-dir", str(places.root)]) == 0
    said = capsys.readouterr().out
    assert "“Hum low”" in said
    assert "own.1" not in said
    if os.name == "posix":
        assert "2026-11-25 16:00" in said
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()


def test_a_refresher_that_lies_ahead_is_questioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["training", "k7", "--refresher", "2199-01-01", "--data-dir", str(tmp_path)]
    assert main(argv) == 1
    assert "lies ahead" in capsys.readouterr().err
    assert main([*argv, "--yes"]) == 0


@pytest.mark.parametrize("form", ["csv", "json", "html", "docx", "boris", "sdis"])
def test_every_export_carries_a_note_and_says_that_nothing_was_counted(
    places: Places, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(places, "p17", "--me", "k7", "--minutes", "5", "She splashed back.")
    store = LocalStore(places)
    (log,) = store.logs()
    store.save(replace(log, engagement=("exploration", "initiation")))
    out = tmp_path / f"out.{form}"
    argv = ["export", log.id, "--format", form, "--out", str(out), "--data-dir", str(places.root)]
    assert main(argv) == 0
    capsys.readouterr()
    if form in ("boris", "sdis"):  # they hold what was coded, and nothing was
        return
    if form == "docx":
        from docx import Document

        text = "\n".join(p.text for p in Document(str(out)).paragraphs)
    else:
        text = out.read_text("utf-8-sig")
    assert "She splashed back." in text
    assert "afterwards" in text
    assert ("exploration" if form in ("csv", "json") else "Exploration") in text
    assert "nothing was counted" in text or form in ("csv", "json")
    if form == "json":
        assert main(["log", "delete", log.id, "--yes", "--data-dir", str(places.root)]) == 0
        assert main(["import", str(out), "--data-dir", str(places.root)]) == 0
        assert [one.mode for one in store.logs()] == [Mode.AFTERWARDS]
        assert not list(places.journals.rglob("*.jsonl"))
