"""Benchmarks, each a ratio against a named reference measured in the same run; medians of several.

    python tests/bench/bench.py [PART ...]     parts: start commands keys idle late journal store measures memory review

Linux, in a real pty. Prints a table in Markdown.
"""

from __future__ import annotations

import compileall
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "bench"), str(ROOT / "tests")]
from makers import coded  # noqa: E402
from pty_time import BLANK, Running, companion, first_paint, whole_run  # noqa: E402

from ii_companion.exchange.sessions import Travelling  # noqa: E402
from ii_companion.exchange.taking import take_in  # noqa: E402
from ii_companion.log.closing import brief_log  # noqa: E402
from ii_companion.log.header import Header  # noqa: E402
from ii_companion.log.journal import Journal  # noqa: E402
from ii_companion.log.places import Places, ready  # noqa: E402
from ii_companion.log.shelf import Shelf  # noqa: E402
from ii_companion.session.card import Card  # noqa: E402
from ii_companion.session.events import Event, Kind  # noqa: E402
from ii_companion.session.measures import measure  # noqa: E402

TIMES = 15
Row = tuple[str, str, str, str]
CLOCKED = BLANK.replace(
    'yield Static("READY")',
    'yield Static("READY"); self.set_interval(1, lambda: self.query_one(Static).update(str(__import__("time").time())))',
)
START = datetime(2016, 1, 4, 9, tzinfo=UTC)


def blank() -> list[str]:
    return [sys.executable, "-c", BLANK]


def home(tmp: Path) -> dict[str, str]:
    return {"II_COMPANION_HOME": str(tmp / "home"), "II_COMPANION_CONFIG": str(tmp / "config")}


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def row(
    what: str, value: float, reference: float, name: str, at_most: str, show: Callable[[float], str] = ms
) -> Row:
    return what, f"{show(value)} (× {value / reference:.2f} {name}, {show(reference)})", at_most, ""


def medians(tries: dict[str, Callable[[], float]], times: int = TIMES) -> dict[str, float]:
    """Each tried in turn, so that the machine's moods fall on all alike."""
    found: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(times):
        for name, attempt in tries.items():
            found[name].append(attempt())
    return {name: statistics.median(values) for name, values in found.items()}


def start(tmp: Path) -> Iterator[Row]:
    env = home(tmp)
    found = medians(
        {
            "pass": lambda: whole_run([sys.executable, "-c", "pass"]),
            "blank": lambda: first_paint(blank(), b"READY"),
            "start": lambda: first_paint(companion("start", "--learner", "heron"), b"0 min", env),
            "home": lambda: first_paint(companion(), b"where it happens", env),
        }
    )
    yield row("start to first full paint, `start`", found["start"], found["blank"], "blank", "1.3 × blank")
    yield row("start to first full paint, home", found["home"], found["blank"], "blank", "1.3 × blank")
    yield row("blank Textual app", found["blank"], found["pass"], "`python -c pass`", "")


def commands(tmp: Path) -> Iterator[Row]:
    env = home(tmp)
    fill(Places(tmp / "home"), 100)
    events = tmp / "e.csv"
    events.write_text(
        "time_s,actor,act,detail\n"
        + "".join(
            f"{n * 3.6:.1f},learner,act,\n" if n % 2 else f"{n * 3.6:.1f},practitioner,imitate,\n"
            for n in range(2000)
        )
    )
    found = medians(
        {
            "blank": lambda: first_paint(blank(), b"READY"),
            "--help": lambda: whole_run(companion("--help"), env),
            "log --json, 100 sessions": lambda: whole_run(companion("log", "--json"), env),
            "replay, 2,000 events": lambda: whole_run(companion("replay", str(events), "--json"), env),
        }
    )
    for name in list(found)[1:]:
        yield row(f"`{name}`", found[name], found["blank"], "blank", "0.6 × blank")


