"""A long list of lines of which only those in view are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget


class Rows(Widget, can_focus=True):
    """Lines with one under the cursor. Arrows, PageUp and PageDown, Home and End move; enter chooses."""

    DEFAULT_CSS = """
    Rows { height: 1fr; width: 1fr; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-10000000)", show=False),
        Binding("end", "move(10000000)", show=False),
        Binding("enter", "choose", show=False),
    ]

    at: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a line."""

        rows: Rows
        index: int

    @dataclass
    class Moved(Message):
        """Another line is under the cursor."""

        rows: Rows
        index: int

    def __init__(self, *, resting: bool = False, id: str | None = None) -> None:
        """`resting`: nothing is under the cursor, and nothing takes the focus, until the list is asked for."""
        super().__init__(id=id)
        self._resting = resting
        self.can_focus = not resting
        self._heading: tuple[str, ...] = ()
        self._lines: Sequence[str] = ()
        self._top = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands there, the heading first."""
        return (*self._heading, *self._lines)

    def show(self, lines: Sequence[str], heading: str = "") -> None:
        """Show other lines, from the first, under a heading that does not move."""
        self._heading = (heading,) if heading else ()
        self._lines, self._top = lines, 0
        self.at = 0
        self.refresh()

    @property
    def _room(self) -> int:
        return max(1, self.size.height - len(self._heading))

    def action_move(self, by: int) -> None:
        self.at = max(0, min(len(self._lines) - 1, self.at + by))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self._room - 1))

    def action_choose(self) -> None:
        if self._lines:
            self.post_message(self.Chosen(self, self.at))

    def watch_at(self, at: int) -> None:
        self._top = min(max(self._top, at - self._room + 1), at)
        self.refresh()
        self.post_message(self.Moved(self, at))

    def on_click(self, event: events.Click) -> None:
        row = self._top + event.y - len(self._heading)
        if self._top <= row < len(self._lines):
            if row == self.at:
                self.action_choose()
            self.at = row

    def on_mouse_scroll_down(self) -> None:
        self.action_move(3)

    def on_mouse_scroll_up(self) -> None:
        self.action_move(-3)

    def render_line(self, y: int) -> Strip:
        if y < len(self._heading):
            return self._strip(self._heading[y])
        row = self._top + y - len(self._heading)
        if row >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        here = row == self.at and (self.has_focus or not self._resting)
        return self._strip(("› " if here else "  ") + self._lines[row])

    def _strip(self, text: str) -> Strip:
        width, style = self.size.width, self.rich_style
        if cell_len(text) > width:
            text = set_cell_size(text, width - 1) + "…"
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)
