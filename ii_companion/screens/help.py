"""The keys of a screen, from the table of commands."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ii_companion.commands import WHERE_WORDS, Where
from ii_companion.screens.keys import help_lines
from ii_companion.screens.page import Page
from ii_companion.words import _


class HelpScreen(Page):
    """Every key of the screen it was opened from. The session's clock goes on underneath."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f10,question_mark,q", "screen.back")]

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        title = _("Keys: {where}. Esc goes back, Ctrl+P searches them.", where=_(WHERE_WORDS[self._where]))
        with VerticalScroll():
            yield Static("\n".join([title, "", *help_lines(self._where, self.app.settings)]), markup=False)
