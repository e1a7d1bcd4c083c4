"""A picture of black and white squares, two to a cell, as bright as the terminal can: for a code that a camera reads."""

from __future__ import annotations

from collections.abc import Sequence

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

_DARK, _LIGHT = Color.from_rgb(0, 0, 0), Color.from_rgb(255, 255, 255)
UPPER_HALF = "▀"


class Squares(Widget):
    """Rows of squares, true where they are dark. The squares bring their own margin."""

    DEFAULT_CSS = """
    Squares { width: auto; height: auto; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Sequence[bool]] = ()

    @property
    def cells(self) -> tuple[int, int]:
        """How many cells it needs: across and down."""
        return (len(self._rows[0]) if self._rows else 0, -(-len(self._rows) // 2))

    def show(self, rows: Sequence[Sequence[bool]]) -> None:
        if rows != self._rows:
            self._rows = rows
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return self.cells[0]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.cells[1]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if 2 * y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        upper = self._rows[2 * y]
        lower = self._rows[2 * y + 1] if 2 * y + 1 < len(self._rows) else [False] * len(upper)
        cells = [
            Segment(UPPER_HALF, Style(color=_DARK if above else _LIGHT, bgcolor=_DARK if below else _LIGHT))
            for above, below in zip(upper, lower, strict=True)
        ]
        return Strip(cells).adjust_cell_length(width, self.rich_style)
