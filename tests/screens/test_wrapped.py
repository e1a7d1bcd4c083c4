"""A line that is too long goes on in the next row, whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.lines import wrapped

WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1)


@given(WORDS, st.integers(1, 60))
def test_every_word_stands_in_order_and_rows_keep_to_the_width(words: list[str], width: int) -> None:
    rows = wrapped(" ".join(words), width)
    assert " ".join(rows).split() == words
    assert all(cell_len(row) <= width or len(row.split()) == 1 for row in rows)


def test_a_line_that_fits_stays_as_it_is() -> None:
    assert wrapped("one   two", 9) == ["one   two"]
    assert wrapped("  one   two", 9) == ["  one", "  two"]
