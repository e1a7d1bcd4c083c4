"""What every screen shares: its way back, and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

if TYPE_CHECKING:
    from ii_companion.commands import Where
    from ii_companion.screens.host import Host


class Page(Screen[None]):
    """A screen of ours."""

    app: Host

    @property
    def in_front(self) -> bool:
        """Whether a key is meant for this screen: not if it was struck while another opened above, or the app leaves."""
        return self.app.screen is self and not self.app.leaving

    def action_back(self) -> None:
        """Leave for the screen below."""
        if self.in_front:
            self.app.leave_screen()


class CommandedPage(Page):
    """A screen with a place in the table of commands; help and leaving are the same on all of them."""

    WHERE: ClassVar[Where]

    def action_command(self, name: str) -> None:
        """Run the command of that id: a key's press, or the palette's."""
        if not self.in_front:
            return
        if name == "help":
            from ii_companion.screens.help import HelpScreen

            self.app.push_screen(HelpScreen(self.WHERE))
        elif name == "quit":
            self.quit()
        else:
            self.command(name)

    def command(self, name: str) -> None:
        """Run a command of this screen's own."""

    def quit(self) -> None:
        """Leave the app."""
        self.app.exit(0)
