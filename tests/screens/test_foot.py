"""The keys at the foot of a screen are all there at every size, and none is cut in two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.foot import Foot

ENTRIES = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1)


@given(ENTRIES, st.integers(1, 120))
def test_every_entry_stands_whole_in_order_and_lines_keep_to_the_width(
    entries: list[str], width: int
) -> None:
    lines = Foot(entries).lines(width)
    assert [entry for line in lines for entry in line.split("  ")] == entries
    assert all(cell_len(line) <= width or line in entries for line in lines)


def test_a_line_is_begun_only_when_the_last_is_full() -> None:
    assert Foot(["F2 start", "F3 unfinished", "F10 help"]).lines(23) == [
        "F2 start  F3 unfinished",
        "F10 help",
    ]
    assert Foot(["F2 start", "F3 unfinished", "F10 help"]).lines(22) == [
        "F2 start",
        "F3 unfinished",
        "F10 help",
    ]
