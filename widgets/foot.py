"""A row of short entries at the foot of a screen, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

BETWEEN = "  "


class Foot(Widget):
    """Entries side by side; one that no longer fits begins the next line, so that none is cut while there is room."""

    DEFAULT_CSS = """
    Foot { width: 1fr; height: auto; }
    """

    def __init__(self, entries: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries = tuple(entries)

    def lines(self, width: int) -> list[str]:
        """The entries as lines no wider than `width` cells, unless one alone is."""
        lines: list[str] = []
        for entry in self._entries:
            if lines and cell_len(lines[-1]) + len(BETWEEN) + cell_len(entry) <= width:
                lines[-1] += BETWEEN + entry
            else:
                lines.append(entry)
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self.lines(width)))

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        lines = self.lines(width)
        line = lines[y] if y < len(lines) else ""
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)
