"""Two lanes of marks along a line of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget


class Lanes(Widget):
    """Marks in named lanes along a line of time. A later mark in the same cell covers an earlier one.

    Give `lanes--0` and the lanes after it a colour in the style sheet of the screen.
    """

    DEFAULT_CSS = """
    Lanes { width: 1fr; height: 3; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lanes--0", "lanes--1"}

    def __init__(self, names: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names = tuple(names)
        self._label = max(cell_len(name) for name in names) + 1
        self._marks: Sequence[tuple[float, int, str]] = ()
        self._start, self._end = 0.0, 1.0
        self._ruler: tuple[str, str] = ("", "")

    def show(
        self, marks: Sequence[tuple[float, int, str]], start: float, end: float, ruler: tuple[str, str]
    ) -> None:
        """Show marks (time, lane, glyph) between `start` and `end`; `ruler` names the two ends of time."""
        self._marks, self._start, self._end, self._ruler = marks, start, max(end, start + 1e-9), ruler
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        room = max(1, width - self._label)
        if y < len(self._names):
            cells = ["·"] * room
            for t, lane, glyph in self._marks:
                if lane == y and self._start <= t <= self._end:
                    cells[min(room - 1, int((t - self._start) / (self._end - self._start) * room))] = glyph
            text = set_cell_size(self._names[y], self._label) + "".join(cells)
            style = self.get_component_rich_style(f"lanes--{min(y, 1)}")
        elif y == len(self._names):
            left, right = self._ruler
            between = " " * max(0, room - cell_len(left) - cell_len(right))
            text = " " * self._label + left + between + right
        else:
            text = ""
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)
