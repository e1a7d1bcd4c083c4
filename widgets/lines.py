"""Lines of text that change one at a time: only the rows that differ are drawn again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


def wrapped(line: str, width: int, indent: str = "  ") -> list[str]:
    """A line in rows of at most `width` cells, broken at spaces; a word that is wider stays whole."""
    if cell_len(line) <= width:
        return [line]
    rows = [""]
    for word in re.findall(r"\s*\S+", line):
        if rows[-1].strip() and cell_len(rows[-1] + word) > width:
            rows.append(indent + word.lstrip())
        else:
            rows[-1] += word
    return rows


class Lines(Widget):
    """A block of plain lines; what does not fit is cut, or with `wrap` goes on in the next row.

    With `height: auto` it is as tall as its lines; `width: auto` likewise.
    """

    DEFAULT_CSS = """
    Lines { width: 1fr; height: 1; }
    """

    def __init__(
        self, *lines: str, id: str | None = None, classes: str | None = None, wrap: bool = False
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[str, ...] = lines
        self._wrap = wrap

    @property
    def lines(self) -> tuple[str, ...]:
        return self._lines

    def show(self, lines: Sequence[str]) -> None:
        """Show these lines, drawing again only what differs."""
        width = self.size.width
        old = self._rows(width)
        self._lines = tuple(lines)
        rows = self._rows(width)
        if len(old) != len(rows) and self.styles.height is not None and self.styles.height.is_auto:
            self.refresh(layout=True)
            return
        for y in range(max(len(old), len(rows))):
            before = old[y] if y < len(old) else ""
            if before != (rows[y] if y < len(rows) else ""):
                self.refresh(Region(0, y, width, 1))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max(map(cell_len, self._lines), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._rows(width)))

    def _rows(self, width: int) -> Sequence[str]:
        """The lines as they stand on the screen."""
        return [row for line in self._lines for row in wrapped(line, width)] if self._wrap else self._lines

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        rows = self._rows(width)
        line = rows[y] if y < len(rows) else ""
        if cell_len(line) > width:
            line = set_cell_size(line, max(0, width - 1)) + "…"
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)
