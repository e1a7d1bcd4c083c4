"""While much is built that is no garbage, looking for garbage among it costs the more the more there is."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def not_collecting() -> Iterator[None]:
    """Build something large in time that grows with its size alone; the next collection comes when it is done."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
