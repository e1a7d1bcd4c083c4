"""The program in a real terminal: how soon it paints, how soon a key is answered, what it takes while nothing happens."""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pty_time import BLANK, Running, companion, first_paint, whole_run
from rows import Row, fill, home, medians, row, session

from ii_companion.log.places import Places

CLOCKED = BLANK.replace(
    'yield Static("READY")',
    'yield Static("READY"); self.set_interval(1, lambda: self.query_one(Static).update(str(__import__("time").time())))',
)


def blank() -> list[str]:
    return [sys.executable, "-c", BLANK]


def start(tmp: Path) -> Iterator[Row]:
    env = home(tmp)
    found = medians(
        {
            "pass": lambda: whole_run([sys.executable, "-c", "pass"]),
            "blank": lambda: first_paint(blank(), b"READY"),
            "start": lambda: first_paint(companion("start", "--learner", "p17"), b"0 min", env),
            "home": lambda: first_paint(companion(), b"minutes", env),
            "plain": lambda: first_paint(companion("start", "--plain", "--learner", "p17"), b"Keys:", env),
        }
    )
    references = {"blank": found["blank"], "python -c pass": found["pass"]}
    yield row("start to first full paint, `start`", found["start"], "1.2 × blank", **references)
    yield row("start to first full paint, home", found["home"], "1.3 × blank", **references)
    yield row("start to the keys, `start --plain`", found["plain"], "0.6 × blank", **references)
    folders = {n: home(tmp / f"with {n}") for n in (10, 1000)}
    newest = {n: session(n - 1).log.learner.encode() for n in folders}
    for n, env in folders.items():
        fill(Places(Path(env["II_COMPANION_HOME"])), n)
    behind = medians(
        {f"painted {n}": partial(first_paint, companion(), b"minutes", env) for n, env in folders.items()}
        | {f"filled {n}": partial(first_paint, companion(), newest[n], env) for n, env in folders.items()}
    )
    for what, words in (("painted", "its first full paint"), ("filled", "its panels filled")):
        row_of = f"start to home, 1,000 sessions behind it: {words}"
        yield row(row_of, behind[f"{what} 1000"], "1.1 × ten", ten=behind[f"{what} 10"])


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
            "pass": lambda: whole_run([sys.executable, "-c", "pass"]),
            "blank": lambda: first_paint(blank(), b"READY"),
            "--help": lambda: whole_run(companion("--help"), env),
            "log --json, 100 sessions": lambda: whole_run(companion("log", "--json"), env),
            "replay, 2,000 events": lambda: whole_run(companion("replay", str(events), "--json"), env),
        }
    )
    references = {"blank": found.pop("blank"), "python -c pass": found.pop("pass")}
    for name, seconds in found.items():
        yield row(f"`{name}`", seconds, "0.6 × blank", **references)


ACTS = [b" ", b"i", b" ", b"j", b" ", b"c"]


def echoed() -> tuple[list[str], bytes]:
    """A blank app that shows the key it was sent, and the words of its first screen."""
    echo = BLANK.replace(
        "def compose", "def on_key(self, event): self.query_one(Static).update(event.key)\n    def compose"
    )
    return [sys.executable, "-c", echo], b"READY"


def presses(
    argv: list[str],
    words: bytes,
    env: dict[str, str],
    before: list[bytes],
    pressed: list[bytes],
    times: int,
) -> list[float]:
    """Seconds from each of so many keys to its paint."""
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


def keys(tmp: Path) -> Iterator[Row]:
    acts, env = ACTS, home(tmp)
    base = presses(*echoed(), env, [], [b"a", b"b"], 200)
    glance = presses(companion("start", "--learner", "p17", "--stage", "4"), b"0 min", env, [], acts, 200)
    mentor = presses(
        companion("start", "--learner", "p17", "--stage", "4"),
        b"0 min",
        env,
        [b"\t", *acts * 50],
        acts,
        200,
    )
    middle = statistics.median
    p99 = lambda values: sorted(values)[int(0.99 * len(values))]  # noqa: E731
    yield row("key to paint, glance view, median", middle(glance), "1.5 × blank", blank=middle(base))
    what = "key to paint, mentor view with 300 events"
    yield row(f"{what}, median", middle(mentor), "3 × blank", blank=middle(base))
    yield row(f"{what}, p99", p99(mentor), "16 ms", blank=p99(base))
    plain = presses(
        companion("start", "--plain", "--learner", "p17", "--stage", "4"), b"Keys:", env, [], acts, 200
    )
    yield row("key to its line, `start --plain`, median", middle(plain), "1 × blank", blank=middle(base))


def idle(tmp: Path) -> Iterator[Row]:
    def rest(argv: list[str], words: bytes, env: dict[str, str]) -> tuple[float, float]:
        with Running(argv, env) as running:
            running.until(words)
            running.settle(1.0)
            time.sleep(10)  # past the first prompt and its dimming
            return running.at_rest()

    env = home(tmp)
    one = rest(blank(), b"READY", env)
    clocked = rest([sys.executable, "-c", CLOCKED], b"READY", env)
    ours = rest(companion("start", "--learner", "p17"), b"0 min", env)
    percent = lambda share: f"{100 * share:.2f} %"  # noqa: E731
    cpu = {"blank": max(one[0], 0.0005), "a one-second clock": max(clocked[0], 0.0005)}
    wakes = {"blank": max(one[1], 0.1), "a one-second clock": max(clocked[1], 0.1)}
    yield row("CPU of an idle session, glance view", ours[0], "1.5 × blank", percent, **cpu)
    yield row("its wake-ups a second", ours[1], "", lambda n: f"{n:.1f}", **wakes)


def memory(tmp: Path) -> Iterator[Row]:
    with Running(blank()) as running:
        running.until(b"READY")
        running.settle(1.0)
        base = running.peak_mb()
    with Running(companion("start", "--learner", "p17"), home(tmp)) as running:
        running.until(b"0 min")
        running.settle(1.0)
        for n in range(2000):
            os.write(running.master, b" ijc"[n % 4 : n % 4 + 1])
            running.read(0.002)
        running.settle(0.5)
        ours = running.peak_mb()
    yield row("peak memory, 2,000 keys", ours, "1.5 × blank", lambda mb: f"{mb:.0f} MB", blank=base)


def glance(tmp: Path) -> Iterator[Row]:
    """The glance view of a session that another process runs: at rest, and from a key there to the words here."""
    env = {"II_COMPANION_HOME": str(tmp), "II_COMPANION_CONFIG": str(tmp / "config")}
    arguments = companion("start", "--learner", "p17", "--me", "k7", "--mentor", "m1")
    with Running(arguments, env) as session, Running(companion("glance"), env) as display:
        session.settle(2.0)
        display.until(b"0 min")
        display.settle(6.0)
        _, wakes = display.at_rest()
        yield row("wake-ups a second of `glance` at rest", wakes, "under 1", lambda n: f"{n:.2f}")
        times = []
        for n in range(60):
            os.write(session.master, b"h")  # hush on and off shows in the glance view at once
            began = time.perf_counter()
            while not display.read(1.0):
                session.read(0)
            times.append(time.perf_counter() - began)
            session.settle(0.15)
            display.settle(0.35 + 0.01 * (n % 7))
    times.sort()
    yield row(
        "key in a session to paint in `glance`, median / slowest of 60",
        times[len(times) // 2],
        "50 / 100 ms",
        lambda s: f"{1000 * s:.1f} / {1000 * times[-1]:.1f} ms",
    )
