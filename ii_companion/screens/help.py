"""The keys of a screen, from the table of commands, by what they are for."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from ii_companion.commands import WHERE_WORDS, Where
from ii_companion.screens.keys import help_groups
from ii_companion.screens.panels import PanelScreen, sheets, titled
from ii_companion.words import _
from widgets.lines import Lines

COLUMNS = 2


class HelpScreen(PanelScreen):
    """Every key of the screen it was opened from. The session's clock goes on underneath."""

    CSS_PATH = sheets("help.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,f10,question_mark,q", "screen.back"),
    ]

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        title = _("Keys: {where}. Esc goes back, Ctrl+P searches them.", where=_(WHERE_WORDS[self._where]))
        yield Lines(title, id="title", wrap=True)
        groups = help_groups(self._where, self.app.settings)
        lit = self.app.theme_variables["accent"]
        half = sum(len(rows) + 2 for rows in groups.values()) / COLUMNS
        columns: list[list[str]] = [[] for _column in range(COLUMNS)]
        placed = 0
        for name, rows in groups.items():
            columns[min(COLUMNS - 1, int(placed / half))].append(name)
            placed += len(rows) + 2
        with VerticalScroll(id="columns"):
            for names in columns:
                with Vertical(classes="column"):
                    for name in names:
                        yield titled(Static(_listed(groups[name], lit), markup=False), name)

    def action_leave_app(self) -> None:
        self.quit()


def _listed(rows: list[tuple[str, str]], lit: str) -> Table:
    """Keys, lit, beside what they do."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=Style(color=lit, bold=True), max_width=14)
    table.add_column()
    for keys, told in rows:
        table.add_row(Text(keys), Text(told))
    return table
