"""What somebody left for next time meets whoever is with that learner next; and the learner's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import FakeClock
from faults.test_screens import kept
from msgspec.structs import replace
from screen_helpers import lines, press
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from ii_companion.app import CompanionApp
from ii_companion.log.afterwards import note
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.screens.before import BeforeScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.learner import LearnerScreen
from ii_companion.screens.learner_words import SECTIONS
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.session.card import Card
from widgets.rows import Rows


def left(places: Places) -> LocalStore:
    """An older log with words for next time, and a newer one without."""
    store = LocalStore(places)
    one = kept(places).log
    words = {
        "next_time": "Hum with the ribbon.",
        "best_moment": "She hummed back.",
        "fundamentals": ("turns",),
    }
    store.save(replace(one, id="old", started_at=one.started_at - timedelta(days=2), **words))
    return store


async def settle(app: CompanionApp, pilot: object) -> None:
    if isinstance(app.screen, LiveScreen) and app.screen.LOOKS_BACK:
        app.screen._look_back()  # its timer stands still with the clock
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_home_says_what_was_left_as_the_code_is_typed(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(left(places), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen._look_around()
        await settle(app, pilot)
        beside = app.screen.query_one("#with", Static)
        await pilot.press(*"p1")
        await settle(app, pilot)
        assert "Hum" not in str(beside.content)
        await pilot.press("7")
        await settle(app, pilot)
        assert beside.border_title == "p17"
        assert "Next time: Hum with the ribbon." in str(beside.content)
        assert "Last time: Mon 23 Nov" in str(beside.content)
        assert "had enough" in str(beside.content)
        await pilot.press("backspace")
        await settle(app, pilot)
        assert "Hum" not in str(beside.content)


async def test_where_there_is_no_room_beside_the_fields_it_stands_below_them(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(left(places), clock=clock)
    async with app.run_test(size=(40, 16)) as pilot:
        app.screen._look_around()
        await settle(app, pilot)
        await pilot.press(*"p17")
        await pilot.pause()
        about = str(app.screen.query_one("#about", Static).content)
        assert not app.screen.query_one("#with").display
        assert "Left for next time (by k7, Sat 21 Nov" in about
        assert "Last time: Mon 23 Nov" in about


async def test_it_stands_on_the_screen_before_and_in_the_first_line_until_a_key(
    places: Places, clock: FakeClock
) -> None:
    store = left(places)
    plan = Plan(learner="p17", stage=4)
    app = CompanionApp(store, clock=clock, first=BeforeScreen(plan, Card("p17"), probe_due=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "Hum with the ribbon." in str(app.screen.query_one("#last", Static).content)
        await pilot.press("enter")
        await pilot.pause()
        await settle(app, pilot)
        assert isinstance(app.screen, LiveScreen)
        assert "Hum with the ribbon." in lines(app, "#line")
        await press(pilot, clock, "space")
        assert lines(app, "#line") == ""


async def test_start_reads_the_logs_in_a_thread_and_takes_keys_meanwhile(
    places: Places, clock: FakeClock
) -> None:
    import threading

    held = threading.Event()

    class Slow(LocalStore):
        def entries(self) -> list:
            held.wait(10)
            return super().entries()

    left(places)
    app = CompanionApp(Slow(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "space")
        assert app.screen.recorder.session.trail is not None
        held.set()
        await settle(app, pilot)
        assert lines(app, "#line") == ""  # a key was struck: it is not in the way any more


async def test_the_first_session_of_all_is_told_what_the_line_is(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await settle(app, pilot)
        assert "at its end nothing happens" in lines(app, "#line")


async def test_the_learner_s_page_has_card_moments_counts_figures_and_notes(
    places: Places, clock: FakeClock
) -> None:
    store = left(places)
    store.save_card(Card("p17", 12.0, enjoys="ribbons"))
    store.save(note(Plan(learner="p17"), clock.utc(), 5, "Splash at the pool."))
    app = CompanionApp(store, clock=clock)
    async with app.run_test(size=(80, 14)) as pilot:
        await pilot.press(*"p17", "ctrl+l")
        await pilot.pause()
        await settle(app, pilot)
        assert isinstance(app.screen, LearnerScreen)
        assert "ribbons" in str(app.screen.query_one("#card", Static).content)
        said = "\n".join(str(app.screen.query_one(f"#{name}", Static).content) for name in SECTIONS)
        assert said.index("Hum with the ribbon.") < said.index("She hummed back.") < said.index("1 of 3")
        assert "1 of 3  Taking turns" in said
        assert "Splash at the pool." in said
        assert "nothing was counted" in said
        scroll = app.screen.query_one(VerticalScroll)
        await pilot.press("down", "pagedown")
        assert scroll.scroll_y > 5
        await pilot.press("pageup", "up")
        assert scroll.scroll_y == 0
        await pilot.press("f5")
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)
        await pilot.press("escape", "f7")
        await pilot.pause()
        await settle(app, pilot)
        assert isinstance(app.screen, LogsScreen)
        assert len(app.screen.query_one(Rows).lines) == 3
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert isinstance(app.screen, LearnerScreen)


async def test_the_recent_logs_are_reached_by_tab_and_enter_opens_one(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(left(places), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen._look_around()
        await settle(app, pilot)
        await pilot.press(*["tab"] * 6, "down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen._session.log.id == "old"
        await pilot.press("escape")
        await settle(app, pilot)
        await pilot.click("#recent", offset=(5, 2))
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)


async def test_enter_in_the_first_field_moves_on_while_nobody_is_named(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await pilot.press(*"p17", "enter", *"k7")
        assert app.screen.query_one("#practitioner", Input).value == "k7"
        assert not places.root.exists()
        await pilot.press("up", "enter")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)


async def test_home_says_what_it_is_what_a_stage_is_and_a_question_mark_is_text(
    places: Places, clock: FakeClock
) -> None:
    from ii_companion.screens.help import HelpScreen

    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Intensive Interaction" in lines(app, "#title")
        app.screen.query_one("#stage", Input).focus()
        await pilot.pause()
        assert "how much it prompts" in str(app.screen.query_one("#about", Static).content)
        app.screen.query_one("#place", Input).focus()
        await pilot.press("question_mark")
        assert app.screen.query_one("#place", Input).value == "?"
        app.screen.query_one("#for_min", Input).focus()
        await pilot.press(*"10")
        assert app.screen.plan().for_min == 10
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_f3_looks_again(places: Places, clock: FakeClock) -> None:
    from screens.test_home_and_after import crash

    from ii_companion.screens.unfinished import UnfinishedScreen

    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        await pilot.press("f3")
        assert "Nothing is unfinished" in str(app.screen.query_one("#about", Static).content)
        crash(places, clock)
        await pilot.press("f3")
        await pilot.pause()
        assert isinstance(app.screen, UnfinishedScreen)


async def test_the_same_learner_twice_at_once_is_warned_of(places: Places, clock: FakeClock) -> None:
    from ii_companion.log.plan import header_for

    store = LocalStore(places)
    store.ready()
    journal = store.begin(header_for(Plan(learner="p17"), clock, Card("p17")))
    try:
        app = CompanionApp(store, clock=clock)
        async with app.run_test() as pilot:
            for _ in range(2000):  # a thread of the journal's shows that it is being written
                if store.live() is not None:
                    break
                await pilot.pause(0.01)
            await pilot.press(*"p17", "tab", "enter")
            assert "Another window records" in str(app.screen.query_one("#about", Static).content)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, LiveScreen)
            assert "Another window" in lines(app, "#line")
    finally:
        journal.close()


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_whoever_comes_for_the_first_time_is_told_of_practice(
    places: Places, clock: FakeClock, size: tuple[int, int]
) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=size) as pilot:
        home = app.screen
        assert isinstance(home, HomeScreen)
        home._look_around()
        await settle(app, pilot)
        painted = " ".join(strip.text for strip in home._compositor.render_strips())
        assert "F4: practise with somebody made up." in painted
        assert "Type a code, Enter starts." in painted