def keys(tmp: Path) -> Iterator[Row]:
    def presses(
        argv: list[str],
        words: bytes,
        env: dict[str, str],
        before: list[bytes],
        pressed: list[bytes],
        times: int,
    ) -> list[float]:
        with Running(argv, env) as running:
            running.until(words)
            running.settle(0.4)
            time.sleep(1.5)  # past the freeze after start-up
            running.settle(0.2)
            for key in before:
                running.key_to_paint(key)
                running.settle(0.004)
            found = []
            rng = random.Random(3)
            for n in range(times):
                found.append(running.key_to_paint(pressed[n % len(pressed)]))
                running.settle(0.015)
                time.sleep(rng.uniform(0.02, 0.06))  # quick fingers; no pace that falls in with the frames'
            return found

    echo = BLANK.replace(
        "def compose", "def on_key(self, event): self.query_one(Static).update(event.key)\n    def compose"
    )
    acts = [b" ", b"i", b" ", b"j", b" ", b"c"]
    env = home(tmp)
    base = presses([sys.executable, "-c", echo], b"READY", env, [], [b"a", b"b"], 200)
    glance = presses(companion("start", "--learner", "heron", "--stage", "4"), b"0 min", env, [], acts, 200)
    mentor = presses(
        companion("start", "--learner", "heron", "--stage", "4"),
        b"0 min",
        env,
        [b"\t", *acts * 50],
        acts,
        200,
    )
    b = statistics.median(base)
    p99 = lambda values: sorted(values)[int(0.99 * len(values))]  # noqa: E731
    yield row("key to paint, glance view, median", statistics.median(glance), b, "blank", "1.5 × blank")
    yield row(
        "key to paint, mentor view with 300 events, median",
        statistics.median(mentor),
        b,
        "blank",
        "3 × blank",
    )
    yield row("the same, p99", p99(mentor), p99(base), "blank's p99", "16 ms")


def idle(tmp: Path) -> Iterator[Row]:
    def rest(argv: list[str], words: bytes, env: dict[str, str]) -> tuple[float, float]:
        with Running(argv, env) as running:
            running.until(words)
            running.settle(1.0)
            time.sleep(10)  # past the first prompt and its dimming
            running.settle(0.2)
            cpu, wakes = running.cpu_seconds()
            time.sleep(20)
            after, more = running.cpu_seconds()
            return (after - cpu) / 20, (more - wakes) / 20

    env = home(tmp)
    one = rest(blank(), b"READY", env)
    clocked = rest([sys.executable, "-c", CLOCKED], b"READY", env)
    ours = rest(companion("start", "--learner", "heron"), b"0 min", env)
    percent = lambda share: f"{100 * share:.2f} %"  # noqa: E731
    yield row(
        "CPU of an idle session, glance view", ours[0], max(one[0], 0.0005), "blank", "1.5 × blank", percent
    )
    yield row("the same against a one-second clock", ours[0], max(clocked[0], 0.0005), "clock", "", percent)
    yield row("wake-ups a second", ours[1], max(one[1], 0.1), "blank", "", lambda n: f"{n:.1f}")


def journal(tmp: Path) -> Iterator[Row]:
    folder = tmp / "j"
    folder.mkdir()
    header = Header(id="bench", learner="heron", started_at=START, card=Card("heron"))
    kept = Journal.begin(folder, header)
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    line = b'{"n":1,"t":1.234,"kind":"learner_act","detail":""}\n'
    bare, ours = [], []
    for n in range(1, 3001):
        event = Event(n, n / 10, Kind.LEARNER_ACT)
        began = time.perf_counter()
        kept.append(event)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        os.write(handle, line)
        bare.append(time.perf_counter() - began)
        if n % 50 == 0:
            time.sleep(0.01)
    synced = []
    for _ in range(50):
        began = time.perf_counter()
        os.write(handle, line)
        os.fsync(handle)
        synced.append(time.perf_counter() - began)
    kept.close()
    us = lambda seconds: f"{1e6 * seconds:.1f} µs"  # noqa: E731
    yield row(
        "key to journal",
        statistics.median(ours),
        statistics.median(bare),
        "a bare append",
        "2 × a bare append",
        us,
    )
    yield (
        "a line on disk",
        f"within {1000 * 0.1:.0f} ms and an fsync ({ms(statistics.median(synced))})",
        "200 ms",
        "",
    )


def late(tmp: Path) -> Iterator[Row]:
    """Wake-ups of the live screen by absolute deadline, the other core kept busy."""
    import asyncio
    import subprocess

    from ii_companion.app import CompanionApp
    from ii_companion.log.plan import Plan
    from ii_companion.screens.wake import Wake

    seconds = float(os.environ.get("II_COMPANION_LATE_S", "60"))

    async def measure_lateness() -> list[float]:
        app = CompanionApp(Places(tmp / "late"), Plan(learner="heron", stage=4))
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
        f"prompt lateness, {len(found)} deadlines in {seconds:.0f} s of load",
        f"p50 {ms(statistics.median(found))}, p99 {ms(p99)}, max {ms(found[-1])}",
        "p99 20 ms",
        "",
    )


