"""Coding along a film: key to paint while the real mpv has it open, and what a key costs among two thousand others."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from conftest import FakeClock
from player.films import numbered_film, silent_mpv, two_hours
from pty_time import Running, companion
from rows import START, Row, home, ms, row
from terminal import ACTS, echoed, presses

from ii_companion.log.film_recorder import FilmRecorder
from ii_companion.log.header import Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.session.card import Card
from ii_companion.session.kinds import Kind
from ii_companion.session.view import Coaching

KEYED = 2_000
LONG_S = 7_200.0


def film(tmp: Path) -> Iterator[Row]:
    yield from _recorded(tmp)
    if shutil.which("mpv") is None or shutil.which("ffmpeg") is None:
        yield "key to paint along a film", "mpv or ffmpeg is not installed", ""
        return
    silent_mpv(tmp / "bin")
    long = two_hours(tmp / "long.mp4", numbered_film(tmp / "short.mp4"))
    env = home(tmp) | {"PATH": f"{tmp / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    coding = companion("code", "--video", str(long), "--learner", "p17")
    base = presses(*echoed(), env, [], [b"a", b"b"], 200)
    found = presses(coding, b"Enter plays", env, [b"\t", *ACTS * 50], ACTS, 200)
    middle = statistics.median
    what = "key to paint along a film of two hours, mentor view with 300 events"
    yield row(f"{what}, median", middle(found), "3 × blank", blank=middle(base))
    p99 = sorted(found)[int(0.99 * len(found))]
    yield row(f"{what}, p99", p99, "16 ms", blank=sorted(base)[int(0.99 * len(base))])
    with Running(coding, env) as running:
        running.until(b"Enter plays")
        running.settle(1.0)
        cpu, wakes = running.at_rest(seconds=10)
        yield row("coding, the film standing: wake-ups a second", wakes, "", lambda n: f"{n:.1f}")
        yield row("its CPU", cpu, "", lambda share: f"{100 * share:.2f} %")


def _recorded(tmp: Path) -> Iterator[Row]:
    """A key at any time of a film that has two thousand events: the film sought there, the event in its journal."""
    places = Places(tmp / "film")
    ready(places)
    at = 0.0
    header = Header(
        id="20260101-090000-p17-0001",
        learner="p17",
        started_at=START,
        card=Card("p17"),
        along_film=True,
        stage=4,
    )
    coaching = Coaching(stage=4, probe=True, card=header.card)
    recorder = FilmRecorder(LocalStore(places), header, FakeClock(), coaching, lambda: at)
    rng = random.Random(7)
    for n in range(KEYED):
        at = n * LONG_S / KEYED
        recorder.key(rng.choice([Kind.LEARNER_ACT, Kind.JOIN_IN, Kind.IMITATE]))
    on, anywhere = [], []
    for _ in range(300):
        at = rng.uniform(0, LONG_S)
        recorder.look()
        for found in (anywhere, on, on):
            began = time.perf_counter()
            recorder.key(Kind.IMITATE)
            found.append(time.perf_counter() - began)
            at += 0.8
    for name, found in (("sought to at random", anywhere), ("going on from there", on)):
        found.sort()
        p99 = found[int(0.99 * len(found))]
        yield (
            f"key to journal along a film, 2,000 events, {name}",
            f"{ms(statistics.median(found))}, p99 {ms(p99)}",
            "",
        )
    recorder.close()
