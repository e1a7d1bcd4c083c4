"""A session's strip as coloured text: in one line for lists, in two where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from ii_companion.session.refusal import Refusal
from ii_companion.session.strip import Strip, strip
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.store import Store

BARS = "▁▂▃▄▅▆▇█"
"""How much, from little to most."""
NOTHING = "·"


def strip_of(store: Store, session_id: str) -> Strip | None:
    """The strip of a kept session; None where nothing was keyed, or its journal is gone or cannot be read."""
    try:
        written = store.written(session_id)
    except Refusal:
        return None
    return strip(written.events) if written is not None and written.events else None


def in_a_line(one: Strip, most: int) -> Content:
    """A cell is ▀ where the learner acted, ▄ where the practitioner did, █ where both did, ! where a sign was keyed."""
    one = one.squeezed(most)
    cells = []
    for learner, practitioner, sign in zip(one.learner, one.practitioner, one.signs, strict=True):
        if sign:
            cells.append(("!", "$sign"))
        elif learner and practitioner:
            cells.append(("█", "$shared"))
        elif learner or practitioner:
            cells.append(("▀", "$learner") if learner else ("▄", "$practitioner"))
        else:
            cells.append((NOTHING, "$secondary"))
    return Content.assemble(*cells)


def in_two_lines(one: Strip, most: int) -> Content:
    """Learner above practitioner, each with its name; the more acts in a cell, the taller."""
    names = (_("learner"), _("you"))
    wide = max(map(len, names)) + 1
    one = one.squeezed(max(1, most - wide))
    tallest = max(*one.learner, *one.practitioner, 1)
    rows = []
    for name, hue, acts in zip(
        names, ("$learner", "$practitioner"), (one.learner, one.practitioner), strict=True
    ):
        cells = [
            ("!", "$sign") if sign and hue == "$learner" else (_bar(n, tallest), hue if n else "$secondary")
            for n, sign in zip(acts, one.signs, strict=True)
        ]
        rows.append(Content.assemble((name.ljust(wide), hue), *cells))
    return Content("\n").join(rows)


def _bar(n: int, tallest: int) -> str:
    return BARS[max(0, -(-n * len(BARS) // tallest) - 1)] if n else NOTHING
