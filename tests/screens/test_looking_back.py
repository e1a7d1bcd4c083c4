"""Looking back: the line of time, the notes edited without losing the old ones, search, trends, and erasing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import FakeClock
from makers import coded
from msgspec.structs import replace
from screen_helpers import lines
from textual.widgets import Input, Static, TextArea

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.content.prompts import load_prompts
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.cards import save_card
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header, Mode
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.shelf import Shelf
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.screens.trends import TrendsScreen
from ii_companion.session.card import Card
from ii_companion.session.figures import TRENDS
from ii_companion.session.look_back import look_back
from ii_companion.session.search import Found, parse, search
from ii_companion.session.tally import parameters
from ii_companion.session.view import Coaching
from widgets.rows import Rows
from widgets.timeline import Timeline

START = datetime(2026, 11, 1, 10, 15, tzinfo=UTC)
SESSION = "10L 11i 12L 13j 14e 60L 61i 66j 72i 90n 100y 130x 140E"


def kept(
    places: Places,
    learner: str = "p17",
    day: int = 0,
    text: str = SESSION,
    mode: Mode = Mode.SOLO,
    **words: object,
) -> Travelling:
    started = START + timedelta(days=day)
    header = Header(
        id=f"{started:%Y%m%d-%H%M%S}-{learner}-{day:04x}",
        learner=learner,
        practitioner="k7",
        mode=mode,
        started_at=started,
        card=Card(learner),
    )
    text = text.replace("90n ", "")
    events = coded(text)
    one = Travelling(replace(brief_log(header, events), **words), header, tuple(events))
    take_in(LocalStore(places.practice if mode is Mode.PRACTICE else places), [one])
    return one


def test_the_cursor_tells_what_happened_and_why_the_coach_spoke_or_kept_silent() -> None:
    coaching = Coaching(load_prompts("en").prompts, 1)
    back = look_back(coded(SESSION.replace("90n ", "")), coaching, parameters(8.0))
    assert [e.kind for e in back.at(12)] == ["learner_act"]
    assert [e.kind for e in back.at(12.5)] == ["learner_act"]
    assert back.exchange_at(12) is not None
    assert back.exchange_at(12)[1].opened_by_learner
    assert back.exchange_at(40) is None
    assert back.pace(14) == (2, 2)
    assert back.answer_at(0).spoke
    assert back.answer_at(15).reason == "flow"
    assert back.answer_at(135).reason == "“had enough” was keyed"
    assert all(a.reason for a in back.answers)


async def test_the_review_screen_moves_zooms_and_tells(places: Places, clock: FakeClock) -> None:
    one = kept(places, what_happened="Hum for hum.")
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(ReviewScreen(LocalStore(places), one.log))
        await pilot.pause()
        timeline = app.screen.query_one(Timeline)
        await pilot.press("right")
        assert timeline.cursor == 10
        assert "learner act" in lines(app, "#here")
        assert "opened by the learner" in lines(app, "#here")
        pace = [timeline.render_line(y).text for y in (5, 6)]
        assert pace[0].startswith("their pace")
        assert {"▅", "█"} <= set(pace[0])
        assert "█" in pace[1]
        opened = timeline.render_line(1).text
        assert "L━" in opened
        await pilot.press("right", "right", "right")
        assert timeline.cursor == 13
        await pilot.press("plus", "plus", "plus", "plus")
        assert timeline._span == 10
        await pilot.press("end", "left")
        assert timeline.cursor == 130
        assert "enough clear" in lines(app, "#here")
        await pilot.press("0", "home")
        assert (timeline._span, timeline.cursor) == (140, 0)
        await pilot.click(Timeline, offset=(60, 1))
        assert timeline.cursor > 0
        assert "Hum for hum." in str(app.screen.query_one("#words", Static).content)


async def test_an_edit_is_a_new_version_and_the_old_one_stays(places: Places, clock: FakeClock) -> None:
    one = kept(places, what_happened="first words")
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 40)) as pilot:
        app.push_screen(ReviewScreen(LocalStore(places), one.log))
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(app.screen, AfterScreen)
        app.screen.query_one("#what_happened", TextArea).text = "second words"
        await pilot.press("ctrl+s", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        assert "second words" in str(app.screen.query_one("#words", Static).content)
    shelf = Shelf(places)
    assert shelf.get(one.log.id).what_happened == "second words"
    assert [log.what_happened for log in shelf.earlier(one.log.id)] == ["first words"]
    assert len(shelf.logs()) == 1


async def test_logs_are_searched_as_you_type_and_enter_opens_one(places: Places, clock: FakeClock) -> None:
    for day, (learner, words) in enumerate([("p17", "ribbon"), ("otter", "tapping"), ("p17", "window")]):
        kept(places, learner, day, what_happened=words)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(LogsScreen())
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        rows = app.screen.query_one(Rows)
        assert len(rows._lines) == 3
        app.screen.query_one(Input).value = "learner:p1 ribb"
        await pilot.pause()
        assert len(rows._lines) == 1
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("", True),
        ("hum", True),
        ("hum window", False),
        ("learner:p1", True),
        ("learner:otter", False),
        ("me:k7 mentor:m", True),
        ("tag:tur", True),
        ("tag:enj", False),
        ("since:2026-11 until:2026-11", True),
        ("since:2026-12", False),
        ("until:2026-10-30", False),
        ("mode:paired", True),
        ("LEARNER:P17", True),
        ("learner:", True),
    ],
)
def test_a_search_is_words_and_fields(query: str, hit: bool) -> None:
    one = Found("p17", "k7", "m1", "paired", "2026-11-23", ("turns",), "hum for hum")
    assert (search(parse(query), [one]) == [0]) is hit


async def test_trends_show_a_learner_with_what_each_point_rests_on(places: Places, clock: FakeClock) -> None:
    for day in range(4):
        kept(places, day=day)
    kept(places, day=9, mode=Mode.PRACTICE)
    kept(places, "otter", day=5)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(100, 40)) as pilot:
        app.push_screen(TrendsScreen("p17", "k7"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        rows = lines(app, "#rows").splitlines()
        assert len(rows) == 5
        assert "practice" in rows[0]
        assert all("responses" in line for line in rows)
        await pilot.press("right")
        rows = lines(app, "#rows").splitlines()
        assert all("exchanges" in line for line in rows)
        assert "–" in rows[0]  # under eight exchanges the count stands alone
        for figure in TRENDS[2:]:
            await pilot.press("right")
            assert app.screen.query_one("#plot").border_title == figure.name
        await pilot.press("w")
        assert "everybody's" in lines(app, "#title")
        assert "no appraisal" in lines(app, "#title")


def test_erased_means_not_on_disk_in_any_file(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    kept(places, "p17", 0, what_happened="old")
    kept(places, "p17", 40)
    kept(places, "otter", 1)
    kept(places, "p17", 3, mode=Mode.PRACTICE)
    shelf = Shelf(places)
    shelf.save(replace(shelf.logs()[-1], what_happened="edited"), keep_earlier=True)
    save_card(places, Card("p17"))
    (places.root / "last.json").write_text('{"learner": "p17"}')
    (places.log / "2026-11.json.damaged-1").write_text("p17, cut off")
    argv = ["erase", "p17", "--data-dir", str(places.root)]
    assert main(argv) == 1
    assert "2 brief logs" in capsys.readouterr().err
    assert main([*argv, "--yes"]) == 0
    left = [
        p for p in places.root.rglob("*") if p.is_file() and (b"p17" in p.read_bytes() or "p17" in p.name)
    ]
    assert left == []
    assert [log.learner for log in Shelf(places).logs()] == ["otter"]
    assert main(argv) == 1
    assert "nothing about p17" in capsys.readouterr().err


def test_tidy_lists_what_is_past_its_time_and_asks(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(places, "p17", -800)
    kept(places, "p17", 0)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text("keep_months = 12\n")
    assert main(["tidy", "--data-dir", str(places.root)]) == 1
    assert "older than 12 months" in capsys.readouterr().err
    assert len(Shelf(places).logs()) == 2
    assert main(["tidy", "--data-dir", str(places.root), "--yes"]) == 0
    assert [log.started_at.year for log in Shelf(places).logs()] == [2026]
    assert main(["tidy", "--data-dir", str(places.root)]) == 0
