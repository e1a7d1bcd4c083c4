"""A film whose frames carry their number, and the real mpv that shows it to nobody."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ii_companion.player.mpv import Player

FPS = 25
BITS, WIDE, HIGH = 12, 16, 16
"""Each bit of the number is a square, the lowest at the left."""
MISSING = [tool for tool in ("mpv", "ffmpeg") if shutil.which(tool) is None]
if sys.platform == "win32":
    MISSING.append("a shell that starts mpv without its window")
needs_mpv = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
PATIENCE_S = 20.0
"""How long a test waits for what should happen at once; never a measure of speed."""


def numbered_film(path: Path, seconds: float = 30.0) -> Path:
    """Make a film of so many seconds, 25 frames a second."""
    bits = f"255*mod(floor(N/pow(2,floor(X/{WIDE}))),2)"
    subprocess.run(
        [
            "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color=black:s={BITS * WIDE}x{HIGH}:r={FPS}:d={seconds}",
            "-vf", f"geq=lum='{bits}':cb=128:cr=128", "-c:v", "mpeg4", "-q:v", "3", "-g", str(FPS), str(path),
        ],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return path


def two_hours(path: Path, minute: Path) -> Path:
    """A film of two hours: a short one again and again, without coding a frame anew."""
    again = round(7200 / 30) - 1
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-stream_loop", str(again), "-i", str(minute), "-c", "copy", str(path)],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return path


def numbers(folder: Path, count: int) -> list[int]:
    """The numbers that the pictures 0.png, 1.png … of frames carry."""
    raw = subprocess.run(
        [
            "ffmpeg", "-v", "error", "-start_number", "0", "-i", str(folder / "%d.png"),
            "-f", "rawvideo", "-pix_fmt", "gray", "-",
        ],
        check=True, capture_output=True, stdin=subprocess.DEVNULL,
    ).stdout  # fmt: skip
    wide = BITS * WIDE
    assert len(raw) == count * wide * HIGH
    rows = (raw[(n * HIGH + HIGH // 2) * wide :][:wide] for n in range(count))
    return [sum((row[bit * WIDE + WIDE // 2] > 127) << bit for bit in range(BITS)) for row in rows]


def silent_mpv(folder: Path) -> str:
    """A program `mpv` that is the real one, without window and sound; its folder goes first in the path."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "mpv"
    made.write_text(f'#!/bin/sh\nexec {shutil.which("mpv")} --no-config --vo=null --ao=null "$@"\n')
    made.chmod(0o755)
    return str(made)


@contextmanager
def path_with(folder: Path) -> Iterator[None]:
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{folder}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


async def until(seen: Callable[[], object], what: str = "") -> None:
    """Wait until it holds."""
    end = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < end, what or "it never came"
        await asyncio.sleep(0.01)


async def settled(player: Player) -> None:
    """Wait until the player has done what it was told, and the clock knows."""
    await until(lambda: not player._tasks)
    await player._ask_where()


@asynccontextmanager
async def sought(player: Player) -> AsyncIterator[None]:
    """What is done here seeks: wait until the frame it was sought for is on the screen and the clock knows."""
    heard, there = player._hear, asyncio.Event()

    def hear(message: dict[str, Any]) -> None:
        heard(message)
        if message["event"] == "playback-restart":
            there.set()

    player._ipc._told = hear
    yield
    async with asyncio.timeout(PATIENCE_S):
        await there.wait()
    player._ipc._told = heard
    await settled(player)
