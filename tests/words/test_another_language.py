"""Screens in a language of one letter: any other letter that is seen did not go through the seam.

What comes from the content folder has a language of its own and is left out of what is looked at; so are the voices,
whose names are eSpeak's.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from conftest import FakeClock
from faults.test_screens import kept
from screen_helpers import press
from screens.test_home_and_after import crash
from textual.screen import Screen

from ii_companion import words
from ii_companion.app import CompanionApp
from ii_companion.commands import Where
from ii_companion.content.fundamentals import fundamentals
from ii_companion.content.prompts import load_prompts
from ii_companion.log.checklist import items
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
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
from ii_companion.screens.trends import TrendsScreen
from ii_companion.screens.unfinished import UnfinishedScreen
from ii_companion.session.agreement import Coded
from ii_companion.session.card import Card

ROOT = Path(__file__).parent.parent.parent
LETTER = "ż"


def _gatherer():
    spec = importlib.util.spec_from_file_location("gatherer", ROOT / ".ci" / "words.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _said_with_one_letter(pattern: str) -> str:
    parts = re.split(r"(\{[^}]*\})", pattern)
    return "".join(part if part.startswith("{") else re.sub("[A-Za-z]", LETTER, part) for part in parts)


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue in which everything the code says is that one letter."""
    catalogue = Catalog(locale="en")
    for message in _gatherer().gathered():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(map(_said_with_one_letter, message.id)))
        elif message.id:
            catalogue.add(message.id, _said_with_one_letter(message.id))
    folder = tmp_path_factory.mktemp("languages")
    target = folder / "one-letter" / "LC_MESSAGES" / "ii_companion.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return folder


@pytest.fixture(autouse=True)
def _spoken(languages: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("II_COMPANION_LANGUAGES", str(languages))
    monkeypatch.setenv("LANGUAGE", "")
    assert words.use("one-letter")
    yield
    words.use("en")


CONTENT = sorted(
    [
        *(prompt.text for prompt in load_prompts("en").prompts),
        *(tag.name for tag in fundamentals("en")),
        *(item.words for item in items("en")),
    ],
    key=len,
    reverse=True,
)


def english(app: CompanionApp, *known: str) -> set[str]:
    """What is seen of other letters, but for codes and keys."""
    seen = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
    assert LETTER in seen
    for text in CONTENT:
        seen = seen.replace(text, "")
    return {word for word in re.findall("[A-Za-z]{2,}", seen) if word.lower() not in ("p17", "k7", *known)}


CODING = [Coded(float(n), "learner", "act") for n in range(1, 13)]
SCREENS: dict[str, Callable[[Places], Screen[None]]] = {
    "home": lambda _: HomeScreen(),
    "card": lambda _: CardScreen(Card("p17")),
    "logs": lambda _: LogsScreen(),
    "glance": lambda places: GlanceScreen(LocalStore(places)),
    "agreement": lambda _: AgreementScreen(CODING, CODING[1:], ("a", "b"), 1.0, 1.0),
    "after": lambda places: AfterScreen(LocalStore(places), kept(places).log),
    "before": lambda _: BeforeScreen(Plan(learner="p17"), Card("p17"), probe_due=True),
    "checklist": lambda places: ChecklistScreen(LocalStore(places), kept(places).log),
    "review": lambda places: ReviewScreen(LocalStore(places), kept(places).log),
    "trends": lambda _: TrendsScreen("p17", "k7"),
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
