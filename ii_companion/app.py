"""The app: it connects store, clock, settings and screens, and does nothing else. Each screen loads what it needs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual.app import App, SystemCommand
from textual.screen import Screen

from ii_companion import settings as user_settings
from ii_companion import words
from ii_companion.commands import BY_ID, key_words
from ii_companion.faults import fault
from ii_companion.log.clock import Clock, SystemClock
from ii_companion.screens import plain_strips
from ii_companion.screens.driver import give_a_result
from ii_companion.screens.endings import Endings
from ii_companion.screens.host import Host
from ii_companion.screens.keys import keymap, palette
from ii_companion.screens.left_alone import LeftAlone
from ii_companion.screens.page import Page
from ii_companion.screens.themes import OURS, THEMES
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render

if TYPE_CHECKING:
    from textual.command import Provider

    from ii_companion.log.plan import Plan, PracticePlan
    from ii_companion.log.store import Store

FREEZE_AFTER_S = 1.0
SCREENS = Path(__file__).parent / "screens"


def _home() -> Screen[None]:
    from ii_companion.screens.home import HomeScreen  # `start` goes past it

    return HomeScreen()


def _learners() -> type[Provider]:
    from ii_companion.screens.palette import Learners  # only when the palette is asked for

    return Learners


def _freeze() -> None:
    """Collect garbage once, then keep what was loaded out of every later collection, which would delay a key by 20 ms."""
    gc.collect()
    gc.freeze()
    gc.enable()


class CompanionApp(Host):
    """ii-companion. With a plan it goes straight into a session, else it opens the home screen."""

    TITLE = "ii-companion"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {*App.COMMANDS, _learners}
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        store: Store,
        plan: Plan | None = None,
        clock: Clock | None = None,
        loaded: user_settings.Loaded | None = None,
        practice: PracticePlan | None = None,
        *,
        voice: bool = False,
        share: str = "",
        first: Screen[None] | None = None,
    ) -> None:
        plain_strips.install()
        self.store = store
        self.clock = clock or SystemClock()
        self.loaded = loaded or user_settings.load()
        if voice:
            self.loaded = replace(self.loaded, settings=replace(self.loaded.settings, voice_on=True))
        self.settings = self.loaded.settings
        self._share = share
        """The role that pairing is opened for at once."""
        self._first: Screen[None] = first or self._begin(plan, practice)
        sheets = self._first.CSS_PATH
        super().__init__(
            css_path=[SCREENS / str(one) for one in (sheets if isinstance(sheets, list) else [sheets])]
        )
        self._endings = Endings(self)
        self.left_alone = LeftAlone(self)
        for theme in THEMES:
            self.register_theme(theme)
        # set before anything runs, so that no style sheet is parsed twice
        self.set_reactive(CompanionApp.theme, f"{OURS}{self.settings.theme}")
        self.set_class(self.current_theme.dark, "-dark-mode")
        self.set_class(not self.current_theme.dark, "-light-mode")
        self.add_class(f"-theme-{self.theme}")
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "full" if self.settings.animation else "none"
        if self.settings.keys:
            self.set_keymap(keymap(self.settings))

    def _begin(self, plan: Plan | None, practice: PracticePlan | None) -> Screen[None]:
        """Home, or straight into a session; home does not load what a session needs."""
        if plan is None:
            return _home()
        from ii_companion.screens.session_start import begin, begin_practice

        if practice is not None:
            return begin_practice(self.store, plan, practice, self.clock, self.loaded)
        return begin(self.store, plan, self.clock, self.loaded)

    def get_css_variables(self) -> dict[str, str]:
        """None for Textual's theme, with which it asks once before ours can be set; making them takes 2 ms."""
        return super().get_css_variables() if self.theme.startswith(OURS) else {}

    def get_default_screen(self) -> Screen[None]:
        """The first screen itself, so that nothing is composed that nobody sees.

        Where the installed Textual cannot have it so, it is pushed over an empty one.
        """
        if give_a_result(self._first):
            return self._first
        self.call_later(self.push_screen, self._first)
        return super().get_default_screen()

    def on_mount(self) -> None:
        self._endings.install()
        asyncio.get_running_loop().set_exception_handler(self._fault_in_loop)
        self.call_after_refresh(self.set_timer, FREEZE_AFTER_S, _freeze)
        if self._share:
            self.call_after_refresh(self.open_sharing, self._share)
        self.call_after_refresh(self.left_alone.start)
        for complaint in self.loaded.complaints:
            self.notify(render(complaint), title=_("Settings"), severity="warning", timeout=15)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from palette(screen)

    def action_command_palette(self) -> None:
        """Show every command of the screen, to search."""
        from ii_companion.screens.palette import Palette  # only when it is asked for

        if not isinstance(self.screen, Palette) and not self.left_alone.covered:
            self.push_screen(Palette())

    def action_help_quit(self) -> None:
        """Ctrl+C, which many strike to leave: say what does."""
        keys = self.settings.keys.get("quit") or BY_ID["quit"].keys
        self.notify(_("Press {key} to quit the app", key=key_words(keys[0])), title=_("Do you want to quit?"))

    def show_logs(self, query: str) -> None:
        from ii_companion.screens.logs import LogsScreen

        self.push_screen(LogsScreen(query))

    def open_sharing(self, role: str = "", instead_of: Screen[None] | None = None) -> None:
        from ii_companion.devices.code import Role
        from ii_companion.screens.live import LiveScreen
        from ii_companion.screens.shared import Sharing, shareable
        from ii_companion.screens.sharing import SharingScreen

        lives = [one for one in self.screen_stack if isinstance(one, LiveScreen)]
        live = lives[-1] if lives else None
        if live is not None and not shareable(live):
            live.tell(
                _("This is not shared: others would see it at another speed, or what a coder must not see.")
            )
            return
        if self.sharing is None:
            try:
                self.sharing = Sharing(self)
            except Refusal as refusal:
                self.notify(words.of(refusal), severity="warning", timeout=15)
                return
            if live is not None:
                self.sharing.follow(live)
        screen = SharingScreen(self.sharing, live, Role(role) if role else None)
        if instead_of is not None and self.screen is instead_of:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def end_sharing(self) -> None:
        if self.sharing is not None:
            sharing, self.sharing = self.sharing, None
            sharing.over()
            self.run_worker(sharing.wait, thread=True, exit_on_error=False)
            for screen in self.screen_stack:
                if isinstance(screen, Page):
                    screen.tell(_("Sharing has ended."))

    def action_home(self) -> None:
        """Leave for the home screen, from a session that is over."""
        self.switch_screen(_home())

    async def action_quit(self) -> None:
        """Leave the app: Ctrl+Q wherever Textual hears it first, and every other way. Each screen may ask first."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Page) and not screen.leave():
                return
        self.exit(0)

    def say(self, sentence: str) -> None:
        if isinstance(self.screen, Page):
            self.screen.tell(sentence)

    def touched(self) -> None:
        self.left_alone.touched()

    def dropped_something(self) -> None:
        """Remember it for `check`: the first at once, so that a session that is killed has told of it."""
        times = self.fingers.dropped
        if times & (times - 1) == 0:  # 1, 2, 4, 8 … so that a flood costs no writing
            self.store.remember_noise(times, self.clock.utc())

    def at_fault(self, error: BaseException | None) -> None:
        """A fault of ours: a sentence, never a traceback with what a person typed in it."""
        kept = _("Everything keyed is in the journal; the next start offers the session.")
        self.exit(1, return_code=1, message=f"{fault(error)} {kept}")

    def _fault_in_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A callback or a task nobody waits for has failed; asyncio by itself would print it on the screen and go on."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)

    def run_to_end(self) -> int:
        """Run until the person leaves. The exit code."""
        try:
            result = self.run()
        finally:
            if self.sharing is not None:
                self.sharing.over()
                self.sharing.wait()
        return result if isinstance(result, int) else self.return_code or 0
