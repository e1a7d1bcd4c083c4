"""A screen with a place in the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from ii_companion.screens.page import Page

if TYPE_CHECKING:
    from ii_companion.commands import Where


class CommandedPage(Page):
    """A screen whose keys are commands; help and leaving are the same on all of them."""

    WHERE: ClassVar[Where]
    BINDINGS: ClassVar[list[BindingType]] = [
        # before the field sees them: letters struck right after Tab are meant for the next field already
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

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
        """Leave the app, as every way out does."""
        self.app.call_later(self.app.action_quit)
