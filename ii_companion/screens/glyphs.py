"""The mark each kind of event makes in the lanes: live, in review and where two codings are compared."""

from __future__ import annotations

from ii_companion.session.events import Kind

GLYPHS = {
    Kind.LEARNER_ACT: "█",
    Kind.JOIN_IN: "J",
    Kind.IMITATE: "I",
    Kind.COMMENT: "C",
    Kind.OTHER: "O",
    Kind.ENJOYED: "e",
    Kind.ENOUGH_MAYBE: "y",
    Kind.ENOUGH_CLEAR: "x",
    Kind.DISTRESS: "X",
    Kind.MOMENT: "m",
}
WEIGHT = {"y": 1, "x": 2, "X": 3}
"""Of two marks in one cell the weightier is seen."""
