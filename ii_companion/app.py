"""The app: wiring only. Screens do the work; each loads what it needs when it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace
from textual.app import SystemCommand
from textual.screen import Screen

from ii_companion import settings as user_settings
from ii_companion.log.clock import Clock, SystemClock
from ii_companion.log.places import Places
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.screens.endings import Endings
from ii_companion.screens.host import Host
from ii_companion.screens.keys import keymap, palette
from ii_companion.screens.live import LiveScreen
from ii_companion.screens.session_start import begin, begin_practice
from ii_companion.screens.themes import THEMES

SCREENS = Path(__file__).parent / "screens"


def _home() -> Screen[None]:
    from ii_companion.screens.home import HomeScreen  # `start` goes past it

    return HomeScreen()


class CompanionApp(Host):
    """ii-companion. With a plan it goes straight into a session, else it opens the home screen."""

    TITLE = "ii-companion"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        places: Places,
        plan: Plan | None = None,
        clock: Clock | None = None,
        loaded: user_settings.Loaded | None = None,
        practice: PracticePlan | None = None,
        *,
        voice: bool = False,
        first: Screen[None] | None = None,
    ) -> None:
        self.places = places
        self.clock = clock or SystemClock()
        self.loaded = loaded or user_settings.load()
        if voice:
            self.loaded = replace(self.loaded, settings=replace(self.loaded.settings, voice_on=True))
        self.settings = self.loaded.settings
        self._first: Screen[None]
        if first is not None:
            self._first = first
        elif plan is not None and practice is not None:
            self._first = begin_practice(places, plan, practice, self.clock, self.loaded)
        elif plan is not None:
            self._first = begin(places, plan, self.clock, self.loaded)
        else:
            self._first = _home()
        super().__init__(css_path=SCREENS / str(self._first.CSS_PATH))
        self._endings = Endings(self)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = f"ii-{self.settings.theme}"
        self.animation_level = "full" if self.settings.animation else "none"
        self.set_keymap(keymap(self.settings))

    def get_default_screen(self) -> Screen[None]:
        """The first screen itself, so that nothing is composed that nobody sees.

        Textual gives a default screen no place for a result, and `switch_screen` would miss it.
        """
        self._first._push_result_callback(self._first, None)  # noqa: SLF001
        return self._first

    def on_mount(self) -> None:
        self._endings.install()
        for complaint in self.loaded.complaints:
            self.notify(complaint, title="Settings", severity="warning", timeout=15)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from palette(screen)

    def action_home(self) -> None:
        """Leave for the home screen, from a session that is over."""
        self.switch_screen(_home())

    async def action_quit(self) -> None:
        """Leave the app; a running session asks first."""
        if isinstance(self.screen, LiveScreen) and not self.screen.leave():
            return
        self.exit(0)

    def run_to_end(self) -> int:
        """Run until the person leaves. The exit code."""
        result = self.run()
        return result if isinstance(result, int) else self.return_code or 0
