"""Every main screen as a picture in text: what stands where at three sizes, and in which styles in three themes.

After a change that is meant, renew them and read the difference before it is committed:

    python3 .ci/go.py test tests/screens/test_pictures.py --update-pictures
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
from conftest import FakeClock
from makers import coded
from msgspec.structs import replace
from rich.style import Style
from screen_helpers import press
from textual.screen import Screen
from textual.strip import Strip

from ii_companion.app import CompanionApp
from ii_companion.commands import Where
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import ChosenPrompt, Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan
from ii_companion.log.store import Store
from ii_companion.screens import voices
from ii_companion.screens.after import AfterScreen
from ii_companion.screens.agreement import AgreementScreen
from ii_companion.screens.before import BeforeScreen
from ii_companion.screens.card import CardScreen
from ii_companion.screens.checklist import ChecklistScreen
from ii_companion.screens.help import HelpScreen
from ii_companion.screens.logs import LogsScreen
from ii_companion.screens.review import ReviewScreen
from ii_companion.screens.trends import TrendsScreen
from ii_companion.screens.voices import VoicesScreen
from ii_companion.session.agreement import coded as compared
from ii_companion.session.card import Card
from ii_companion.settings import Loaded, Settings

PICTURES = Path(__file__).parent / "pictures"
SIZES = ((120, 40), (80, 24), (40, 12))
THEMES = ("dim", "light", "contrast")
DIGEST = re.compile(rf"(?:{'|'.join(THEMES)}) [0-9a-f]{{12}}: ")
HERON = Card("p17", 8.0, enjoys="humming, ribbons", maybe_signs="turns to the window")
CHOSEN = (ChosenPrompt("wait.plenty"), ChosenPrompt("own.1", "Remember the ribbon."))
SOLO = Plan(learner="p17", practitioner="k7", stage=2)
PAIRED = replace(SOLO, mentor="m1", chosen=CHOSEN)
SESSION = "10L 11i 12L 13j 14e 60L 61i 66j 72i 100y 130x 140E"
OTHER_CODING = "10L 11i 12.5L 13j 14e 61i 66j 72o 101y 130x 140E"


def session_of(clock: FakeClock, day: int, **words: str) -> Travelling:
    """A made-up session so many days into the month."""
    header = Header(
        id=f"202611{day:02}-101530-p17-{day:04x}",
        learner="p17",
        practitioner="k7",
        started_at=clock.utc().replace(day=day),
        card=HERON,
    )
    events = coded(SESSION)
    return Travelling(replace(brief_log(header, events), **words), header, tuple(events))


def first_screen(name: str, store: Store, log: Travelling) -> Screen[None] | None:
    """The screen of that name; None where the app makes it from a plan, or is at home."""
    make: dict[str, Callable[[], Screen[None]]] = {
        "before": lambda: BeforeScreen(PAIRED, HERON, probe_due=True),
        "after": lambda: AfterScreen(store, log.log),
        "review": lambda: ReviewScreen(store, log.log),
        "logs": LogsScreen,
        "trends": lambda: TrendsScreen("p17", "k7"),
        "card": lambda: CardScreen(HERON),
        "checklist": lambda: ChecklistScreen(store, log.log),
        "agreement": lambda: AgreementScreen(
            compared(coded(SESSION)), compared(coded(OTHER_CODING)), ("first", "second"), 2.0, 1.0
        ),
        "voices": VoicesScreen,
        "help": lambda: HelpScreen(Where.LIVE),
    }
    return make[name]() if name in make else None


NAMES = ("home", "glance", "mentor", "before", "after", "review", "logs", "trends", "card", "checklist", "agreement", "voices", "help")  # fmt: skip
PLANS = {"glance": SOLO, "mentor": PAIRED}


async def strips_of(name: str, folder: Path, theme: str, size: tuple[int, int]) -> list[Strip]:
    """What the screen paints, line by line."""
    clock = FakeClock()
    store = LocalStore(Places(folder))
    sessions = [session_of(clock, day, what_happened=f"Hum for hum, day {day}.") for day in (2, 9, 16)]
    sessions.append(
        session_of(clock, 20, what_happened="Hum for hum, day 20.", next_time="Bring the ribbon.")
    )
    take_in(store, sessions)
    store.save_card(HERON)
    loaded = Loaded(Settings(theme=theme, language="en"), folder / "settings.toml")
    app = CompanionApp(store, PLANS.get(name), clock, loaded, first=first_screen(name, store, sessions[-1]))
    async with app.run_test(size=size) as pilot:
        if name == "home":  # as a person finds it: last time's learner, and what was left for today
            await pilot.press(*"p17")
            app.screen._look_around()
        if name == "mentor":  # the glance view keeps the coach's first words, large
            await press(pilot, clock, "space", "i", "space", "j", "e", "m")
        for _ in range(3):  # what was read may ask for more to be read
            await app.workers.wait_for_complete()
            await pilot.pause()
        return app.screen._compositor.render_strips()


def runs_of(strip: Strip) -> Iterator[tuple[str, str]]:
    """The text of a line with its style in words, cut where the style changes."""
    for words, segments in groupby(strip, key=lambda segment: in_words(segment.style)):
        yield "".join(segment.text for segment in segments), words


def in_words(style: Style | None) -> str:
    """Colours and what stands out, without links and other things that nobody sees."""
    if style is None:
        return "plain"
    colours = [colour.name if colour else "default" for colour in (style.color, style.bgcolor)]
    flags = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    return " ".join([f"{colours[0]} on {colours[1]}", *flags])


def digest(strips: list[Strip]) -> str:
    """A short sum over the styles and where they stand, and then every style there is."""
    lines = [[(len(text), style) for text, style in runs_of(strip)] for strip in strips]
    styles = sorted({style for line in lines for _, style in line})
    return f"{hashlib.sha256(repr(lines).encode()).hexdigest()[:12]}: {', '.join(styles)}"


@pytest.fixture(autouse=True)
def _the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    monkeypatch.setattr(
        voices, "list_voices", lambda: [("en-us", "English (America)"), ("cy", "Welsh"), ("sw", "Swahili")]
    )
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def _of(picture: str, looked: dict[str, tuple[str, ...]]) -> list[str]:
    """The lines of a picture, for each size those of the themes that were looked at."""
    lines, at = [], ""
    for line in picture.splitlines():
        at = line.removeprefix("== ") if line.startswith("== ") else at
        if at in looked and (not DIGEST.match(line) or line.partition(" ")[0] in looked[at]):
            lines.append(line)
    return lines


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
async def test_a_screen_looks_as_it_did(
    name: str, tmp_path: Path, whole: bool, request: pytest.FixtureRequest
) -> None:
    """A sample: every theme at 80×24, the first at 40×12."""
    found: list[str] = []
    looked: dict[str, tuple[str, ...]] = {}
    update = request.config.getoption("--update-pictures")
    picture = PICTURES / f"{name}.txt"
    for size in SIZES if whole or update else SIZES[1:]:
        at = f"{size[0]}x{size[1]}"
        themes = looked[at] = THEMES if whole or update or size == SIZES[1] else THEMES[:1]
        painted = {theme: await strips_of(name, tmp_path / f"{at}-{theme}", theme, size) for theme in themes}
        texts = {theme: [strip.text.rstrip() for strip in strips] for theme, strips in painted.items()}
        for theme in themes:
            assert texts[theme] == texts["dim"], "a theme changes what is said"
        found += [f"== {at}", *texts["dim"], *(f"{theme} {digest(painted[theme])}" for theme in themes)]
    text = "\n".join(found) + "\n"
    assert str(tmp_path) not in text, "a path of this machine is in the picture"
    if update:
        picture.write_text(text, "utf-8")
    assert text.splitlines() == _of(picture.read_text("utf-8"), looked), (
        "the screen looks different; if that is meant, run with --update-pictures"
    )
