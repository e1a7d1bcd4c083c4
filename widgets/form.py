"""What holds the fields of a form."""

from __future__ import annotations

from textual.containers import VerticalScroll


class Form(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls, but leaves up and down to the screen: in a form they go from field to field."""
