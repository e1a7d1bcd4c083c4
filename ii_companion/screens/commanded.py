"""A screen with a place in the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from ii_companion.screens.page import Page

if TYPE_CHECKING:
    from ii_companion.commands import Where


class CommandedPage(Page):
    """A screen whose keys are commands; help and leaving are the same on all of them."""

    WHERE: ClassVar[Where]
    FORM: ClassVar[bool] = False
    """Whether up and down go from field to field; else they scroll what there is to read."""
    BINDINGS: ClassVar[list[BindingType]] = [
        # with priority, so that the focus has moved before letters pressed right after Tab arrive
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("up", "screen.line(-1)", show=False),
        Binding("down", "screen.line(1)", show=False),
        Binding("pageup", "screen.leaf(-1)", show=False),
        Binding("pagedown", "screen.leaf(1)", show=False),
    ]

    def action_command(self, name: str) -> None:
        """Run the command of that id: a key's press, or the palette's."""
        if not self.in_front:
            return
        if name == "help":
            from ii_companion.screens.help import HelpScreen

            self.app.push_screen(HelpScreen(self.WHERE))
        elif name == "palette":
            self.app.action_command_palette()
        elif name == "quit":
            self.quit()
        else:
            self.command(name)

    def action_line(self, by: int) -> None:
        """Up or down: another field of a form, another line of what is read."""
        if not self.FORM:
            self._scroll(by)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_leaf(self, by: int) -> None:
        """A page up or down."""
        self._scroll(by * max(1, self._room() - 1))

    def _scroller(self) -> VerticalScroll | None:
        """What scrolls: what the focus is in, or the first that can."""
        inside = self.focused.ancestors if self.focused is not None else ()
        holding = (one for one in inside if isinstance(one, VerticalScroll))
        able = (one for one in self.query(VerticalScroll) if one.max_scroll_y)
        return next(holding, None) or next(iter(able), None)

    def _room(self) -> int:
        scroller = self._scroller()
        return scroller.scrollable_content_region.height if scroller is not None else 0

    def _scroll(self, by: int) -> None:
        scroller = self._scroller()
        if scroller is not None:
            scroller.scroll_relative(y=by, animate=False)

    def command(self, name: str) -> None:
        """Run a command of this screen's own."""

    def quit(self) -> None:
        """Leave the app, as every way out does."""
        self.app.call_later(self.app.action_quit)
