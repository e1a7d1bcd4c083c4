"""The three themes: a dim dark one that draws no eye, a light one, a high-contrast one; the hues are of `hues`."""

from __future__ import annotations

from textual.theme import Theme

from ii_companion.hues import HUES

OURS = "ii-"
"""The names of our themes begin with this."""
THEMES = (
    Theme(
        name="ii-dim", primary="#8a9a8f", secondary="#7b8c82", accent="#9aa58a", foreground="#a8aca6", background="#141615",
        surface="#1a1d1b", panel="#1f2321", success="#7f9a7f", warning="#a89a78", error="#a8877f", dark=True,
        variables=HUES["dim"] | {"edge": "#3a403c", "lit": "#8a9a8f"},
    ),
    Theme(
        name="ii-light", primary="#3f5a4c", secondary="#586c61", accent="#5a6b45", foreground="#2c302d", background="#f3f2ec",
        surface="#e9e8e0", panel="#dfded5", success="#3f6b3f", warning="#7a6420", error="#80443a", dark=False,
        variables=HUES["light"] | {"edge": "#b9b8ae", "lit": "#3f5a4c"},
    ),
    Theme(
        name="ii-contrast", primary="#ffffff", secondary="#c8c8c8", accent="#ffff66", foreground="#ffffff", background="#000000",
        surface="#000000", panel="#1c1c1c", success="#ffffff", warning="#ffff66", error="#ffffff", dark=True,
        variables=HUES["contrast"] | {"edge": "#8c8c8c", "lit": "#ffffff"},
    ),
)  # fmt: skip
