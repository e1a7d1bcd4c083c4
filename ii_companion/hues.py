"""What each hue means, once: the same thing has the same hue on every screen, in reports and on other devices.

Each is calm, and has a contrast of at least 4.5 to 1 on every ground of its theme; a test computes it. A hue never tells
alone: a shape or a letter stands beside it.
"""

from __future__ import annotations

HUES: dict[str, dict[str, str]] = {
    "dim": {
        "learner": "#c9a25e",
        "practitioner": "#6fb0a8",
        "shared": "#a99bc9",
        "coach": "#8fa3b8",
        "sign": "#cc939b",
    },
    "light": {
        "learner": "#774f00",
        "practitioner": "#0f5c59",
        "shared": "#5d4a86",
        "coach": "#41566d",
        "sign": "#86404f",
    },
    "contrast": {
        "learner": "#ffcc66",
        "practitioner": "#66e0d5",
        "shared": "#cbb8ff",
        "coach": "#b8d0ea",
        "sign": "#ffb3c1",
    },
}
"""By theme: learner ochre, practitioner teal, shared violet, coach grey-blue, a sign a dull rose."""
PAPER = HUES["light"]
"""On paper and on white pages."""
