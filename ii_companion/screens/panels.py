"""A page of panels: one column of readable width, a title in each border, no borders where there is little room."""

from __future__ import annotations

from pathlib import PurePath
from typing import TypeVar

from textual.widget import Widget

from ii_companion.screens.commanded import CommandedPage

W = TypeVar("W", bound=Widget)
PANELS = "panels.tcss"
"""The styles that all of them share. Style sheets know a screen by its first base alone, so this one stands first."""


class PanelScreen(CommandedPage):
    """A page whose styles are `panels.tcss` and its own."""

    HORIZONTAL_BREAKPOINTS = [(0, "-bare"), (60, "-roomy")]  # noqa: RUF012 - Textual declares it so


def sheets(own: str) -> list[str | PurePath]:
    """The style sheets of such a page: those of all, then its own."""
    return [PANELS, own]


def titled(widget: W, title: str) -> W:
    """The widget as a panel with its title in the border."""
    widget.add_class("panel")
    widget.border_title = title
    return widget
