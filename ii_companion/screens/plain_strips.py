"""The one way from any widget to the terminal: what a line of cells would send is plain text and nothing else.

Textual sends the text of a cell as it is, and an escape sequence in a file would drive the terminal. Every widget's lines
are `Strip`s, rendered once each; a look whether the text can be printed costs well under a microsecond there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from ii_companion.printable import MARK, plain

if TYPE_CHECKING:
    from rich.console import Console


def install() -> None:
    """From now on, in this process."""
    if Strip.render is not _render:
        Strip.render = _render  # type: ignore[method-assign]  # Textual has no way to give it one


_textual_render = Strip.render


def _render(self: Strip, console: Console) -> str:
    if self._render_cache is None:
        for segment in self._segments:
            if not segment.text.isprintable():
                self._render_cache = _textual_render(Strip(map(_plainly, self._segments)), console)
                break
    return _textual_render(self, console)


def _plainly(segment: Segment) -> Segment:
    """The segment without what is no letter; as wide as before, since those have no width."""
    text, style, control = segment
    return segment if control else Segment(plain(text).replace(MARK, "").replace("\n", " "), style, control)
