"""Sharing: what it costs the keys of the session, what its process takes at rest, how soon words stand on a phone's page."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pty_time import Running, companion
from rows import Row, home, ms, row
from terminal import ACTS, echoed

from ii_companion.devices.code import Role
from ii_companion.devices.joining import join

KEYS = 300
FOLLOWERS = """
import asyncio, json, sys, time
from ii_companion.devices.guest import Guest
from ii_companion.devices.joining import Pairing
from msgspec import convert
async def main():
    for one in json.loads(sys.stdin.readline()):
        Guest(convert(one, Pairing), "", time.monotonic, lambda m: None, lambda s, w: None).start()
    await asyncio.sleep(600)
asyncio.run(main())
"""
FLOOD = """
import socket, sys
host = sys.argv[1], int(sys.argv[2])
ask = f"GET /ws HTTP/1.1\\r\\nHost: {host[0]}:{host[1]}\\r\\n\\r\\n".encode()
n = 0
while True:
    try:
        with socket.create_connection(host, 0.2) as line:
            line.send([b"", bytes(500), ask][n % 3])
    except OSError:
        pass
    n += 1
"""


def _text(running: Running) -> str:
    """What was written since it started, without what only moves the cursor or changes a colour."""
    return re.sub(rb"\x1b\[[0-9;?]*[ -/]*[@-~]", b" ", running.written).decode("utf-8", "replace")


def _opened(running: Running) -> tuple[str, int]:
    """The newest figures on the screen, and the port."""
    end = time.perf_counter() + 20
    while time.perf_counter() < end:
        running.settle(0.3)
        found = re.findall(r"(?<!\d)(\d{3}) (\d{3})(?!\d)", _text(running))
        port = re.findall(r"127\.0\.0\.1:(\d+)/", _text(running))
        if found and port:
            return "".join(found[-1]), int(port[-1])
    raise TimeoutError(_text(running)[-500:])


def _shared(env: dict[str, str], guests: int) -> tuple[Running, list[object], int]:
    """A session that so many screens have joined."""
    running = Running(companion("start", "--learner", "p17", "--stage", "4", "--share", "screen"), env)
    pairings: list[object] = []
    port = 0
    for n in range(guests):
        code, port = _opened(running)
        pairings.append(asyncio.run(join("127.0.0.1", port, code, Role.SCREEN, "")))
        running.settle(0.5)
        running.written = b""
        if n < guests - 1:
            running.key_to_paint(b"s")
    running.key_to_paint(b"\x1b")
    running.settle(1.0)
    return running, pairings, port


def _presses(*programs: Running, keys: int = KEYS) -> list[list[float]]:
    """Seconds from each of so many keys to its paint, of each program; they are pressed in turn."""
    rng = random.Random(3)
    time.sleep(11)  # past the freeze after start-up, and what is said of who joined
    found: list[list[float]] = [[] for _ in programs]
    for running in programs:
        running.settle(0.3)
    for n in range(keys):
        for running, times in zip(programs, found, strict=True):
            running.settle(0.0)
            times.append(running.key_to_paint(ACTS[n % len(ACTS)]))
            running.settle(0.015)
            time.sleep(rng.uniform(0.02, 0.06))
    return found


def _nobody_paired(env: dict[str, str]) -> Iterator[Row]:
    """What a session takes that is open for a guest while none comes, and its process for them."""
    with Running(companion("start", "--learner", "p17", "--stage", "4", "--share", "screen"), env) as running:
        _opened(running)
        running.key_to_paint(b"\x1b")
        time.sleep(11)
        pid = running.process.pid
        worker = int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])
        for name, one in (("the session", pid), ("its process for guests", worker)):
            cpu, wakes = running.at_rest(one)
            yield (
                f"open for a guest, nobody paired: {name}, wake-ups a second",
                f"{wakes:.1f}, {100 * cpu:.2f} % of a processor",
                "0.0",
            )


def _p(values: list[float], share: float) -> float:
    return sorted(values)[int(share * len(values))]


def sharing(tmp: Path) -> Iterator[Row]:
    import msgspec

    env = home(tmp)
    config = Path(env["II_COMPANION_CONFIG"])
    config.mkdir(parents=True, exist_ok=True)
    (config / "settings.toml").write_text('language = "en"\n[share]\naddress = "127.0.0.1"\n')
    empty, ready = echoed()
    with Running(companion("start", "--learner", "p17", "--stage", "4"), env) as alone:
        alone.until(b"0 min")
        (base,) = _presses(alone)
    running, pairings, port = _shared(env, 3)
    with running:
        followers = subprocess.Popen([sys.executable, "-c", FOLLOWERS], stdin=subprocess.PIPE, text=True)
        assert followers.stdin is not None
        followers.stdin.write(json.dumps(msgspec.to_builtins(pairings)) + "\n")
        followers.stdin.flush()
        try:
            (quiet,) = _presses(running)
            flood = subprocess.Popen([sys.executable, "-c", FLOOD, "127.0.0.1", str(port)])
            if hasattr(os, "sched_setaffinity"):
                # it comes from elsewhere, and takes one core of ours at most
                os.sched_setaffinity(flood.pid, {0})
            try:
                with Running(empty) as beside:
                    beside.until(ready)
                    flooded, empty_flooded = _presses(running, beside, keys=3 * KEYS)
            finally:
                flood.kill()
                flood.wait()
        finally:
            followers.kill()
            followers.wait()
    references = {"alone": base}
    for name, found in (("three followers", quiet), ("three followers, flooded", flooded)):
        what = f"key to paint, glance view, {name}"
        middle = {one: statistics.median(times) for one, times in references.items()}
        yield row(f"{what}, median", statistics.median(found), "–", **middle)
        yield row(
            f"{what}, p99",
            _p(found, 0.99),
            "16 ms",
            **{one: _p(times, 0.99) for one, times in references.items()},
        )
        references |= {"an empty app beside it": empty_flooded}
    yield from _nobody_paired(env)
    yield from _painted(tmp)


def _painted(tmp: Path) -> Iterator[Row]:
    if shutil.which("chromium") is None:
        yield "words on a phone's page", "not measured: no chromium", "50 ms"
        return
    found = asyncio.run(_words_in_chromium(tmp))
    yield (
        "host to painted words in Chromium, 200 prompts, p50 / p99",
        f"{ms(statistics.median(found))} / {ms(_p(found, 0.99))}",
        "p99 50 ms",
    )


async def _words_in_chromium(tmp: Path) -> list[float]:
    from devices.chromium import chromium
    from devices.hosting import hosting, until
    from devices.test_page import by_link

    async with hosting() as there, chromium(tmp) as tab:
        await by_link(there, tab)
        there.begin()
        await tab.js(
            "window.seen = {}; new MutationObserver(() => { const text = document.getElementById('words').textContent;"
            " requestAnimationFrame(() => { const line = new MessageChannel(); line.port1.onmessage = () => { seen[text] ="
            " performance.timeOrigin + performance.now(); }; line.port2.postMessage(0); }); })"
            ".observe(document.getElementById('words'), {childList: true})"
        )
        sent = {}
        for n in range(200):
            words = f"Wait. Leave room {n}."
            sent[words] = time.time() * 1000
            there.show(words)
            await asyncio.sleep(0.03 + 0.02 * random.Random(n).random())
        seen: dict[str, float] = {}

        async def all_seen() -> bool:
            seen.update(await tab.js("seen"))
            return len(seen) >= 200

        for _ in range(50):
            if await all_seen():
                break
            await asyncio.sleep(0.1)
        await until(lambda: True)
        return [(seen[words] - at) / 1000 for words, at in sent.items() if words in seen]
