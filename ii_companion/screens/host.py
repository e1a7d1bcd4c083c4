"""What screens may expect of the app that shows them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from ii_companion.log.clock import Clock
from ii_companion.printable import plain
from ii_companion.screens.hearing import HearingApp
from ii_companion.settings import Loaded, Settings

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.notifications import SeverityLevel

    from ii_companion.log.store import Store
    from ii_companion.screens.shared import Sharing


class Host(HearingApp):
    """An app with a data folder, a clock and a person's settings."""

    store: Store
    clock: Clock
    loaded: Loaded
    settings: Settings
    unsaved = False
    """Whether something is left behind that could not be saved: then leaving is no success."""
    sharing: Sharing | None = None
    """What others watch from their own devices, once somebody has shared."""
    leaving = False
    """Whether the app is closing; keys are ignored from then on."""

    def exit(
        self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        self.leaving = True
        super().exit(result or int(self.unsaved), return_code or int(self.unsaved), message)

    def leave_screen(self) -> None:
        """Leave a screen for the one below it; leave the app if there is none."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.call_later(self.action_quit)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something in a corner. What files and people say is never read as markup, whoever asks."""
        super().notify(plain(message), title=title, severity=severity, timeout=timeout, markup=False)

    def from_thread(self, screen: Screen[None], tell: Callable[..., object], *told: object) -> None:
        """Run `tell(*told)` soon on the app's own thread, if `screen` is still there then. From any thread; never waits."""

        def if_there() -> None:
            if self.is_running and screen in self.screen_stack:
                tell(*told)

        with contextlib.suppress(RuntimeError):  # the app's loop is closed
            self.call_later(if_there)

    def action_command_palette(self) -> None:
        """Show every command of the screen, to search."""
        raise NotImplementedError

    def show_logs(self, query: str) -> None:
        """Open the logs with something searched for: the learner's page leads there, and they lead to it."""
        raise NotImplementedError

    def open_sharing(self, role: str = "", instead_of: Screen[None] | None = None) -> None:
        """Show who may join from another device; with a role, open for it at once."""
        raise NotImplementedError

    def end_sharing(self) -> None:
        """Nobody watches any more."""
        raise NotImplementedError

    def action_home(self) -> None:
        """Leave for the home screen, from a session that is over."""
        raise NotImplementedError