def session(n: int) -> Travelling:
    started = START + timedelta(hours=8.7 * n)
    header = Header(
        id=f"{started:%Y%m%d-%H%M%S}-heron-{n:04x}",
        learner=f"l{n % 40}",
        practitioner="k7",
        started_at=started,
        card=Card("heron"),
    )
    return Travelling(brief_log(header, EXAMPLE))


EXAMPLE = coded(" ".join(f"{3 * n}{'Lij'[n % 3]}" for n in range(1, 60)))


def fill(places: Places, n: int) -> None:
    ready(places)
    take_in(places, (session(i) for i in range(n)))


def store(tmp: Path) -> Iterator[Row]:
    from tinydb import TinyDB

    folders = {}
    for n in (10, 1_000, 10_000):
        folders[n] = Places(tmp / f"s{n}")
        fill(folders[n], n)
    late = session(200_000)
    saves = {n: (lambda p=p: timed(lambda: Shelf(p).save(late.log))) for n, p in folders.items()}
    found = medians(saves, 15)
    yield row("save, 1,000 sessions", found[1_000], found[10], "10 sessions", "")
    yield row("save, 10,000 sessions", found[10_000], found[10], "10 sessions", "1.5 × 10 sessions")
    import msgspec

    stock = TinyDB(tmp / "stock.json")
    stock.insert_multiple(msgspec.to_builtins(session(i).log) for i in range(10_000))
    document = msgspec.to_builtins(late.log)
    tiny = min(timed(lambda: stock.insert(document)) for _ in range(3))
    yield row("stock TinyDB, 10,000 in one file", tiny, found[10_000], "ours", "")
    db = sqlite3.connect(tmp / "x.sqlite")
    db.executescript(
        "pragma journal_mode=wal; pragma synchronous=full; create table log(id text primary key, doc text)"
    )
    text = msgspec.json.encode(document).decode()
    lite = []
    for i in range(200):
        lite.append(
            timed(lambda i=i: (db.execute("insert into log values(?, ?)", (str(i), text)), db.commit()))
        )
    yield row("SQLite, WAL, full sync", statistics.median(lite), found[10_000], "ours", "")
    for n, p in folders.items():
        seconds = statistics.median(whole_run(companion("log", "--data-dir", str(p.root))) for _ in range(5))
        yield f"`log`, {n:,} sessions", ms(seconds), "500 ms" if n == 10_000 else "", ""


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


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
        "",
    )


def memory(tmp: Path) -> Iterator[Row]:
    with Running(blank()) as running:
        running.until(b"READY")
        running.settle(1.0)
        base = running.peak_mb()
    with Running(companion("start", "--learner", "heron"), home(tmp)) as running:
        running.until(b"0 min")
        running.settle(1.0)
        for n in range(2000):
            os.write(running.master, b" ijc"[n % 4 : n % 4 + 1])
            running.read(0.002)
        running.settle(0.5)
        ours = running.peak_mb()
    yield row("peak memory, 2,000 keys", ours, base, "blank", "1.5 × blank", lambda mb: f"{mb:.0f} MB")


def review(tmp: Path) -> Iterator[Row]:
    import asyncio

    from ii_companion.app import CompanionApp
    from ii_companion.screens.review import ReviewScreen

    places = Places(tmp / "r")
    ready(places)
    header = Header(id="20260101-090000-heron-0001", learner="heron", started_at=START, card=Card("heron"))
    events = coded(" ".join(f"{3.6 * n:.1f}{'Lij'[n % 3]}" for n in range(1, 2001)) + " 7300E")
    one = Travelling(brief_log(header, events), header, tuple(events))
    take_in(places, [one])

    async def scroll() -> float:
        app = CompanionApp(places)
        async with app.run_test(size=(120, 40)) as pilot:
            app.push_screen(ReviewScreen(places, one.log))
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

    yield "review: a step of the cursor at 2,000 events, lanes drawn", ms(asyncio.run(scroll())), "", ""


PARTS = (start, commands, keys, idle, late, journal, store, measures, memory, review)


def main() -> None:
    wanted = sys.argv[1:] or [part.__name__ for part in PARTS]
    for package in ("ii_companion", "widgets"):  # as an installed program is, and as Textual is beside it
        compileall.compile_dir(ROOT / package, quiet=1)
    print("| what | measured | at most |\n|---|---|---|")
    for part in PARTS:
        if part.__name__ in wanted:
            with tempfile.TemporaryDirectory() as folder:
                for what, value, at_most, _ in part(Path(folder)):
                    print(f"| {what} | {value} | {at_most} |", flush=True)


if __name__ == "__main__":
    main()
