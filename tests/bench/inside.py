"""Inside the process: how late a deadline is met, how many events are measured in a second, a long session looked back on."""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from makers import coded
from rows import START, Row, ms, timed

from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.measures import measure


def late(tmp: Path) -> Iterator[Row]:
    """Wake-ups of the live screen by absolute deadline, the other core kept busy."""
    import asyncio
    import subprocess

    from ii_companion.app import CompanionApp
    from ii_companion.log.plan import Plan
    from ii_companion.screens.wake import Wake

    seconds = float(os.environ.get("II_COMPANION_LATE_S", "600"))

    async def measure_lateness() -> list[float]:
        app = CompanionApp(LocalStore(Places(tmp / "late")), Plan(learner="p17", stage=4))
        found: list[float] = []
        async with app.run_test() as pilot:
            done = asyncio.Event()
            wake = Wake(app.screen, app.clock, lambda by: (found.append(by), done.set()))
            rng, ends = random.Random(5), time.monotonic() + seconds
            while time.monotonic() < ends:
                wake.at(0.0, rng.uniform(0.05, 0.6))
                await done.wait()
                done.clear()
            await pilot.pause()
        return found

    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        found = sorted(asyncio.run(measure_lateness()))
    finally:
        busy.kill()
        busy.wait()
    p99 = found[int(0.99 * (len(found) - 1))]
    yield (
        f"prompt lateness, {len(found):,} deadlines in {seconds:.0f} s of load",
        f"p50 {ms(statistics.median(found))}, p99 {ms(p99)}, max {ms(found[-1])}",
        "p99 20 ms",
    )


def measures(_: Path) -> Iterator[Row]:
    rng, t, events = random.Random(1), 0.0, []
    for n in range(1, 2001):
        t += rng.expovariate(0.28)
        events.append(Event(n, round(t, 3), rng.choice([Kind.LEARNER_ACT, Kind.IMITATE, Kind.JOIN_IN])))
    seconds = statistics.median(timed(lambda: measure(events)) for _ in range(9))
    yield (
        "measures of a two-hour session, 2,000 events",
        f"{ms(seconds)} ({2000 / seconds:,.0f} events/s)",
        "",
    )


def review(tmp: Path) -> Iterator[Row]:
    import asyncio

    from ii_companion.app import CompanionApp
    from ii_companion.screens.review import ReviewScreen

    places = Places(tmp / "r")
    ready(places)
    header = Header(id="20260101-090000-p17-0001", learner="p17", started_at=START, card=Card("p17"))
    events = coded(" ".join(f"{3.6 * n:.1f}{'Lij'[n % 3]}" for n in range(1, 2001)) + " 7300E")
    one = Travelling(brief_log(header, events), header, tuple(events))
    take_in(LocalStore(places), [one])

    async def scroll() -> float:
        app = CompanionApp(LocalStore(places))
        async with app.run_test(size=(120, 40)) as pilot:
            app.push_screen(ReviewScreen(LocalStore(places), one.log))
            await pilot.pause()
            timeline = app.screen.query_one("Timeline")
            found = []
            for _ in range(60):
                began = time.perf_counter()
                timeline.action_step(1)
                for y in range(timeline.size.height):
                    timeline.render_line(y)
                found.append(time.perf_counter() - began)
            return statistics.median(found)

    yield "review: a step of the cursor at 2,000 events, lanes drawn", ms(asyncio.run(scroll())), ""
