"""Paired practice: the mentor's quiet words, a second display, a second coding, the list, the record."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from conftest import FakeClock
from makers import coded
from screen_helpers import kinds, lines, live, press
from textual.widgets import Input, Static

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.checklist import Seen, blank, items
from ii_companion.log.closing import brief_log
from ii_companion.log.dates import Dates, note_date
from ii_companion.log.follow import Followed
from ii_companion.log.header import ChosenPrompt, Header, Mode
from ii_companion.log.journal import Journal
from ii_companion.log.live import newest_live
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.plan import Plan, header_for
from ii_companion.log.shelf import Shelf
from ii_companion.log.training import due, standings
from ii_companion.screens.agreement import AgreementScreen
from ii_companion.screens.before import BeforeScreen
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.screens.coding import CodingScreen, CountdownScreen
from ii_companion.screens.glance import GlanceScreen
from ii_companion.session.agreement import Coded
from ii_companion.session.card import Card
from ii_companion.session.kinds import Kind
from widgets.big_words import BigWords
from widgets.choice import Choice
from widgets.tags import Tags
from widgets.timeline import Timeline

CHOSEN = (
    ChosenPrompt("wait.plenty"),
    ChosenPrompt("pace.one-thing"),
    ChosenPrompt("own.1", "Remember the ribbon."),
)
PAIRED = Plan(learner="p17", practitioner="k7", mentor="m1", stage=2, chosen=CHOSEN)


async def test_with_a_mentor_the_mentor_view_comes_first_and_f_keys_send_the_chosen_prompts(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), PAIRED, clock)
    async with app.run_test(size=(120, 40)) as pilot:
        assert app.screen.has_class("-mentor")
        assert "F3 Remember the ribbon." in lines(app, "#figures")
        await press(pilot, clock, "space", "f3")
        prompt = live(app).recorder.events[-1]
        assert (prompt.kind, prompt.detail) == (Kind.PROMPT, "own.1 mentor")
        assert app.screen.query_one(BigWords).words == "Remember the ribbon."
        assert "(from the mentor)" in lines(app, "#figures")
        await press(pilot, clock, "f5")
        assert "3 prompts were chosen" in lines(app, "#line")
        await press(pilot, clock, "x", "f1")
        assert (
            "no more prompts" in " ".join(lines(app, "#line").split())
            or live(app)._keying.said == "a sign to stop was keyed; no more prompts"
        )
        assert [e.detail for e in live(app).recorder.events if e.detail.endswith("mentor")] == [
            "own.1 mentor"
        ]
        await press(pilot, clock, "enter")
    (log,) = Shelf(places).logs()
    assert (log.mode, log.mentor) == ("paired", "m1")
    assert ("own.1", "mentor") in [(p.id, p.trigger) for p in log.prompts]


async def test_no_dialog_opens_while_a_session_runs(places: Places, clock: FakeClock) -> None:
    """Every key of the session, in paired mode: the live screen stays the only one, and acts go on counting."""
    app = CompanionApp(LocalStore(places), PAIRED, clock)
    keys = [
        "space",
        "j",
        "i",
        "c",
        "o",
        "e",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "y",
        "m",
        "u",
        "h",
        "h",
        "p",
        "p",
        "v",
        "v",
        "tab",
        "f1",
        "f2",
        "f3",
        "f4",
        "f5",
        "f6",
        "f10",
        "f10",
        "question_mark",
        "question_mark",
        "escape",
        "escape",
    ]
    async with app.run_test(size=(100, 30)) as pilot:
        for key in keys:
            await press(pilot, clock, key)
            assert app.screen is app.screen_stack[-1]
            assert len(app.screen_stack) == 1
        before = len(kinds(app))
        await press(pilot, clock, "space")
        assert len(kinds(app)) == before + 1


async def test_own_words_keep_the_rules_of_every_prompt(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 50)) as pilot:
        app.screen.query_one("#mentor", Input).value = "m1"
        await pilot.press(*"p17", "enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, BeforeScreen)
        await pilot.press("2")
        own = app.screen.query_one("#own", Input)
        own.focus()
        own.value = "Never stop now!"
        await pilot.press("enter")
        assert "exclamation" in str(app.screen.query_one("#about", Static).content)
        own.value = "Remember the ribbon."
        await pilot.press("enter")
        app.screen.query_one(Tags).focus()
        await pilot.press("space", "down", "space", "enter")
        await pilot.pause()
        chosen = live(app).recorder.header.chosen
        assert len(chosen) == 3
        assert chosen[-1] == ChosenPrompt("own.1", "Remember the ribbon.")


async def test_the_second_display_follows_and_shows_that_it_lost_the_session(
    places: Places, clock: FakeClock
) -> None:
    ready(places)
    clock_utc = datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)
    header = header_for(PAIRED, clock, Card("p17"))
    assert header.started_at == clock_utc
    display = CompanionApp(LocalStore(places), clock=clock, first=GlanceScreen(LocalStore(places)))
    async with display.run_test(size=(80, 24)) as pilot:
        screen = display.screen
        assert isinstance(screen, GlanceScreen)
        assert "No session is running" in lines(display, "#under")
        journal = Journal.begin(places.journals, header)
        journal._dirty.set()
        for _ in range(2000):
            if newest_live(places.journals) is not None:
                break
            await pilot.pause(0.01)
        screen._seek()
        assert "0 min" in lines(display, "#under")
        first = coded("1L 2i")
        for event in first:
            journal.append(event)
        from ii_companion.session.events import Event

        journal.append(Event(3, 2.5, Kind.PROMPT, "own.1 mentor"))
        screen._changed()
        assert screen.query_one(BigWords).words == "Remember the ribbon."
        journal.close()
        screen._seek()
        assert screen.query_one(BigWords).words == ""
        assert "No session is running" in lines(display, "#under")
        again = Journal.begin(places.journals, header_for(PAIRED, clock, Card("p17")))
        for _ in range(2000):
            if newest_live(places.journals) is not None:
                break
            await pilot.pause(0.01)
        screen._seek()
        assert "0 min" in lines(display, "#under")
        again.close()


def test_following_takes_whole_lines_only(places: Places, clock: FakeClock) -> None:
    ready(places)
    path = places.journals / "x.jsonl"
    header = msgspec.json.encode(header_for(PAIRED, clock, Card("p17")))
    path.write_bytes(header + b'\n{"n":1,"t":1.0,"kind":"learner_act","detail":""}\n{"n":2,"t":')
    followed = Followed(path)
    assert [e.kind for e in followed.read()] == ["learner_act"]
    assert followed.read() == []
    with path.open("ab") as file:
        file.write(b'2.0,"kind":"imitate","detail":""}\n')
    assert [e.kind for e in followed.read()] == ["imitate"]


def finished(places: Places, mentor: str = "m1") -> Travelling:
    header = Header(
        id="20261123-101530-p17-0001", learner="p17", practitioner="k7", mentor=mentor, mode=Mode.PAIRED,
        started_at=datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC), card=Card("p17"),
    )  # fmt: skip
    events = coded(" ".join(f"{n}L {n + 1}i" for n in range(2, 60, 5)) + " 70E")
    one = Travelling(brief_log(header, events), header, tuple(events))
    take_in(LocalStore(places), [one])
    return one


async def test_a_second_coding_is_blind_kept_apart_and_can_be_compared(
    places: Places, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    one = finished(places)
    app = CompanionApp(
        LocalStore(places), clock=clock, first=CountdownScreen(LocalStore(places), one.log.id, "second", 0)
    )
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, CodingScreen)
        assert live(app).recorder.header.practitioner == "second"
        assert live(app).recorder.story.shown == ()
        for _ in range(11):
            await press(pilot, clock, "space", "i", apart=2.5)
        await press(pilot, clock, "escape", "enter")
    (coding,) = places.codings.journals.glob("*.jsonl")
    assert LocalStore(places).unfinished()[0] == []
    assert [log.id for log in Shelf(places).logs()] == [one.log.id]
    assert main(["agree", one.log.id, coding.stem, "--data-dir", str(places.root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {
        "step_s",
        "tolerance_s",
        "kappa",
        "kappa_tolerance",
        "kappa_aligned",
        "percent",
        "matched",
        "disagreements",
    }
    assert found["matched"] > 0
    assert main(["agree", one.log.id, "nowhere", "--data-dir", str(places.root)]) == 1


def test_under_ten_events_the_counts_stand_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,actor,act,detail\n1,learner,act,\n2,practitioner,imitate,\n")
    assert main(["agree", str(path), str(path)]) == 0
    out = capsys.readouterr().out
    assert "counts stand alone" in out
    assert "kappa" not in out
    assert main(["agree", str(path), str(tmp_path / "none.csv")]) == 1
    with pytest.raises(SystemExit):
        main(["agree", str(path), str(path), "--step", "0"])


async def test_disagreements_are_stepped_through_and_figures_follow_tolerance_and_step(
    places: Places, clock: FakeClock
) -> None:
    a = [Coded(float(n * 5), "learner", "act") for n in range(1, 13)]
    b = [Coded(n * 5 + 1.5, "learner", "act") for n in range(1, 12)] + [
        Coded(61.0, "practitioner", "imitate")
    ]
    app = CompanionApp(
        LocalStore(places), clock=clock, first=AgreementScreen(a, b, ("first", "second"), 1.0, 1.0)
    )
    async with app.run_test(size=(100, 30)) as pilot:
        assert "0 matched" in lines(app, "#figures")
        await pilot.press("t")
        assert "tolerance 2 s" in lines(app, "#figures")
        assert "11 matched, 1 not" in lines(app, "#figures")
        assert "aligned kappa" in lines(app, "#figures")
        await pilot.press("n")
        assert "1 of 1" in lines(app, "#here")
        assert app.screen.query_one(Timeline).cursor == 60
        await pilot.press("S")
        assert "time unit 0.5 s" in lines(app, "#figures")


async def test_the_checklist_is_kept_with_the_log_and_has_no_total(places: Places, clock: FakeClock) -> None:
    one = finished(places)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 60)) as pilot:
        app.push_screen(ChecklistScreen(LocalStore(places), one.log))
        await pilot.pause()
        item = items("en")[0].id
        app.screen.query_one(f"#seen-{item}", Choice).action_pick(1)
        app.screen.query_one(f"#remark-{item}", Input).value = "more and more"
        app.screen.query_one("#question", Input).value = "What did the ribbon say?"
        words = " ".join(str(s.content) for s in app.screen.query(Static))
        assert "score" not in words.lower()
        assert "total" not in words.lower()
        await pilot.press("ctrl+s")
        await pilot.pause()
    shelf = Shelf(places)
    saved = shelf.checklist(one.log.id)
    assert saved is not None
    assert (saved.answers[0].seen, saved.answers[0].remark) == (Seen.PARTLY, "more and more")
    assert saved.question == "What did the ribbon say?"
    assert len(blank(one.log, "en").answers) >= 10
    assert [log.id for log in shelf.logs()] == [one.log.id]
    shelf.delete(one.log.id)
    assert not any(b"ribbon say" in path.read_bytes() for path in places.log.iterdir() if path.is_file())


def test_the_training_record_keeps_dates_people_gave_and_lists_who_is_due(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finished(places)
    root = ["--data-dir", str(places.root)]
    assert main(["training", "k7", "--induction", "2024-09-02", *root]) == 0
    assert main(["training", "m1", "--induction", "2020-09-02", "--refresher", "2026-09-01", *root]) == 0
    capsys.readouterr()
    out = tmp_path / "t.csv"
    assert main(["training", "--json", "--csv", str(out), *root]) == 0
    k7, m1 = json.loads(capsys.readouterr().out)
    assert (k7["paired"], k7["due"]) == (1, "refresher due since 2025-09-02")
    assert (m1["observed"], m1["last_refresher"]) == (1, "2026-09-01")
    assert out.read_bytes().startswith(b"\xef\xbb\xbfpractitioner,")
    assert main(["training", "k7", *root]) == 1


def test_nothing_about_training_is_inferred(places: Places) -> None:
    finished(places)
    note_date(places, "new", refresher=date(2026, 1, 1))
    found = {one.practitioner: one.due for one in standings(LocalStore(places), date(2026, 11, 23))}
    assert found == {"k7": "no induction date is known", "m1": "no induction date is known", "new": ""}
    assert due(Dates(date(2024, 2, 29)), date(2026, 1, 1)) != ""
