"""Benchmarks, each a ratio against a named reference measured in the same run; medians of several.

    python tests/bench/bench.py [PART ...]     parts: start commands keys idle late journal store measures memory review

Linux, in a real pty. Prints a table in Markdown. `late` takes ten minutes; II_COMPANION_LATE_S=60 makes it one.
"""

from __future__ import annotations

import compileall
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "bench"), str(ROOT / "tests")]
from inside import late, measures, review  # noqa: E402
from linear import linear, many  # noqa: E402
from store import journal, store  # noqa: E402
from terminal import commands, idle, keys, memory, start  # noqa: E402

PARTS = (start, commands, keys, idle, late, journal, store, measures, memory, review, linear, many)


def main() -> None:
    wanted = sys.argv[1:] or [part.__name__ for part in PARTS]
    for package in ("ii_companion", "widgets"):  # as an installed program is, and as Textual is beside it
        compileall.compile_dir(ROOT / package, quiet=1)
    print("| what | measured | at most |\n|---|---|---|")
    for part in PARTS:
        if part.__name__ in wanted:
            with tempfile.TemporaryDirectory() as folder:
                for what, value, at_most in part(Path(folder)):
                    print(f"| {what} | {value} | {at_most} |", flush=True)


if __name__ == "__main__":
    main()
