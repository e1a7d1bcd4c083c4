"""Looking at and keying screens in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import FakeClock
from textual.widgets import OptionList

from ii_companion.app import CompanionApp
from ii_companion.screens.live import LiveScreen
from ii_companion.session.kinds import Kind
from widgets.lines import Lines
from widgets.rows import Rows

if TYPE_CHECKING:
    from textual.pilot import Pilot


def live(app: CompanionApp) -> LiveScreen:
    assert isinstance(app.screen, LiveScreen)
    return app.screen


def kinds(app: CompanionApp) -> list[Kind]:
    """What was keyed; the coach's prompts left out."""
    return [event.kind for event in live(app).recorder.session.events() if event.kind is not Kind.PROMPT]


def lines(app: CompanionApp, name: str) -> str:
    found = app.screen.query_one(name)
    if isinstance(found, OptionList):
        return "\n".join(str(option.prompt) for option in found.options)
    assert isinstance(found, Lines | Rows)
    return "\n".join(found.lines)


async def press(pilot: Pilot[int], clock: FakeClock, *keys: str, apart: float = 1.0) -> None:
    """Press keys well apart, as a person does, on the session's clock and on the one that tells repeats."""
    for key in keys:
        clock.advance(apart)
        live_screen = pilot.app.screen
        if isinstance(live_screen, LiveScreen):
            live_screen.recorder._keys = type(live_screen.recorder._keys)()
        await pilot.press(key)
    await pilot.pause()
