"""A line of time in lanes, with a cursor: zoom, scroll, and ask what is there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
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
Band = tuple[float, float, int, str, str]
"""From when to when, in which lane, the hue, and the letter it begins with, since a hue alone tells nothing."""
Curve = Sequence[tuple[float, float]]
"""Values in order of time; each holds until the next."""
CLOSEST_S = 10.0
BARS = " ▁▂▃▄▅▆▇█"
HUES = ("learner", "practitioner", "shared", "coach", "sign")
Cell = tuple[str, str]
"""A glyph, and the hue it has; an empty one is the widget's own colour."""
NOTHING: Cell = ("·", "")


class Timeline(Widget, can_focus=True):
    """Marks in lanes. Left and right move the cursor from mark to mark, plus and minus zoom, 0 shows all.

    Give `timeline--learner` and the other hues a colour in the style sheet of the screen.
    """

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

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{hue}" for hue in HUES}

    cursor: reactive[float] = reactive(0.0)
    film: reactive[float | None] = reactive(None)
    """Where a film is that plays beside it; None shows none."""

    @dataclass
    class Moved(Message):
        """The cursor stands at another time."""

        timeline: Timeline
        t: float

    def __init__(
        self,
        lanes: Sequence[str],
        *,
        hues: Sequence[str] = (),
        signs: Collection[str] = (),
        stops: Collection[int] | None = None,
        id: str | None = None,
    ) -> None:
        """`hues`: a hue a lane; `signs`: the glyphs that have the hue of a sign wherever they stand.

        `stops`: the lanes at whose marks the cursor stops; all of them unless said.
        """
        super().__init__(id=id)
        self._stops = range(len(lanes)) if stops is None else stops
        self._lanes = tuple(lanes)
        self._hues = tuple(hues) or ("",) * len(lanes)
        self._signs = frozenset(signs)
        self._label = max(map(cell_len, lanes)) + 1
        self._marks: Sequence[Mark] = ()
        self._bands: Sequence[Band] = ()
        self._curves: Mapping[int, Curve] = {}
        self._stop_times: list[float] = []
        self._painted: tuple[tuple[float, float, int], list[list[Cell]]] = ((0.0, 0.0, 0), [])
        """The cells of the lanes, and the part of the time and the width they were painted for."""
        self._end = 1.0
        self._left, self._span = 0.0, 1.0

    def show(
        self,
        marks: Sequence[Mark],
        end: float,
        bands: Sequence[Band] = (),
        curves: Mapping[int, Curve] | None = None,
    ) -> None:
        """Show marks up to `end` seconds, all of them in view. Of two in one cell the later in `marks` is seen."""
        self._marks, self._bands, self._curves = marks, bands, curves or {}
        self._stop_times = sorted(mark[0] for mark in marks if mark[1] in self._stops)
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

    def _cells(self) -> list[list[Cell]]:
        """The lanes' cells; painted anew only for another part of the time or another width."""
        left, span, room = wanted = (self._left, self._span, self._room)
        if self._painted[0] != wanted:
            lanes = [[NOTHING] * room for _ in self._lanes]
            for start, end, lane, hue, letter in self._bands:
                if start <= left + span and end >= left:
                    first, last = self._column(max(start, left)), self._column(min(end, left + span))
                    lanes[lane][first : last + 1] = [("━", hue)] * (last + 1 - first)
                    if start >= left:
                        lanes[lane][first] = (letter, hue)
            for lane, curve in self._curves.items():
                lanes[lane] = self._curve(lane, curve)
            for t, lane, glyph in self._marks:
                if left <= t <= left + span:
                    hue = "sign" if glyph in self._signs else self._hues[lane]
                    lanes[lane][self._column(t)] = (glyph, hue)
            self._painted = (wanted, lanes)
        return self._painted[1]

    def _curve(self, lane: int, curve: Curve) -> list[Cell]:
        """A value as a bar in each cell, by the highest of them all."""
        times, most = [t for t, _ in curve], max((value for _, value in curve), default=0.0)
        cells = []
        for column in range(self._room):
            t = self._left + (column + 0.5) / self._room * self._span
            value = curve[at - 1][1] if (at := bisect_right(times, t)) else 0.0
            bar = BARS[round(value / most * (len(BARS) - 1))] if most else " "
            cells.append((bar if bar.strip() or not value else BARS[1], self._hues[lane]))
        return cells

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
        segments = [Segment(set_cell_size(self._lanes[y], self._label), self._style(self._hues[y]))]
        for hue, run in groupby(cells[:at], key=lambda cell: cell[1]):
            segments.append(Segment("".join(glyph for glyph, _ in run), self._style(hue)))
        segments.append(Segment(cells[at][0] if cells[at] != NOTHING else "│", under))
        for hue, run in groupby(cells[at + 1 :], key=lambda cell: cell[1]):
            segments.append(Segment("".join(glyph for glyph, _ in run), self._style(hue)))
        return Strip(segments).adjust_cell_length(width, style)

    def _style(self, hue: str) -> Style:
        return self.get_component_rich_style(f"timeline--{hue}", partial=False) if hue else self.rich_style


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
