"""The real mpv on a film whose frames carry their number: what the clock says is what is on the screen, whatever happens."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from player.films import FPS, needs_mpv, numbers, settled, sought, two_hours, until

from ii_companion.player.film import Film, fingerprint
from ii_companion.player.found import version
from ii_companion.player.look import looked_at
from ii_companion.player.mpv import Fate, Player
from ii_companion.session.refusal import Refusal

FRAME_S = 1 / FPS
pytestmark = needs_mpv


async def opened(film: Path, mpv: str, at: float = 0.0) -> Player:
    return await Player.open(Film(film, fingerprint(film)), mpv, lambda: None, at)


async def picture(player: Player, path: Path) -> tuple[float, float, Path]:
    """What the clock says just before and just after a picture of the frame on the screen is taken."""
    before = player.position()
    await player._ipc.ask("screenshot-to-file", str(path), "video", patience=20.0)
    return before, player.position(), path


async def test_time_and_frame_stay_together_through_pauses_seeks_and_speeds(
    film: Path, mpv: str, tmp_path: Path
) -> None:
    """After ten pauses, ten seeks and three speeds what is keyed lies within a frame of what was seen.

    While it runs, a busy machine shows a frame late, which is no fault of the clock's: one of three pictures has to fit,
    and none is late by more than a frame.
    """
    chance = random.Random(18)
    player = await opened(film, mpv)
    taken: list[tuple[float, float, Path]] = []
    together: list[range] = []
    pauses, seeks = 0, 0

    async def pictures(times: int) -> None:
        together.append(range(len(taken), len(taken) + times))
        for _ in range(times):
            taken.append(await picture(player, tmp_path / f"{len(taken)}.png"))

    try:
        for speed in (1, -1, 1):  # from 1 to 1.5, back, and on again; 0.5 at the end
            for _ in range(4):
                player.toggle()
                await until(lambda: player.clock.running)
                await asyncio.sleep(chance.uniform(0.1, 0.3))
                await pictures(3)
                player.toggle()
                await until(lambda: player.paused and not player.clock.running)
                await settled(player)
                pauses += 1
                await pictures(1)
                async with sought(player):
                    player.skip(chance.uniform(-2, 4))
                seeks += 1
                await pictures(1)
            player.speed(speed)
            await settled(player)
        player.speed(-1), await settled(player), player.speed(-1)
        await settled(player)
        assert player.clock.speed == 0.5
        player.toggle()
        await until(lambda: player.clock.running)
        await asyncio.sleep(0.4)
        await pictures(3)
    finally:
        player.close()
    assert pauses >= 10 <= seeks
    shown = [number / FPS for number in numbers(tmp_path, len(taken))]
    apart = [
        max(before - at - FRAME_S, at - after - FRAME_S, 0.0)
        for (before, after, _), at in zip(taken, shown, strict=True)
    ]
    best = [min(apart[n] for n in numbered) for numbered in together]
    assert max(apart) < FRAME_S, list(zip(taken, shown, strict=True))
    assert max(best) < 1e-3, list(zip(taken, shown, strict=True))


async def test_steps_go_a_frame_and_the_clock_with_them(film: Path, mpv: str) -> None:
    player = await opened(film, mpv, 4.0)
    try:
        assert player.position() == pytest.approx(4.0)
        player.step(1)
        await until(lambda: player.position() == pytest.approx(4.04))
        player.step(-1)
        await until(lambda: player.position() == pytest.approx(4.0))
        assert player.film.length_s == pytest.approx(30.0)
        assert player.film.frames_per_s == pytest.approx(25.0)
    finally:
        player.close()


async def test_what_is_done_in_the_films_own_window_is_followed(film: Path, mpv: str) -> None:
    player = await opened(film, mpv)
    try:
        for key in ("RIGHT", "p"):
            player._ipc.send("keypress", key)
        await until(lambda: player.clock.running and player.position() > 5.0)
        player._ipc.send("keypress", "p")
        await until(lambda: player.paused)
        player._ipc.send("keypress", "s")  # would write a picture of the film
        await settled(player)
        assert list(Path.cwd().glob("mpv-shot*")) == []
    finally:
        player.close()


async def test_it_plays_until_it_is_to_pause(film: Path, mpv: str) -> None:
    player = await opened(film, mpv)
    try:
        player.play_from(3.0, 3.6)
        await until(lambda: player.clock.running)
        await until(lambda: player.paused and not player.clock.running)
        await settled(player)
        assert 3.5 <= player.position() <= 3.9
    finally:
        player.close()


@pytest.mark.parametrize("how", ["killed", "closed", "window"])
async def test_a_player_that_goes_is_told_and_the_clock_stands_where_the_film_was(
    how: str, film: Path, mpv: str
) -> None:
    told: list[str] = []
    player = await Player.open(Film(film, fingerprint(film)), mpv, lambda: told.append("moved"), 5.0)
    try:
        player.toggle()
        await until(lambda: player.clock.running)
        if how == "killed":
            player._started.process.kill()
        elif how == "closed":
            player._ipc.send("quit")
        else:
            player._ipc.send("keypress", "q")
        told.clear()
        await until(lambda: player.fate is Fate.CLOSED)
        assert told
        assert player.trouble
        at = player.position()
        await asyncio.sleep(0.05)
        assert player.position() == at >= 5.0
    finally:
        player.close()
    assert not Path(player._started.process.args[-1].partition("=")[2]).parent.exists()  # type: ignore[index,union-attr]


async def test_a_player_that_hangs_is_told_and_followed_again_when_it_answers(
    film: Path, mpv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ii_companion.player.ipc.PATIENCE_S", 0.3)
    monkeypatch.setattr("ii_companion.player.ipc.Ipc.ask.__kwdefaults__", {"patience": 0.3}, raising=False)
    player = await opened(film, mpv)
    try:
        player.toggle()
        await until(lambda: player.clock.running)
        os.kill(player._started.process.pid, signal.SIGSTOP)
        await until(lambda: player.fate is Fate.HUNG)
        at = player.position()
        await asyncio.sleep(0.05)
        assert player.position() == at
        os.kill(player._started.process.pid, signal.SIGCONT)
        await until(lambda: player.fate is Fate.WELL)
    finally:
        player.close()


async def test_a_film_that_is_taken_away_is_told(
    film: Path, mpv: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ii_companion.player.mpv.FILE_EVERY_S", 0.0)
    copy = tmp_path / "copy.mp4"
    shutil.copy(film, copy)
    player = await opened(copy, mpv)
    try:
        player.toggle()
        await until(lambda: player.clock.running)
        copy.unlink()
        await until(lambda: player.file_gone)
        assert player.trouble
        assert player.clock.running  # the system keeps it for who has it open
    finally:
        player.close()


async def test_a_list_of_addresses_opens_none_of_them(mpv: str, tmp_path: Path) -> None:
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/film.mp4"
        lists = {
            "list.m3u": f"#EXTM3U\n{address}\n",
            "live.m3u8": f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n",
            "parts.edl": f"# mpv EDL v0\n{address}\n",
            "parts.mp4": f"ffconcat version 1.0\nfile {address}\n",
        }
        for name, text in lists.items():
            (tmp_path / name).write_text(text)
            with pytest.raises(Refusal):
                await opened(tmp_path / name, mpv)
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


async def test_what_is_no_film_is_refused_and_leaves_no_process(mpv: str, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no film at all")
    with pytest.raises(Refusal, match="no film that can be played"):
        await asyncio.to_thread(looked_at, str(tmp_path / "notes.mp4"))
    with pytest.raises(Refusal, match="can show no picture here"):  # of what was a film a moment ago
        await opened(tmp_path / "notes.mp4", mpv)


async def test_a_program_that_is_no_player_is_refused(film: Path, tmp_path: Path) -> None:
    broken = tmp_path / "mpv"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(Refusal, match="exit code 3"):
        await opened(film, str(broken))
    with pytest.raises(Refusal, match="does not start"):
        await opened(film, str(tmp_path / "nowhere"))


async def test_a_question_is_answered_in_a_moment_and_keys_wait_for_none(film: Path, mpv: str) -> None:
    """The position is told without asking anybody: a thousand times while the player is stopped."""
    player = await opened(film, mpv)
    try:
        os.kill(player._started.process.pid, signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(1000):
            player.position()
        assert time.monotonic() - began < 1.0
        os.kill(player._started.process.pid, signal.SIGCONT)
    finally:
        player.close()


def test_a_look_at_a_film_tells_its_length(film: Path, mpv: str) -> None:
    assert looked_at(str(film)).length_s == pytest.approx(30.0)
    assert version(mpv).startswith("mpv ")


async def test_a_killed_program_takes_its_film_with_it(film: Path, mpv: str, tmp_path: Path) -> None:
    """Nobody comes back to a room in which a film of a learner plays on."""
    code = (
        "import asyncio, sys; from pathlib import Path; from ii_companion.player.mpv import Player; "
        "from ii_companion.player.film import Film\n"
        "async def main():\n"
        "    player = await Player.open(Film(Path(sys.argv[1]), ''), sys.argv[2], lambda: None)\n"
        "    print(player._started.process.pid, flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(film), mpv, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    pid = int(await program.stdout.readline())
    os.kill(pid, 0)
    program.kill()
    await program.wait()
    await until(lambda: not running(pid), "mpv plays on")


def running(pid: int) -> bool:
    """Whether the process runs; one that has ended and that nobody has asked about does not."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(told.stdout.strip()) and "Z" not in told.stdout


async def test_two_hours_are_as_exact_as_two_minutes(film: Path, mpv: str, tmp_path: Path) -> None:
    long = tmp_path / "two hours.mp4"
    await asyncio.to_thread(two_hours, long, film)
    player = await opened(long, mpv)
    taken = []
    try:
        assert player.film.length_s == pytest.approx(7200, abs=0.5)
        for at in (7190.0, 3601.36, 5.0):
            async with sought(player):
                player._do("seek", at, "absolute+exact")
            assert player.position() == pytest.approx(at, abs=FRAME_S)
            taken.append(await picture(player, tmp_path / f"{len(taken)}.png"))
    finally:
        player.close()
    for (before, _after, _path), number in zip(taken, numbers(tmp_path, len(taken)), strict=True):
        assert round(before * FPS) % (30 * FPS) == number
