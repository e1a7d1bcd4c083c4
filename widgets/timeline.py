"""A line of time in lanes, with a cursor: zoom, scroll, and ask what is there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

Mark = tuple[float, int, str]
"""When, in which lane, and the glyph that shows it."""
CLOSEST_S = 10.0


class Timeline(Widget, can_focus=True):
    """Marks in lanes. Left and right move the cursor from mark to mark, plus and minus zoom, 0 shows all."""

    DEFAULT_CSS = """
    Timeline { height: auto; width: 1fr; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("plus,equals_sign", "zoom(0.5)", show=False),
        Binding("minus", "zoom(2)", show=False),
        Binding("0", "zoom(1000000)", show=False),
        Binding("home", "jump(0)", show=False),
        Binding("end", "jump(1)", show=False),
    ]

    cursor: reactive[float] = reactive(0.0)
    film: reactive[float | None] = reactive(None)
    """Where a film is that plays beside it; None shows none."""

    @dataclass
    class Moved(Message):
        """The cursor stands at another time."""

        timeline: Timeline
        t: float

    def __init__(self, lanes: Sequence[str], *, stops: int | None = None, id: str | None = None) -> None:
        """`stops`: the cursor stops at the marks of so many first lanes; at all of them unless said."""
        super().__init__(id=id)
        self._stops = len(lanes) if stops is None else stops
        self._lanes = tuple(lanes)
        self._label = max(map(cell_len, lanes)) + 1
        self._marks: Sequence[Mark] = ()
        self._stop_times: list[float] = []
        self._painted: tuple[tuple[float, float, int], list[list[str]]] = ((0.0, 0.0, 0), [])
        """The cells of the lanes, and the part of the time and the width they were painted for."""
        self._end = 1.0
        self._left, self._span = 0.0, 1.0

    def show(self, marks: Sequence[Mark], end: float) -> None:
        """Show marks up to `end` seconds, all of them in view. Of two in one cell the later in `marks` is seen."""
        self._marks = marks
        self._stop_times = sorted(mark[0] for mark in marks if mark[1] < self._stops)
        self._painted = ((0.0, 0.0, 0), [])
        self._end = max(end, 1.0)
        self._left, self._span = 0.0, self._end
        self.refresh()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._lanes) + 1

    def action_step(self, by: int) -> None:
        times = self._stop_times
        if not times:
            return
        if by > 0:
            self.cursor = times[min(bisect_right(times, self.cursor), len(times) - 1)]
        else:
            self.cursor = times[max(bisect_left(times, self.cursor) - 1, 0)]

    def action_jump(self, to: int) -> None:
        self.cursor = self._end * to

    def action_zoom(self, by: float) -> None:
        self._span = min(self._end, max(CLOSEST_S, self._span * by))
        self._left = max(0.0, min(self._end - self._span, self.cursor - self._span / 2))
        self.refresh()

    def watch_cursor(self, t: float) -> None:
        if not self._left <= t <= self._left + self._span:
            self._left = max(0.0, min(self._end - self._span, t - self._span / 2))
        self.refresh()
        self.post_message(self.Moved(self, t))

    def on_click(self, event: events.Click) -> None:
        if event.x >= self._label:
            self.cursor = self._left + (event.x - self._label + 0.5) / self._room * self._span

    def on_mouse_scroll_down(self) -> None:
        self.action_zoom(1.5)

    def on_mouse_scroll_up(self) -> None:
        self.action_zoom(1 / 1.5)

    @property
    def _room(self) -> int:
        return max(1, self.size.width - self._label)

    def _column(self, t: float) -> int:
        return min(self._room - 1, int((t - self._left) / self._span * self._room))

    def _cells(self) -> list[list[str]]:
        """The lanes' cells; painted anew only for another part of the time or another width."""
        left, span, room = wanted = (self._left, self._span, self._room)
        if self._painted[0] != wanted:
            lanes = [["·"] * room for _ in self._lanes]
            for t, lane, glyph in self._marks:
                if left <= t <= left + span:
                    lanes[lane][min(room - 1, int((t - left) / span * room))] = glyph
            self._painted = (wanted, lanes)
        return self._painted[1]

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        if y > len(self._lanes):
            return Strip.blank(width, style)
        at = self._column(self.cursor)
        if y == len(self._lanes):
            left, right = _clock(self._left), _clock(self._left + self._span)
            text = " " * self._label + left + right.rjust(self._room - len(left))
            if self.film is not None and self._left <= self.film <= self._left + self._span:
                under_film = self._label + self._column(self.film)
                text = f"{text[:under_film]}▲{text[under_film + 1 :]}"
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        cells = self._cells()[y]
        under = Style(reverse=True) + style
        head = set_cell_size(self._lanes[y], self._label) + "".join(cells[:at])
        return Strip(
            [
                Segment(head, style),
                Segment(cells[at] if cells[at] != "·" else "│", under),
                Segment("".join(cells[at + 1 :]), style),
            ]
        ).adjust_cell_length(width, style)


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
