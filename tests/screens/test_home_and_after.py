"""Home, the screen after the end, and what was left unfinished."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from conftest import FakeClock
from makers import coded
from screen_helpers import lines, press
from textual.widgets import Input, Static, TextArea

from ii_companion.app import CompanionApp
from ii_companion.log.closing import brief_log
from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.plan import Plan, header_for
from ii_companion.log.shelf import Shelf
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.after_form import SAFETY
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.unfinished import UnfinishedScreen
from ii_companion.session.card import Card
from widgets.choice import Choice
from widgets.tags import Tags


async def settle(app: CompanionApp) -> None:
    if isinstance(app.screen, HomeScreen):
        app.screen._look_around()  # its timer is the wall's; a test asks at once
    await app.workers.wait_for_complete()


def crash(places: Places, clock: FakeClock, learner: str = "p17") -> str:
    """A session that was keyed and never ended."""
    ready(places)
    header = header_for(Plan(learner=learner), clock, Card(learner))
    journal = Journal.begin(places.journals, header)
    for event in coded("1L 2i 5L"):
        journal.append(event)
    journal.close()
    return header.id


async def test_enter_starts_and_the_fields_remember(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await pilot.press(*"P17", "tab", *"k7", "enter")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)
        assert app.screen.recorder.header.learner == "p17"
        app.screen._end()
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        assert app.screen.query_one("#learner", Input).value == "p17"
        assert app.screen.query_one("#practitioner", Input).value == "k7"
        await settle(app)
        await pilot.pause()
        assert any("p17" in line for line in lines(app, "#recent").splitlines()[1:])


@pytest.mark.parametrize("name", ["Jane Smith", "Jane-Smith", "JaneSmith", "J. Smith", "jane smith"])
async def test_what_looks_like_a_full_name_is_refused_with_the_reason(
    places: Places, clock: FakeClock, name: str
) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        app.screen.query_one("#learner", Input).value = name
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        said = str(app.screen.query_one("#about", Static).content)
        assert "full name" in said
        assert "codes, never names" in said
    assert not places.root.exists()


async def test_a_folder_that_cannot_be_written_is_said_before_the_session_starts(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "file").write_text("not a folder")
    app = CompanionApp(LocalStore(Places(tmp_path / "file" / "data")), clock=clock)
    async with app.run_test() as pilot:
        await pilot.press(*"p17", "enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
        assert "Choose another" in str(app.screen.query_one("#about", Static).content)


async def test_the_notes_are_done_from_the_keyboard_and_kept_field_by_field(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17"), clock)
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, clock, "space", "i", "escape", "enter")
        assert isinstance(app.screen, AfterScreen)
        assert len(Shelf(places).logs()) == 1  # kept the moment it ended
        await pilot.press("right", "enter")  # from "I ended it" to "interrupted"
        await pilot.press(*"Hum for hum.", "tab")
        assert Shelf(places).logs()[0].what_happened == "Hum for hum."  # saved on leaving the field
        await pilot.press(
            "1", "enter", "2", "enter", "1", "enter", "3", "enter", "2", "enter", "3", "enter", "2", "enter"
        )
        app.screen.query_one(Tags).focus()
        await pilot.press("space", "down", "down", "space", "ctrl+s")
        await pilot.pause()
    (log,) = Shelf(places).logs()
    assert log.end_reason == "interrupted"
    assert (log.enjoyed_by_learner, log.enjoyed_by_me, log.assent_at_start) == (True, False, True)
    assert (log.arousal_start, log.arousal_end, log.novelty, log.touch_used) == (
        "high",
        "just_right",
        "never_seen_before",
        "none",
    )
    assert log.fundamentals == ("enjoying", "concentration")


async def test_the_safeguarding_line_stands_beside_every_free_text_box(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17"), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "escape", "enter")
        boxes = len(app.screen.query(TextArea))
        assert boxes == 4
        assert [str(s.content) for s in app.screen.query(".safety").results(Static)] == [SAFETY] * boxes


async def test_an_unfinished_session_is_offered_and_kept(places: Places, clock: FakeClock) -> None:
    session_id = crash(places, clock)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await settle(app)
        await pilot.pause()
        assert "Unfinished: p17" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("f3", "k")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
    (log,) = Shelf(places).logs()
    assert (log.id, log.end_reason, log.duration_s) == (session_id, "interrupted", 5.0)


async def test_the_notes_of_an_unfinished_session_can_be_finished(places: Places, clock: FakeClock) -> None:
    crash(places, clock)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await settle(app)
        await pilot.pause()
        await pilot.press("f3", "n")
        await pilot.pause()
        assert isinstance(app.screen, AfterScreen)
        assert app.screen.query_one("#end_reason", Choice).chosen == 4
        await pilot.press("1", "ctrl+s")
        await pilot.pause()
    assert Shelf(places).logs()[0].end_reason == "learner_had_enough"


async def test_discarding_asks_once_and_escape_keeps_it(places: Places, clock: FakeClock) -> None:
    crash(places, clock)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await settle(app)
        await pilot.pause()
        await pilot.press("f3", "d", "escape")
        assert isinstance(app.screen, UnfinishedScreen)
        assert list(places.journals.glob("*.jsonl"))
        await pilot.press("d", "enter")
        await pilot.pause()
        assert not list(places.journals.glob("*.jsonl"))
        assert isinstance(app.screen, HomeScreen)


async def test_a_slow_disk_holds_no_key_up_and_an_answer_is_kept_at_once(
    places: Places, clock: FakeClock
) -> None:
    """While a save stands still, keys are taken; what was chosen is in the log before its question is left."""
    go_on, stands = threading.Event(), threading.Event()

    class Slow(LocalStore):
        slow = False

        def within(self, seconds: float) -> LocalStore:
            if Slow.slow:
                stands.set()
                assert go_on.wait(10)
            return super().within(seconds)

    ready(places)
    header = header_for(Plan(learner="p17"), clock, Card("p17"))
    log = brief_log(header, tuple(coded("1L 2i 5L 9E")))
    app = CompanionApp(LocalStore(places), clock=clock, first=AfterScreen(Slow(places), log))
    async with app.run_test() as pilot:
        await pilot.pause()
        Slow.slow = True
        await pilot.press("tab", "tab", "1")  # what happened is left, they enjoyed it
        assert await asyncio.to_thread(stands.wait, 10)
        await pilot.press("tab", "tab", "2")
        assert app.screen.query_one("#assent_at_start", Choice).chosen == 1, "keys wait for the disk"
        Slow.slow = False
        go_on.set()
        await app.workers.wait_for_complete()
        kept = LocalStore(places).get(log.id)
        assert kept is not None
        assert (kept.enjoyed_by_learner, kept.assent_at_start) == (True, False)
