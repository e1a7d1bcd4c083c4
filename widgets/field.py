"""A line to type in, one row high, whose cursor does not blink."""

from __future__ import annotations

from textual.widgets import Input


def field(value: str = "", hint: str = "", *, id: str, restrict: str | None = None) -> Input:
    """A field with `value` in it, or `hint` where it is empty; `restrict` is what may be typed, as a pattern."""
    made = Input(value, placeholder=hint, id=id, compact=True, restrict=restrict)
    made.cursor_blink = False
    return made
