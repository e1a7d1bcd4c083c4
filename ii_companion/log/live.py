"""Which sessions are being written on this machine now: a lock beside each journal says so."""

from __future__ import annotations

from pathlib import Path

from ii_companion.log.journal import lock_path


def is_live(path: Path) -> bool:
    """Whether a window on this machine is writing the journal now."""
    lock = lock_path(path)
    if not lock.exists():
        return False
    from filelock import FileLock, Timeout

    try:
        with FileLock(lock, timeout=0):
            pass
    except (Timeout, OSError):
        return True
    return False


def newest_live(journals: Path) -> Path | None:
    """The journal of the newest session that is being written on this machine."""
    try:
        locks = sorted(journals.glob("*.lock"), reverse=True)
    except OSError:
        return None
    paths = (lock.with_suffix(".jsonl") for lock in locks)
    return next((path for path in paths if path.exists() and is_live(path)), None)
