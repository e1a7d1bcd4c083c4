"""A question answered with left and right or a digit, on one line or as many as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.lines import wrapped

LABEL = 18
"""Cells a label takes at least, so that the answers of several questions stand below each other."""


class Choice(Widget, can_focus=True):
    """One of several answers, or none. Left and right choose, a digit picks, backspace clears, enter goes on.

    Not Textual's RadioSet: a question takes a line or two, its answers lie side by side, and up and down go to the next
    question. A click picks an answer.
    """

    DEFAULT_CSS = """
    Choice { height: auto; width: 1fr; color: $foreground; }
    Choice:focus { text-style: bold; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("backspace,delete", "clear", show=False),
        Binding("enter", "confirm", show=False),
        *[Binding(str(n), f"pick({n - 1})", show=False) for n in range(1, 10)],
    ]

    chosen: reactive[int | None] = reactive(None)

    @dataclass
    class Changed(Message):
        """Another answer was chosen; None if it was cleared."""

        choice: Choice
        chosen: int | None

        @property
        def control(self) -> Choice:
            return self.choice

    @dataclass
    class Confirmed(Message):
        """Enter was pressed: go on to the next question."""

        choice: Choice

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(
        self, label: str, answers: Sequence[str], chosen: int | None = None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._label = label
        self._answers = tuple(answers)
        self.set_reactive(Choice.chosen, chosen)

    def action_step(self, by: int) -> None:
        if self.chosen is None:
            self.action_pick(0 if by > 0 else len(self._answers) - 1)
        else:
            self.action_pick((self.chosen + by) % len(self._answers))

    def action_pick(self, index: int) -> None:
        if index < len(self._answers):
            self.chosen = index
            self.post_message(self.Changed(self, index))

    def action_clear(self) -> None:
        self.chosen = None
        self.post_message(self.Changed(self, None))

    def action_confirm(self) -> None:
        self.post_message(self.Confirmed(self))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        style = self.rich_style
        rows = self._rows(self.size.width)
        return Strip([Segment(rows[y] if y < len(rows) else "", style)]).adjust_cell_length(
            self.size.width, style
        )

    def on_click(self, event: Click) -> None:
        """Pick the answer whose mark or words were clicked."""
        rows = self._rows(self.size.width)
        before = sum(row.count("●") + row.count("○") for row in rows[: event.y])
        here = [n for n, letter in enumerate(rows[event.y]) if letter in "●○"] if event.y < len(rows) else []
        marks = [n for n in here if cell_len(rows[event.y][:n]) <= event.x]
        if marks:
            self.action_pick(before + len(marks) - 1)

    def _rows(self, width: int) -> list[str]:
        """The label, then each answer with a mark that does not rest on colour."""
        rows, row = [], set_cell_size(self._label, max(LABEL, cell_len(self._label)))
        for index, answer in enumerate(self._answers):
            part = f" {'●' if index == self.chosen else '○'} {answer}"
            if cell_len(row) + cell_len(part) > max(width, 20) and row.strip():
                rows.append(row)
                row = "  "
            row += part
        rows.append(row)
        return [part for row in rows for part in wrapped(row, width, indent="     ")]
