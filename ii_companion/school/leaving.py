"""A sync when the app is left: a process of its own, that nobody waits for."""

from __future__ import annotations

import subprocess
import sys


def sync_when_left(root: str) -> None:
    """Start it and let it go. What it could not do waits; the next sync says so."""
    argv = [sys.executable, "-m", "ii_companion", "--data-dir", root, "school", "sync", "--quiet"]
    quiet = subprocess.DEVNULL
    # its own session: the terminal that is closed next must not take it along
    subprocess.Popen(argv, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603 - our own program
