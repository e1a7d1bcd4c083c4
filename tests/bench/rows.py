"""What the benchmarks share: rows of the table, medians, folders filled with sessions."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from makers import coded

from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.session.card import Card

TIMES = 15
Row = tuple[str, str, str]
START = datetime(2016, 1, 4, 9, tzinfo=UTC)
EXAMPLE = coded(" ".join(f"{3 * n}{'Lij'[n % 3]}" for n in range(1, 60)))


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def row(
    what: str,
    value: float,
    at_most: str,
    show: Callable[[float], str] = ms,
    **references: float,
) -> Row:
    """A figure, and how many times each reference it is."""
    beside = ", ".join(
        f"× {value / reference:.2f} {name.replace('_', ' ')} ({show(reference)})"
        for name, reference in references.items()
    )
    return what, f"{show(value)}; {beside}" if beside else show(value), at_most


def medians(tries: dict[str, Callable[[], float]], times: int = TIMES) -> dict[str, float]:
    """Each tried in turn, so that the machine's moods fall on all alike."""
    found: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(times):
        for name, attempt in tries.items():
            found[name].append(attempt())
    return {name: statistics.median(values) for name, values in found.items()}


def home(tmp: Path) -> dict[str, str]:
    return {"II_COMPANION_HOME": str(tmp / "home"), "II_COMPANION_CONFIG": str(tmp / "config")}


def session(n: int) -> Travelling:
    started = START + timedelta(hours=8.7 * n)
    header = Header(
        id=f"{started:%Y%m%d-%H%M%S}-p17-{n:04x}",
        learner=f"l{n % 40}",
        practitioner="k7",
        started_at=started,
        card=Card("p17"),
    )
    return Travelling(brief_log(header, EXAMPLE))


def fill(places: Places, n: int) -> None:
    ready(places)
    take_in(LocalStore(places), (session(i) for i in range(n)))


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
