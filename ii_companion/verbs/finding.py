"""One thing that `check` has looked at."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at: whether it works, what was found, and what to do if it does not."""

    what: str
    ok: bool
    found: str
    do: str = ""
