"""The form afterwards, the review, practice, coding and trends: what each does under the keys."""

from __future__ import annotations

import pytest
from conftest import FakeClock
from faults.test_screens import kept
from msgspec.structs import replace
from screen_helpers import lines, live, press
from textual.containers import VerticalScroll
from textual.widgets import Input, OptionList, Static, TextArea

from ii_companion.app import CompanionApp
from ii_companion.log.checklist import Answer, Checklist, Seen
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.screens.coding import CodingScreen, CountdownScreen
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.practise import PractiseScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.screens.their_side import TheirSideScreen
from ii_companion.screens.trends import TrendsScreen
from widgets.big_words import BigWords
from widgets.choice import Choice


async def test_d_discards_a_session_started_by_accident_journal_and_all(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "space", "escape", "enter")
        assert isinstance(app.screen, AfterScreen)
        await pilot.press("d")
        assert "for good" in lines(app, "#line")
        await pilot.press("escape")
        assert isinstance(app.screen, AfterScreen)
        assert LocalStore(places).logs()
        await pilot.press("d", "enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
    assert LocalStore(places).known() == set()


async def test_a_sentence_may_begin_with_d(places: Places, clock: FakeClock) -> None:
    store = LocalStore(places)
    app = CompanionApp(store, clock=clock, first=AfterScreen(store, kept(places).log))
    async with app.run_test() as pilot:
        await pilot.press(*"danced", "space", *"and", "space", *"did")
        assert app.screen.query_one("#what_happened", TextArea).text == "danced and did"
        await pilot.press("d")
        assert app.screen.query_one("#what_happened", TextArea).text == "danced and didd"


async def test_d_discards_from_the_review_and_any_other_key_does_not(
    places: Places, clock: FakeClock
) -> None:
    store = LocalStore(places)
    one = kept(places)
    app = CompanionApp(store, clock=clock)
    async with app.run_test() as pilot:
        app.push_screen(ReviewScreen(store, one.log))
        await pilot.pause()
        await pilot.press("d", "right")
        assert store.get(one.log.id)
        await pilot.press("d", "enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
    assert store.known() == set()


async def test_an_edit_begins_in_what_happened_and_shows_what_changed_before_it_is_kept(
    places: Places, clock: FakeClock
) -> None:
    store = LocalStore(places)
    one = kept(places)
    app = CompanionApp(store, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ReviewScreen(store, one.log))
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        assert app.screen.focused.id == "what_happened"
        await pilot.press(*"Hum", "tab", "2", "shift+tab")
        assert store.get(one.log.id) == one.log  # nothing is kept while fields are left
        await pilot.press("ctrl+s")
        asked = lines(app, "#line")
        assert "What happened, in a sentence or two: – → Hum" in asked
        assert "They enjoyed it: – → no" in asked
        await pilot.press("escape")
        assert app.screen.focused.id == "what_happened"
        assert store.get(one.log.id) == one.log
        await pilot.press("ctrl+s", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
    assert store.get(one.log.id).what_happened == "Hum"
    assert store.earlier(one.log.id) == [one.log]


async def test_distress_and_had_enough_are_two_answers_and_the_events_suggest_which(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="p17", stage=4), clock)
    async with app.run_test() as pilot:
        await press(pilot, clock, "space", "X", "enter")
        assert app.screen.query_one("#end_reason", Choice).chosen == 1
        await pilot.press("1", "ctrl+s")
    (log,) = LocalStore(places).logs()
    assert log.end_reason == "learner_had_enough"


async def test_up_and_down_go_from_question_to_question_and_change_no_answer(
    places: Places, clock: FakeClock
) -> None:
    store = LocalStore(places)
    one = kept(places)
    app = CompanionApp(store, clock=clock, first=AfterScreen(store, one.log))
    async with app.run_test() as pilot:
        app.screen.query_one("#enjoyed_by_learner", Choice).focus()
        await pilot.pause()
        await pilot.press("down", "down", "up")
        assert app.screen.focused.id == "enjoyed_by_me"
        app.push_screen(ChecklistScreen(store, one.log))
        await pilot.pause()
        first = app.screen.focused
        await pilot.press("down")
        assert app.screen.focused is not first
        assert isinstance(app.screen.focused, Input)
        await pilot.press("ctrl+s")
    assert store.get(one.log.id).end_reason == one.log.end_reason
    assert all(answer.seen is None for answer in store.checklist(one.log.id).answers)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_review_has_the_notes_first_then_every_answer_and_scrolls(
    places: Places, clock: FakeClock, size: tuple[int, int]
) -> None:
    store = LocalStore(places)
    one = replace(kept(places).log, what_happened="Hum for hum.", enjoyed_by_me=True, touch_used="none",
                  fundamentals=("turns",), engagement=("initiation",))  # fmt: skip
    store.save_checklist(
        one, Checklist(id=one.id, answers=(Answer("waited", Seen.SEEN, "long"),), strength="calm")
    )
    app = CompanionApp(store, clock=clock, first=ReviewScreen(store, one))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        said = str(app.screen.query_one("#words", Static).content)
        order = ["Hum for hum.", "It ended because: they had enough", "I enjoyed it: yes", "Touch: none", "Taking turns",
                 "Initiation", "Waited, and let pauses be: seen, long", "One strength: calm"]  # fmt: skip
        at = [said.index(words) for words in order]
        assert at == sorted(at)
        counted = str(app.screen.query_one("#figures", Static).content)
        assert counted.index("2 learner acts") < counted.index("█ learner act")
        scroll = app.screen.query_one("#said" if size[0] >= 60 else "#sides", VerticalScroll)
        assert scroll.size.height >= 3
        assert scroll.region.bottom <= size[1]  # in sight, not below the edge
        await pilot.press("down")
        assert scroll.scroll_y == 1
        await pilot.press("pagedown")
        assert scroll.scroll_y > 1
        await pilot.press("pageup", "up")
        assert scroll.scroll_y == 0


async def test_practice_is_chosen_from_a_list_with_sketch_signs_and_speed(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        assert isinstance(app.screen, PractiseScreen)
        assert app.screen.query_one(OptionList).option_count == 12
        said = str(app.screen.query_one("#words", Static).content)
        assert "Sits by the window" in said
        assert "had enough: turns their whole body" in said
        await pilot.press("down", "right")
        said = str(app.screen.query_one("#words", Static).content)
        assert "Runs laps" in said
        assert "Speed × 2" in said
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)
        assert live(app).recorder.header.learner == "swift"
        assert lines(app, "#line").startswith("practice")
        await press(pilot, clock, "tab")
        assert lines(app, "#line").startswith("practice")
        await press(pilot, clock, "escape")
        assert lines(app, "#line").startswith("practice")
        await press(pilot, clock, "enter")
        assert isinstance(app.screen, TheirSideScreen)
        assert not app.screen.query(TextArea)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)
    assert len(LocalStore(places).practice.logs()) == 1
    assert LocalStore(places).logs() == []


async def test_after_practice_the_learner_s_side_is_seen_at_80_by_24_and_scrolls(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(LocalStore(places), Plan(learner="otter"), clock, practice=PracticePlan(seed=5))
    async with app.run_test(size=(40, 12)) as pilot:
        await press(pilot, clock, "i", "x", "enter")
        side = app.screen.query_one("#side", Static)
        assert side.region.y < 6
        await pilot.press("pagedown")
        assert app.screen.query_one(VerticalScroll).scroll_y > 0


async def test_coding_a_recording_has_no_advice_and_its_first_screen_fits_80_columns(
    places: Places, clock: FakeClock
) -> None:
    store = LocalStore(places)
    one = kept(places)
    first = CountdownScreen(store, one.log.id, "k8", 3)
    app = CompanionApp(store, clock=clock, first=first)
    async with app.run_test(size=(80, 24)) as pilot:
        said = first.query_one("#told-twice").lines
        assert all(len(line) <= 78 for line in said)
        assert one.log.id in said[1]
        app.switch_screen(first._coding())
        await pilot.pause()
        assert isinstance(app.screen, CodingScreen)
        await press(pilot, clock, "space", "X")
        assert app.screen.query_one(BigWords).words == ""
        assert "Calm first" not in lines(app, "#line")
        assert "coded" in lines(app, "#line")


async def test_a_value_of_one_is_seen_one_session_has_whole_ticks_and_figures_have_plain_words(
    places: Places, clock: FakeClock
) -> None:
    from textual_plot import PlotWidget

    kept(places)
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(TrendsScreen("p17", ""))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert not app.screen.query_one(PlotWidget).display
        assert "From two sessions on a line stands here" in str(
            app.screen.query_one("#alone", Static).content
        )
        await pilot.press("escape")
        LocalStore(places).save(replace(kept(places).log, id="20261101-101530-p17-0001"))
        app.push_screen(TrendsScreen("p17", ""))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("right", "right")
        await pilot.pause()
        assert "room for them to act" in str(app.screen.query_one("#means", Static).content)
        plot = app.screen.query_one(PlotWidget)
        drawn = "\n".join(
            "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()
        )
        assert "1.2" not in drawn
        assert plot._y_max > 1.0
        assert "●" in drawn
