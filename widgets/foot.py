"""A row of short entries at the foot of a screen, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.keyed import Keyed

BETWEEN = "  "


class Foot(Widget):
    """Entries side by side; one that no longer fits begins the next line, so that none is cut while there is room."""

    DEFAULT_CSS = """
    Foot { width: 1fr; height: auto; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"foot--key"}

    def __init__(self, entries: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries = tuple(entries)

    def lines(self, width: int) -> list[str]:
        """The entries as lines no wider than `width` cells, unless one alone is."""
        return [BETWEEN.join(line) for line in self._in_lines(width)]

    def _in_lines(self, width: int) -> list[list[str]]:
        lines: list[list[str]] = []
        used = 0
        for entry in self._entries:
            if lines and used + len(BETWEEN) + cell_len(entry) <= width:
                lines[-1].append(entry)
                used += len(BETWEEN) + cell_len(entry)
            else:
                lines.append([entry])
                used = cell_len(entry)
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._in_lines(width)))

    def render_line(self, y: int) -> Strip:
        width, style, lit = self.size.width, self.rich_style, self.get_component_rich_style("foot--key")
        lines = self._in_lines(width)
        segments: list[Segment] = []
        for entry in lines[y] if y < len(lines) else ():
            if segments:
                segments.append(Segment(BETWEEN, style))
            if isinstance(entry, Keyed):
                segments += [Segment(entry.key, lit), Segment(entry[len(entry.key) :], style)]
            else:
                segments.append(Segment(entry, style))
        return Strip(segments).adjust_cell_length(width, style)
