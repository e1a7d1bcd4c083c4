"""The mark each kind of event makes in the lanes: live, in review and where two codings are compared."""

from __future__ import annotations

from ii_companion.session.kinds import Kind

GLYPHS = {kind: kind.row.mark for kind in Kind if kind.row.mark}
WEIGHT = {kind.row.mark: kind.row.sign for kind in Kind if kind.row.sign}
"""Of two marks in one cell the weightier is seen."""
