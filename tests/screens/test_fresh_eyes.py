"""What people new to it stumbled over, each smoothed."""

from __future__ import annotations

import pytest
from conftest import FakeClock
from faults.test_screens import kept
from makers import coded
from textual.events import Key
from textual.widgets import Input, Static, TextArea

from ii_companion.app import CompanionApp
from ii_companion.commands import BESIDE, Where
from ii_companion.log.cards import load_card
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.keys import foot, help_groups
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.mentor_view import marks
from ii_companion.screens.review import ReviewScreen
from ii_companion.session.card import Card
from ii_companion.session.events import fold
from ii_companion.session.search import mistakes
from ii_companion.settings import Settings
from widgets.lines import Lines
from widgets.timeline import Timeline


async def test_words_typed_on_the_first_question_go_into_the_sentence(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(
        LocalStore(places), clock=clock, first=AfterScreen(LocalStore(places), kept(places).log)
    )
    async with app.run_test() as pilot:
        await pilot.press(*"We", "space", *"hummed")
        assert app.screen.query_one("#what_happened", TextArea).text == "We hummed"


async def test_letters_struck_faster_than_the_focus_moves_go_where_they_were_meant(
    places: Places, clock: FakeClock
) -> None:
    """A burst of keys, as a quick typist or a pasted line sends it: none is lost, none is in the field before."""
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        for key in (*"p17", "tab", *"k7", "tab", *"m1"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        typed = [
            app.screen.query_one(f"#{name}", Input).value for name in ("learner", "practitioner", "mentor")
        ]
        assert typed == ["p17", "k7", "m1"]
        app.push_screen(AfterScreen(LocalStore(places), kept(places).log))
        await pilot.pause()
        for character in "They hummed, twice.":
            app.post_message(Key("space" if character == " " else character, character))
        await pilot.pause()
        assert app.screen.query_one("#what_happened", TextArea).text == "They hummed, twice."


async def test_a_card_with_typed_words_asks_before_it_is_left(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        app.push_screen(CardScreen(Card("p17")))
        await pilot.pause()
        assert app.screen.query_one("#wait_s", Input).value == ""  # nothing was agreed yet
        await pilot.press("tab", "tab", *"hums", "escape")
        assert "Not saved yet" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("ctrl+s")
        assert not isinstance(app.screen, CardScreen)
    assert load_card(places, "p17").enjoys == "hums"
    assert load_card(places, "p17").wait_s == Card("").wait_s


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bogus:zzz", "not a field"),
        ("since:2026-13", "not a date"),
        ("until:soon", "not a date"),
        ("since:2026-1", ""),
        ("since:2026-01-31", ""),
        ("since:", ""),
        ("p17 hummed 10:15", ""),
    ],
)
def test_a_search_that_cannot_find_anything_says_why(text: str, said: str) -> None:
    found = mistakes(text)
    assert bool(found) == bool(said)
    assert not said or said in found[0]


async def test_the_mistake_stands_over_the_list(places: Places, clock: FakeClock) -> None:
    kept(places)
    app = CompanionApp(LocalStore(places), clock=clock, first=LogsScreen())
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.press(*"bogus:x")
        assert "not a field" in app.screen.query_one("#title", Lines).lines[0]


async def test_a_review_says_what_the_coach_would_have_said_where_it_was_not_there(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(
        LocalStore(places), clock=clock, first=ReviewScreen(LocalStore(places), kept(places).log)
    )
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "the coach would have said “" in "\n".join(app.screen.query_one("#here", Lines).lines)


def test_no_later_mark_covers_a_sign() -> None:
    trail = fold(coded("1L 2x 2.1L 3X 3.1m 3.2e")).trail
    assert [glyph for _, _, glyph in marks(trail, 0.0)][-2:] == ["x", "X"]


def test_the_help_of_a_screen_names_the_keys_of_its_lists_and_fields_and_the_foot_the_way_back() -> None:
    for where, keys in BESIDE.items():
        lines = [f"{keys}  {told}" for rows in help_groups(where, Settings()).values() for keys, told in rows]
        assert all(any(line.startswith(one.keys) and one.help in line for line in lines) for one in keys)
    assert "Esc back" in foot(Where.REVIEW, Settings())


async def test_a_line_of_time_paints_the_later_mark_over_the_earlier_and_again_when_it_changes(
    places: Places, clock: FakeClock
) -> None:
    app = CompanionApp(
        LocalStore(places), clock=clock, first=ReviewScreen(LocalStore(places), kept(places).log)
    )
    async with app.run_test(size=(60, 24)) as pilot:
        line = app.screen.query_one(Timeline)
        line.show([(1.0, 2, "X"), (1.5, 2, "m"), (700.0, 2, "e")], 1_000.0)
        assert line.render_line(2).text.count("m") == 1
        line.show([(1.5, 2, "m"), (1.0, 2, "X"), (700.0, 2, "e")], 1_000.0)
        assert "X" in line.render_line(2).text
        assert "m" not in line.render_line(2).text
        await pilot.press("end", *["plus"] * 4)
        assert "X" not in line.render_line(2).text  # another stretch, painted anew
