"""A bar that fills quietly: one thin line, no motion of its own."""

from __future__ import annotations

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget


class QuietBar(Widget):
    """Shows `share`, 0 to 1, as a thin line; nothing at all below 0."""

    DEFAULT_CSS = """
    QuietBar { height: 1; width: 1fr; color: $secondary; }
    """

    share: reactive[float] = reactive(-1.0)

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        if self.share < 0 or y:
            return Strip.blank(width, style)
        full = round(min(1.0, self.share) * width)
        return Strip([Segment("━" * full + "╌" * (width - full), style)])
