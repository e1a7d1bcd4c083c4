"""A few words, as large as the room allows."""

from __future__ import annotations

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.letters import large


class BigWords(Widget):
    """Shows `words` centred in large letters; `faded` dims them where they stand, never so far that they could not be read."""

    DEFAULT_CSS = """
    BigWords { width: 1fr; height: 1fr; color: $foreground; }
    BigWords.-faded { color: $secondary; }
    """

    words: reactive[str] = reactive("")
    faded: reactive[bool] = reactive(False)

    def watch_faded(self, faded: bool) -> None:
        self.set_class(faded, "-faded")

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        style = self.visual_style.rich_style  # kept; `self.rich_style` is worked out anew for each row
        lines = large(self.words, max(1, width - 2), height)
        row = y - (height - len(lines)) // 2
        if not 0 <= row < len(lines):
            return Strip.blank(width, style)
        return Strip([Segment(lines[row].center(width), style)]).adjust_cell_length(width, style)
