"""Screens in the pseudo-language: a plain letter that is seen did not go through the seam, and no sentence is cut.

The voices are left out: their names are eSpeak's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import FakeClock
from faults.test_screens import kept
from screen_helpers import lines, press
from screens.test_coached import woken
from screens.test_home_and_after import crash
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.widgets import Static, TextArea
from words.pseudo import BEGIN, END

from ii_companion.app import CompanionApp
from ii_companion.commands import Where
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.agreement import AgreementScreen
from ii_companion.screens.before import BeforeScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.screens.glance import GlanceScreen
from ii_companion.screens.help import HelpScreen
from ii_companion.screens.home import HomeScreen
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.screens.their_side import TheirSideScreen
from ii_companion.screens.trends import TrendsScreen
from ii_companion.screens.unfinished import UnfinishedScreen
from ii_companion.session.agreement import Coded
from ii_companion.session.card import Card
from widgets.choice import Choice
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.rows import Rows
from widgets.tags import Tags

pytestmark = pytest.mark.usefixtures("xx")


def seen(app: CompanionApp) -> str:
    """What is on the screen, row by row."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def english(app: CompanionApp, *known: str) -> set[str]:
    """What is seen of plain letters, but for codes and keys."""
    text = seen(app)
    assert BEGIN in text
    return {
        word
        for word in re.findall("[A-Za-z]{2,}", text)
        if word.lower() not in ("heron", "p17", "k7", *known)
    }


CODING = [Coded(float(n), "learner", "act") for n in range(1, 13)]
SCREENS: dict[str, Callable[[Places], Screen[None]]] = {
    "home": lambda _: HomeScreen(),
    "card": lambda _: CardScreen(Card("heron")),
    "logs": lambda _: LogsScreen(),
    "glance": lambda places: GlanceScreen(LocalStore(places)),
    "agreement": lambda _: AgreementScreen(CODING, CODING[1:], ("a", "b"), 1.0, 1.0),
    "after": lambda places: AfterScreen(LocalStore(places), kept(places).log),
    "before": lambda _: BeforeScreen(Plan(learner="heron"), Card("heron"), probe_due=True),
    "checklist": lambda places: ChecklistScreen(LocalStore(places), kept(places).log),
    "review": lambda places: ReviewScreen(LocalStore(places), kept(places).log),
    "trends": lambda _: TrendsScreen("heron", "k7"),
    "unfinished": lambda places: UnfinishedScreen(LocalStore(places), LocalStore(places).unfinished()[0]),
    **{f"help of {where}": lambda _, where=where: HelpScreen(where) for where in Where},
}


