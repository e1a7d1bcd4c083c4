"""A list of tags to mark; a mark is a sign, never a colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.lines import wrapped


class Tags(Widget, can_focus=True):
    """Tags, a line each, or more where one is long. Up and down move, space marks or clears, enter goes on.

    Not Textual's SelectionList: this one folds to a line while the focus is elsewhere, says what is new beside a mark, and
    is as tall as its tags, so that a form scrolls as one.
    """

    DEFAULT_CSS = """
    Tags { height: auto; width: 1fr; color: $foreground; }
    Tags:focus { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "mark", show=False),
        Binding("enter", "confirm", show=False),
    ]

    at: reactive[int] = reactive(0)

    @dataclass
    class Changed(Message):
        """The marked tags, in their order in the list."""

        tags: Tags
        marked: tuple[str, ...]

    @dataclass
    class Confirmed(Message):
        """Enter was pressed: go on to the next question."""

        tags: Tags

    def __init__(
        self,
        names: Sequence[tuple[str, str]],
        marked: Sequence[str] = (),
        *,
        new: str = "",
        folded: str = "",
        id: str | None = None,
    ) -> None:
        """`new`: what stands beside a marked tag that `known` does not hold. `folded`: what stands there while the
        focus is elsewhere and none is marked; without it the list is never folded.
        """
        super().__init__(id=id)
        self._folded = folded
        self._new = new
        self._known: AbstractSet[str] | None = None
        self._names = tuple(names)
        self._marked = set(marked)

    def action_move(self, by: int) -> None:
        self.at = max(0, min(len(self._names) - 1, self.at + by))
        parent = self.parent
        if isinstance(parent, Widget):  # the list is as tall as its tags: whatever holds it scrolls
            before = sum(len(self._rows(n)) for n in range(self.at))
            tall = len(self._rows(self.at))
            tag = Region(0, self.virtual_region.y + before, self.size.width, tall)
            parent.scroll_to_region(tag, animate=False)

    def action_mark(self) -> None:
        self._marked ^= {self._names[self.at][0]}
        self.refresh()
        self.post_message(self.Changed(self, tuple(tag for tag, _ in self._names if tag in self._marked)))

    def known(self, tags: AbstractSet[str]) -> None:
        """Say which tags were there before; until then none is called new."""
        self._known = tags
        self.refresh()

    def add(self, tag: str, name: str) -> None:
        """Add a tag at the end, marked."""
        self._names = (*self._names, (tag, name))
        self._marked.add(tag)
        self.refresh(layout=True)
        self.post_message(self.Changed(self, tuple(t for t, _ in self._names if t in self._marked)))

    def action_confirm(self) -> None:
        self.post_message(self.Confirmed(self))

    def watch_has_focus(self, has_focus: bool) -> None:
        if self._folded:
            self.refresh(layout=True)
        super().watch_has_focus(has_focus)

    def on_click(self, event: Click) -> None:
        """Mark the tag that was clicked; a click on a folded list opens it."""
        y = event.y
        for n in range(len(self._names)):
            y -= len(self._rows(n))
            if y < 0:
                if self.at == n or not self._folded:
                    self.action_mark()
                self.at = n
                return

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._all(width))

    def _all(self, width: int) -> list[str]:
        if self._folded and not self.has_focus:
            marked = [name for tag, name in self._names if tag in self._marked]
            return wrapped(
                f" [x] {', '.join(marked)}" if marked else f" [ ] {self._folded}", width, indent="     "
            )
        return [row for n in range(len(self._names)) for row in self._rows(n, width)]

    def _rows(self, n: int, width: int | None = None) -> list[str]:
        """A tag as it stands on the screen."""
        tag, name = self._names[n]
        pointer = "›" if self.has_focus and n == self.at else " "
        text = f"{pointer}[{'x' if tag in self._marked else ' '}] {name}"
        if self._new and self._known is not None and tag in self._marked and tag not in self._known:
            text += f"  {self._new}"
        return wrapped(text, self.size.width if width is None else width, indent="     ")

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        rows = self._all(width)
        return Strip([Segment(rows[y] if y < len(rows) else "", style)]).adjust_cell_length(width, style)
