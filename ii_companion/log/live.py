"""Which sessions are being written on this machine now: a lock beside each journal says so."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ii_companion.log.journal import LOCK_AFTER_S, lock_path
from ii_companion.log.places import is_held


def is_live(path: Path) -> bool:
    """Whether a window on this machine is writing the journal now."""
    try:
        return is_held(lock_path(path))
    except FileNotFoundError:
        return _just_begun(path)


def _just_begun(path: Path) -> bool:
    """Whether a journal is so new that its window may not have locked it yet: on Windows that waits for the first paint."""
    if os.name != "nt":
        return False
    try:
        return time.time() - path.stat().st_ctime < 2 * LOCK_AFTER_S
    except OSError:
        return False


def newest_live(journals: Path) -> Path | None:
    """The journal of the newest session that is being written on this machine."""
    try:
        locks = sorted((path for path in journals.iterdir() if path.suffix == ".lock"), reverse=True)
    except OSError:
        return None
    paths = (lock.with_suffix(".jsonl") for lock in locks)
    return next((path for path in paths if path.exists() and is_live(path)), None)
