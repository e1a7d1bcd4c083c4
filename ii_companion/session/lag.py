"""What follows what: the lag-1 table of a session's acts.

Expected counts, adjusted residuals and Yule's Q as in Bakeman & Gottman, *Observing Interaction*, 2nd ed. (1997):
e = row·column/N; z = (n − e) / √(e·(1 − row/N)·(1 − column/N)); Q = (ad − bc)/(ad + bc) of the table collapsed
to two by two.
"""

from __future__ import annotations

import math

import msgspec

from ii_companion.session.kinds import CODES

NAMES = tuple(kind.code for kind in CODES)


class Transition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """How often one code followed another, and how often chance would have it; None where undefined."""

    from_: str
    to: str
    n: int
    expected: float
    z: float | None
    yules_q: float | None


def transitions(table: tuple[int, ...]) -> tuple[Transition, ...]:
    """A row for each pair of codes of which the first was followed by something and the second followed something, from a square table of counts in row order (`from` is the row)."""
    size = len(NAMES)
    rows = [sum(table[r * size : (r + 1) * size]) for r in range(size)]
    columns = [sum(table[c::size]) for c in range(size)]
    total = sum(rows)
    return tuple(
        _transition(NAMES[r], NAMES[c], table[r * size + c], rows[r], columns[c], total)
        for r in range(size)
        for c in range(size)
        if rows[r] and columns[c]
    )


def _transition(from_: str, to: str, n: int, row: int, column: int, total: int) -> Transition:
    expected = row * column / total
    spread = expected * (1 - row / total) * (1 - column / total)
    z = (n - expected) / math.sqrt(spread) if spread > 0 else None
    a, b, c = n, row - n, column - n
    d = total - row - column + n
    both = a * d + b * c
    return Transition(from_, to, n, expected, z, (a * d - b * c) / both if both else None)
