"""A plot whose every cell has a style: without one, Textual's filter for NO_COLOR fails."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Grid
from textual.strip import Strip
from textual_hires_canvas import Canvas
from textual_plot import PlotWidget
from textual_plot.plot_widget import Legend


class _Styled(Canvas):
    """A canvas whose empty lines have a style too."""

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        return (
            strip.apply_style(self.rich_style) if any(segment.style is None for segment in strip) else strip
        )


class Plot(PlotWidget):
    """The plot, composed of such canvases."""

    def compose(self) -> ComposeResult:
        with Grid():
            for name in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield _Styled(1, 1, id=name)
        yield Legend(id="legend")