STRUCK = {
    "agreement": ("n",),
    "before": ("2", "enter", "space", "enter"),
    "card": ("a", "escape"),
    "review": ("right",) * 8,
    "trends": ("right",) * 6 + ("w",),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_says_nothing_past_the_seam(places: Places, clock: FakeClock, name: str) -> None:
    kept(places)
    crash(places, clock)
    app = CompanionApp(LocalStore(places), clock=clock, first=SCREENS[name](places))
    async with app.run_test(size=(200, 60)) as pilot:
        if isinstance(app.screen, HomeScreen):
            app.screen._look_around()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert english(app) == set()
        for key in STRUCK.get(name, ()):
            await pilot.press(key)
            await pilot.pause()
            assert english(app) == set(), key


async def test_the_palette_and_a_struck_ctrl_c_speak_it_too(places: Places, clock: FakeClock) -> None:
    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test(size=(110, 50)) as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert english(app) == set()
        await pilot.press("ctrl+p")
        await pilot.pause(0.3)
        assert english(app) == set()
        await pilot.press(*"qqq")
        await pilot.pause(0.8)  # Textual waits half a second before it says that nothing was found
        assert english(app, "qqq") == set()


@pytest.mark.parametrize("mentor", ["", "m1"])
async def test_a_session_speaks_it_on_the_floor_and_to_a_mentor(
    places: Places, clock: FakeClock, mentor: str
) -> None:
    app = CompanionApp(
        LocalStore(places), Plan(learner="p17", practitioner="k7", mentor=mentor, stage=1), clock
    )
    async with app.run_test(size=(200, 60)) as pilot:
        for keys in (
            ("space",),
            ("1",),
            ("u",),
            ("p",),
            ("2",),
            ("p",),
            ("h",),
            ("v",),
            ("v",),
            ("f1",),
            ("n",),
        ):
            await press(pilot, clock, *keys)
            assert english(app) == set(), keys
        for keys in (("a", "enter"), ("f10",), ("f10",), ("escape",), ("escape",), ("x",), ("f1",), ("X",)):
            await press(pilot, clock, *keys)
            assert english(app) == set(), keys


def cut(app: CompanionApp) -> list[str]:
    """What of a widget's words is not there: a sentence that does not end where it is shown, or rows there is no room for.

    What lies in something that scrolls is left out where it is scrolled away. A row of a list begins what Enter opens.
    """
    screen = app.screen
    rows = [strip.text for strip in screen._compositor.render_strips()]
    found = []
    for widget in screen.walk_children():
        if widget.children or isinstance(widget, (Rows, TextArea, ScrollBar)) or not widget.display:
            continue
        held = any(isinstance(one, Widget) and one.max_scroll_y for one in widget.ancestors)
        if widget not in screen._compositor.visible_widgets:
            if not held and widget.size and all(one.display for one in widget.ancestors if one is not app):
                found.append(f"{type(widget).__name__}#{widget.id} is not on the screen")
            continue
        region, clip, *_ = screen._compositor.visible_widgets[widget]
        shown = region.intersection(clip)
        if held and shown.height < region.height:
            continue
        x, y, width, height = shown
        text = "\n".join(row[x : x + width] for row in rows[y : y + height])
        wanted = widget.get_content_height(widget.size, screen.size, widget.size.width)
        if text.count(BEGIN) != text.count(END):
            found.append(f"{type(widget).__name__}#{widget.id}: {text}")
        elif isinstance(widget, (Lines, Foot, Tags, Choice, Static)) and wanted > shown.height:
            found.append(f"{type(widget).__name__}#{widget.id} wants {wanted} rows: {text}")
    return found


LONG = ("after", "card", f"help of {Where.LIVE}")
"""Screens that hold more than 24 lines."""


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), (80, 100)], ids=["80x24", "80x100"])
@pytest.mark.parametrize("name", SCREENS)
async def test_nothing_is_cut_at_80_columns(
    places: Places, clock: FakeClock, name: str, size: tuple[int, int], whole: bool
) -> None:
    """A sample: the long form at the screens that scroll."""
    if not whole and size[1] == 100 and name not in LONG:
        pytest.skip("whole under --long")
    kept(places)
    crash(places, clock)
    app = CompanionApp(LocalStore(places), clock=clock, first=SCREENS[name](places))
    async with app.run_test(size=size) as pilot:
        if isinstance(app.screen, HomeScreen):
            app.screen._look_around()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert (english(app), cut(app)) == (set(), [])
        for key in STRUCK.get(name, ()):
            await pilot.press(key)
            await pilot.pause()
            assert (english(app), cut(app)) == (set(), []), key


@pytest.mark.parametrize("mentor", ["", "m1"])
async def test_nothing_is_cut_in_a_session_at_80_by_24(places: Places, clock: FakeClock, mentor: str) -> None:
    plan = Plan(learner="p17", practitioner="k7", mentor=mentor, stage=1)
    app = CompanionApp(LocalStore(places), plan, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in (
            "space",
            "1",
            "j",
            "u",
            "p",
            "2",
            "p",
            "h",
            "h",
            "v",
            "v",
            "f1",
            "n",
            "a",
            "enter",
            "y",
            "x",
            "X",
            "escape",
        ):
            await press(pilot, clock, key, apart=5.0)
            assert (english(app), cut(app)) == (set(), []), key


async def test_a_practice_session_and_what_comes_after_it_speak_it(places: Places, clock: FakeClock) -> None:
    plan, practice = Plan(learner="otter", stage=1), PracticePlan(seed=5)
    app = CompanionApp(LocalStore(places), plan, clock, practice=practice)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(60):
            await woken(app, clock, 1)
            if lines(app, "#told"):
                await press(pilot, clock, "i")
                assert (english(app, "otter"), cut(app)) == (set(), [])
        await press(pilot, clock, "x", "enter")
        await pilot.pause()
        assert isinstance(app.screen, TheirSideScreen)
        assert (english(app, "otter"), cut(app)) == (set(), [])
