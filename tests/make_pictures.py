"""The README's pictures: screens of made-up sessions as SVG.

    python3 .ci/go.py test --version && .venv/bin/python tests/make_pictures.py

Run it after a change to how screens look; nothing in a picture comes from this machine.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from conftest import FakeClock  # noqa: E402 - found only now
from msgspec.structs import replace  # noqa: E402 - likewise
from screen_helpers import press  # noqa: E402 - likewise
from screens import test_pictures as made_up  # noqa: E402 - likewise

from ii_companion.app import CompanionApp  # noqa: E402 - likewise
from ii_companion.files.sessions import Travelling  # noqa: E402 - likewise
from ii_companion.files.taking import take_in  # noqa: E402 - likewise
from ii_companion.log.closing import brief_log  # noqa: E402 - likewise
from ii_companion.log.local import LocalStore  # noqa: E402 - likewise
from ii_companion.log.places import Places  # noqa: E402 - likewise
from ii_companion.screens.review import ReviewScreen  # noqa: E402 - likewise
from ii_companion.screens.trends import TrendsScreen  # noqa: E402 - likewise
from ii_companion.session.events import Event  # noqa: E402 - likewise
from ii_companion.session.kinds import Kind  # noqa: E402 - likewise
from ii_companion.settings import Loaded, Settings  # noqa: E402 - likewise

PICTURES = ROOT / ".github" / "pictures"
SIZE = (100, 30)
NAMES = ("home", "glance", "mentor", "review", "trends")
_FONTS = re.compile(r"@font-face\s*\{[^}]*\}", re.DOTALL)
"""They would be fetched from elsewhere."""


def session(clock: FakeClock, day: int) -> Travelling:
    """Some minutes with p17: each day a little more of a conversation."""
    made = made_up.session_of(clock, day)
    events: list[Event] = []
    t = 6.0
    while t < 240 + 20 * day:
        step = len(events)
        kind = Kind.LEARNER_ACT if step % 2 == 0 else (Kind.IMITATE, Kind.JOIN_IN, Kind.OTHER)[step % 3]
        if step % 13 == 9:
            kind = Kind.ENJOYED
        if step % 9 == 4 and step // 9 % 3 >= day % 4:
            kind = Kind.COMMENT
        events.append(Event(step + 1, round(t, 1), kind))
        t += (2.4, 3.1, 1.7, 9.0 if step % 4 == 3 else 2.0)[step % 4] + (17 if step % 12 == 11 else 0)
    events.append(Event(len(events) + 1, round(t + 8, 1), Kind.MOMENT))
    events.append(Event(len(events) + 1, round(t + 20, 1), Kind.ENOUGH_CLEAR))
    events.append(Event(len(events) + 1, round(t + 32, 1), Kind.ENDED))
    words = {
        "what_happened": "Hum for hum, then the ribbon; long looks.",
        "best_moment": "She hummed back, and waited.",
    }
    if day == 20:
        words["next_time"] = "Bring the ribbon. Wait by the window."
    return Travelling(replace(brief_log(made.head(), events), **words), made.head(), tuple(events))


async def picture(name: str, folder: Path) -> str:
    clock = FakeClock()
    store = LocalStore(Places(folder))
    sessions = [session(clock, day) for day in (3, 6, 9, 12, 16, 18, 20)]
    take_in(store, sessions)
    store.save_card(made_up.HERON)
    first = {
        "review": lambda: ReviewScreen(store, sessions[-1].log),
        "trends": lambda: TrendsScreen("p17", "k7"),
    }
    loaded = Loaded(Settings(theme="dim", language="en"), folder / "settings.toml")
    screen = first[name]() if name in first else None
    app = CompanionApp(store, made_up.PLANS.get(name), clock, loaded, first=screen)
    async with app.run_test(size=SIZE) as pilot:
        if name == "home":
            await pilot.press(*"p17", "tab", *"k7", "shift+tab")
            app.screen._look_around()
        elif name == "mentor":
            for _ in range(5):
                await press(pilot, clock, "space", "i", "space", "j", apart=2.3)
            await press(pilot, clock, "e")
        elif name == "review":
            await pilot.press(*["right"] * 9)
        for _ in range(3):
            await app.workers.wait_for_complete()
            await pilot.pause()
        return _FONTS.sub("", app.export_screenshot(title="ii-companion"))


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            (PICTURES / f"{name}.svg").write_text(asyncio.run(picture(name, Path(folder))), "utf-8")


if __name__ == "__main__":
    main()
