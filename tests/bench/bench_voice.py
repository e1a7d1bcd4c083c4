"""The voice: from a request to its player, what asking costs, and what speaking does to the screen's loop.

    python tests/bench/bench_voice.py

Needs Linux and eSpeak NG; the player is a stub, so no sound card is needed.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from ii_companion.voice.process import ProcessVoice
from ii_companion.voice.speech import VoiceSettings

TIMES = 15
STALL_S = 4.0


def stub_player(folder: Path) -> Path:
    """A player that writes down when it started and takes a moment."""
    log = folder / "started"
    (folder / "aplay").write_text(f"#!/bin/sh\ndate +%s%N >> {log}\nsleep 0.2\n")
    (folder / "aplay").chmod(0o755)
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return log


def request_to_player(log: Path) -> list[float]:
    """Seconds from `say` to the player's first line, with a warm spare."""
    voice = ProcessVoice(VoiceSettings(), lambda _: None)
    found = []
    for _ in range(TIMES):
        voice.wait_until_ready(20)
        time.sleep(0.9)  # the spare warms up, the last sentence ends
        before = len(log.read_text().split()) if log.exists() else 0
        asked = time.time_ns()
        voice.say("Leave some quiet here.")
        while not log.exists() or len(log.read_text().split()) == before:
            time.sleep(0.001)
        found.append((int(log.read_text().split()[-1]) - asked) / 1e9)
    voice.close()
    return found


def cost_of_asking() -> float:
    """Median seconds a `say` takes on the caller's thread."""
    voice = ProcessVoice(VoiceSettings(), lambda _: None)
    voice.wait_until_ready(20)
    found = []
    for _ in range(200):
        began = time.perf_counter()
        voice.say("Leave some quiet here.")
        found.append(time.perf_counter() - began)
        time.sleep(0.002)
    voice.close()
    return statistics.median(found)


async def longest_stall(*, speaking: bool) -> float:
    """The longest lateness of a 5 ms tick over some seconds, with or without a voice at work."""
    voice = ProcessVoice(VoiceSettings(), lambda _: None) if speaking else None
    if voice is not None:
        await asyncio.to_thread(voice.wait_until_ready, 20)
    loop, worst = asyncio.get_running_loop(), []
    ends, next_say = loop.time() + STALL_S, 0.0
    while loop.time() < ends:
        due = loop.time() + 0.005
        await asyncio.sleep(0.005)
        worst.append(loop.time() - due)
        if voice is not None and loop.time() > next_say:
            voice.say("Leave some quiet here.")
            next_say = loop.time() + 1.5
    if voice is not None:
        await asyncio.to_thread(voice.close)
    return max(worst)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = stub_player(Path(folder))
        times = request_to_player(log)
        print(
            f"request to player    median {1000 * statistics.median(times):.1f} ms, worst {1000 * max(times):.1f} ms (at most 15 ms)"
        )
        print(f"asking               median {1e6 * cost_of_asking():.0f} µs (at most 1000 µs)")
        without = statistics.median(asyncio.run(longest_stall(speaking=False)) for _ in range(5))
        with_it = statistics.median(asyncio.run(longest_stall(speaking=True)) for _ in range(5))
        print(
            f"longest stall        {1000 * without:.1f} ms without, {1000 * with_it:.1f} ms speaking: × {with_it / without:.2f} (at most 1.5)"
        )


if __name__ == "__main__":
    main()
