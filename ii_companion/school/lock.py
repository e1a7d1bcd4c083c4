"""The one lock: a sync runs alone, and never while a session, its notes or a card are open in a window."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ii_companion.log.places import FILE_MODE, Places, make_folder
from ii_companion.session.refusal import Refusal

if TYPE_CHECKING:
    from filelock import BaseFileLock

NAME = "sync.lock"


@contextlib.contextmanager
def sync_lock(places: Places) -> Iterator[None]:
    """Hold it for a sync. Raises Refusal while something is open."""
    held = hold(places)
    if held is None:
        raise Refusal(
            "A session, its notes or a card are open, or another sync is running. Sync when they are closed."
        )
    try:
        yield
    finally:
        held.release()


def hold(places: Places) -> BaseFileLock | None:
    """Hold it until it is released; None if somebody else does."""
    from filelock import FileLock, Timeout  # 30 ms, and only where a school's log was joined

    make_folder(places.school.root)
    lock = FileLock(places.school.root / NAME, timeout=0, mode=FILE_MODE)
    try:
        lock.acquire()
    except (Timeout, OSError, NotImplementedError):
        return None
    return lock
