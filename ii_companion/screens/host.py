"""What screens may expect of the app that shows them."""

from __future__ import annotations

from textual.app import App

from ii_companion.log.clock import Clock
from ii_companion.log.places import Places
from ii_companion.settings import Loaded, Settings


class Host(App[int]):
    """An app with a data folder, a clock and a person's settings."""

    places: Places
    clock: Clock
    loaded: Loaded
    settings: Settings

    async def action_back(self) -> None:
        self.leave_screen()

    def leave_screen(self) -> None:
        """Leave a screen for the one below it; leave the app if there is none."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.exit(0)

    def action_home(self) -> None:
        """Leave for the home screen, from a session that is over."""
        raise NotImplementedError
