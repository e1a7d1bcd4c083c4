"""A fault of our own, told as a sentence. A traceback may hold what a person typed, and helps nobody at a child's side."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from pathlib import Path

from ii_companion.words import _

DEBUG_VARIABLE = "II_COMPANION_DEBUG"
"""Set, to anything: developers see the traceback as well, without local values."""


def fault(error: BaseException | None) -> str:
    """What happened and where, without a word of what the program was working on."""
    if error is None:
        return _("ii-companion met a fault of its own and stopped.")
    where = traceback.extract_tb(error.__traceback__)
    if not where:
        return _("ii-companion met a fault of its own ({kind}) and stopped.", kind=type(error).__name__)
    return _(
        "ii-companion met a fault of its own ({kind} in {file}, line {line}) and stopped.",
        kind=type(error).__name__,
        file=Path(where[-1].filename).name,
        line=where[-1].lineno,
    )


def tell_faults() -> None:
    """From now on a fault nobody caught, in any thread, is a sentence on stderr."""
    sys.excepthook = lambda _kind, error, _trace: tell_fault(error)
    threading.excepthook = lambda thrown: tell_fault(thrown.exc_value)


def tell_fault(error: BaseException | None) -> None:
    """Say the fault on stderr; to developers who ask, with its traceback, which has no local values."""
    if os.environ.get(DEBUG_VARIABLE) and error is not None:
        traceback.print_exception(error)
    print(f"ii-companion: {fault(error)}", file=sys.stderr)
