"""A moment noted afterwards from home: F1, when and how long first, under fifteen keys besides the words."""

from __future__ import annotations

from datetime import datetime

import pytest
from conftest import FakeClock
from faults.test_screens import kept
from screen_helpers import lines
from textual.widgets import Input, Static, TextArea

from ii_companion.app import CompanionApp
from ii_companion.log.header import Mode
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.log.records import EndReason
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.note import NoteScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.screens.trends import TrendsScreen


async def test_a_note_takes_under_fifteen_keys_besides_its_words(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        before = [*"p17", "f1", *"0910", "enter", "5", "enter", "enter"]
        after = ["ctrl+s"]
        assert len(before) + len(after) < 15
        await pilot.press(*before)
        assert isinstance(app.screen, NoteScreen)
        assert "nothing was counted" in str(app.screen.query("#said Static").last(Static).content)
        await pilot.press(*"She", "space", *"danced", *after)
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        assert any("Kept: p17" in note.message for note in app._notifications)
    (log,) = LocalStore(places).logs()
    assert (log.learner, log.what_happened, log.duration_s) == ("p17", "She danced", 300)
    assert (log.mode, log.measures, log.end_reason) == (Mode.AFTERWARDS, None, EndReason.UNKNOWN)
    local = log.started_at.astimezone()
    assert (local.hour, local.minute) == (9, 10)
    assert log.started_at < datetime.fromisoformat("2026-11-23T10:15:30Z")


@pytest.mark.parametrize("leave", ["escape", "ctrl+s"])
async def test_a_form_opened_by_mistake_keeps_nothing(places: Places, clock: FakeClock, leave: str) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await pilot.press(*"p17", "f1", leave)
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
    assert not places.root.exists()


async def test_which_day_is_said_and_what_is_no_time_keeps_the_form(places: Places, clock: FakeClock) -> None:
    first = NoteScreen(LocalStore(places), Plan(learner="p17", practitioner="k7"))
    app = CompanionApp(LocalStore(places), clock=clock, first=first)
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press(*"2359", "enter")
        assert "yesterday 23:59" in lines(app, "#line")
        app.screen.query_one("#when", Input).value = "noon"
        app.screen.query_one("#what_happened", TextArea).text = "Words"
        await pilot.press("ctrl+s")
        assert app.screen is first
        assert "no time of day" in lines(app, "#line")
        app.screen.query_one("#when", Input).value = "2026-11-01 09:00"
        await pilot.press("ctrl+s")
    (log,) = LocalStore(places).logs()
    assert f"{log.started_at.astimezone():%Y-%m-%d %H:%M}" == "2026-11-01 09:00"


async def test_without_a_learner_the_form_asks_who_it_was(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock, first=NoteScreen(LocalStore(places), Plan()))
    async with app.run_test() as pilot:
        await pilot.press(*"Jane", "space", *"Smith")
        app.screen.query_one("#what_happened", TextArea).text = "Words"
        await pilot.press("ctrl+s")
        assert "full name" in lines(app, "#line")
        app.screen.query_one("#learner", Input).value = "p17"
        await pilot.press("ctrl+s")
    assert [log.learner for log in LocalStore(places).logs()] == ["p17"]


async def test_a_note_is_listed_as_such_is_in_no_trend_and_its_review_says_nothing_was_counted(
    places: Places, clock: FakeClock
) -> None:
    from ii_companion.log.afterwards import note

    log = note(Plan(learner="p17"), clock.utc(), 5, "Splash.")
    kept(places)
    LocalStore(places).save(log)
    app = CompanionApp(LocalStore(places), clock=clock, first=ReviewScreen(LocalStore(places), log))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        said = str(app.screen.query_one("#words", Static).content)
        assert said.startswith("what happened: Splash.")
        assert "nothing was counted" in str(app.screen.query_one("#figures", Static).content)
        app.push_screen(TrendsScreen("p17", ""))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert len(lines(app, "#rows").splitlines()) == 1
        app.push_screen(HomeScreen())
        await pilot.pause()
        app.screen._look_around()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "afterwards" in lines(app, "#recent")


async def test_what_was_never_tagged_before_is_called_new_and_the_five_areas_are_offered_on_request(
    places: Places, clock: FakeClock
) -> None:
    from msgspec.structs import replace

    from ii_companion.settings import load
    from widgets.tags import Tags

    store = LocalStore(places)
    one = kept(places).log
    earlier = replace(
        one, id="20261101-000000-p17-0000", fundamentals=("enjoying",), engagement=("exploration",)
    )
    store.save(replace(earlier, started_at=one.started_at.replace(day=1)))
    loaded = load()
    asked = replace(loaded, settings=replace(loaded.settings, engagement_model=True))
    app = CompanionApp(store, clock=clock, loaded=asked, first=AfterScreen(store, one))
    async with app.run_test(size=(100, 60)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for name, known, new in (("fundamentals", 0, 1), ("engagement", 0, 2)):
            tags = app.screen.query_one(f"#{name}", Tags)
            tags.focus()
            await pilot.press("space", *["down"] * new, "space")
            assert "new today" not in " ".join(tags._rows(known))
            assert "new today" in " ".join(" ".join(tags._rows(new)).split())
        await pilot.press("ctrl+s")
    log = store.get(one.id)
    assert (log.fundamentals, log.engagement) == (("enjoying", "attending"), ("exploration", "anticipation"))
    app = CompanionApp(store, clock=clock, first=AfterScreen(store, one))
    async with app.run_test():
        assert not app.screen.query("#engagement")
