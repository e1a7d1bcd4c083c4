"""ii-companion with a clock that runs sixty times as fast, for end-to-end tests: python fast.py ARGUMENTS."""

from __future__ import annotations

import sys

import ii_companion.app as app_module
from ii_companion.cli import main
from ii_companion.log.clock import ScaledClock, SystemClock

app_module.SystemClock = lambda: ScaledClock(SystemClock(), 60)  # type: ignore[misc,assignment]
sys.exit(main(sys.argv[1:]))
