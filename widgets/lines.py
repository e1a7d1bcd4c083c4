"""Lines of text that change one at a time: only the rows that differ are drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Lines(Widget):
    """A block of plain lines; what does not fit is cut. With `height: auto` it is as tall as its lines; `width: auto` likewise."""

    DEFAULT_CSS = """
    Lines { width: 1fr; height: 1; }
    """

    def __init__(self, *lines: str, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[str, ...] = lines

    @property
    def lines(self) -> tuple[str, ...]:
        return self._lines

    def show(self, lines: Sequence[str]) -> None:
        """Show these lines, drawing again only what differs."""
        old, self._lines = self._lines, tuple(lines)
        if len(old) != len(lines) and self.styles.height is not None and self.styles.height.is_auto:
            self.refresh(layout=True)
            return
        width = self.size.width
        for y in range(max(len(old), len(lines))):
            before = old[y] if y < len(old) else ""
            if before != (lines[y] if y < len(lines) else ""):
                self.refresh(Region(0, y, width, 1))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max(map(cell_len, self._lines), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines))

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        line = self._lines[y] if y < len(self._lines) else ""
        if cell_len(line) > width:
            line = set_cell_size(line, max(0, width - 1)) + "…"
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)
