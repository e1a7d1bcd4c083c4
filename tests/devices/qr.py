"""Reads a QR code of version 3-L from its squares, by the standard (ISO/IEC 18004): nothing of the library that drew it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

SIZE = 29
DATA_BYTES, ALL_BYTES = 55, 70
MASKS: list[Callable[[int, int], bool]] = [
    lambda i, j: (i + j) % 2 == 0, lambda i, j: i % 2 == 0, lambda i, j: j % 3 == 0, lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0, lambda i, j: (i * j) % 2 + (i * j) % 3 == 0,
    lambda i, j: ((i * j) % 2 + (i * j) % 3) % 2 == 0, lambda i, j: ((i + j) % 2 + (i * j) % 3) % 2 == 0,
]  # fmt: skip


def _fixed(i: int, j: int) -> bool:
    """Whether a square is part of a finder, timing, alignment or format pattern."""
    finders = (i < 9 and j < 9) or (i < 9 and j >= SIZE - 8) or (i >= SIZE - 8 and j < 9)
    return finders or i == 6 or j == 6 or (20 <= i <= 24 and 20 <= j <= 24)


def _way() -> Iterator[tuple[int, int]]:
    """The squares of the data in the order of their bits: up and down in columns of two, from the right."""
    up, column = True, SIZE - 1
    while column > 0:
        if column == 6:
            column -= 1
        for n in range(SIZE):
            row = SIZE - 1 - n if up else n
            for j in (column, column - 1):
                if not _fixed(row, j):
                    yield row, j
        up, column = not up, column - 2


def read(squares: Sequence[Sequence[bool]]) -> str:
    """The text of the code; its margin is cut off first."""
    rows = [list(row) for row in squares]
    while not any(rows[0]):
        rows = [row[1:-1] for row in rows[1:-1]]
    rows = [row[: len(rows[0])] for row in rows]
    assert len(rows) == SIZE, len(rows)
    assert all(len(row) == SIZE for row in rows)
    format_ = 0
    for j in (0, 1, 2, 3, 4, 5, 7, 8):
        format_ = format_ << 1 | rows[8][j]
    format_ = (format_ << 7) ^ 0b101010000010010
    assert format_ >> 13 & 3 == 0b01, "not of level L"
    mask = MASKS[format_ >> 10 & 7]
    bits = [rows[i][j] ^ mask(i, j) for i, j in _way()][: ALL_BYTES * 8]

    def number(at: int, size: int) -> int:
        return int("".join("1" if bit else "0" for bit in bits[at : at + size]), 2)

    assert number(0, 4) == 0b0100, "not bytes"
    length = number(4, 8)
    assert length <= DATA_BYTES - 2
    return bytes(number(12 + 8 * n, 8) for n in range(length)).decode("ascii")
