"""Benchmarks, each a ratio against a named reference measured in the same run; medians of several.

    python tests/bench/bench.py [PART ...]     parts: start commands keys idle glance late journal store digests_kept measures memory review
    linear many film sharing sealed

Linux, in a real pty. Prints a table in Markdown. `late` takes ten minutes; II_COMPANION_LATE_S=60 makes it one.
"""

from __future__ import annotations

import compileall
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "bench"), str(ROOT / "tests")]
try:
    from film import film
    from inside import late, measures, review
    from linear import linear, many
    from sealed import sealed
    from sharing import sharing
    from store import digests_kept, journal, store
    from terminal import commands, glance, idle, keys, memory, start
except ModuleNotFoundError as error:
    PYTHON = Path(".venv", "Scripts/python.exe" if os.name == "nt" else "bin/python")
    sys.exit(
        f"{error}: this Python has not what the benchmarks need. "
        f"Run `python3 .ci/go.py test --version` first, then `{PYTHON} tests/bench/bench.py`."
    )

PARTS = (
    start,
    commands,
    keys,
    idle,
    glance,
    late,
    journal,
    store,
    digests_kept,
    measures,
    memory,
    review,
    linear,
    many,
    film,
    sharing,
    sealed,
)


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
