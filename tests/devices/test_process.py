"""The host's process as the app starts it: real pipes, a real port, and what is left when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from devices.hosting import HERE, SESSION, Following, until

from ii_companion.devices import messages
from ii_companion.devices.code import Role
from ii_companion.devices.guest import State
from ii_companion.devices.joining import join
from ii_companion.devices.process import HostProcess
from ii_companion.devices.worker import boot_clock

ENDED = {"m": "ended"}


class App:
    """The app's side of the pipes."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.process = HostProcess(self.told.append)
        self.process.tell({"m": "listen", "address": HERE, "port": 0})

    async def wait(self, m: str) -> dict[str, Any]:
        await until(lambda: any(one["m"] == m for one in self.told))
        return next(one for one in reversed(self.told) if one["m"] == m)

    def begin(self) -> None:
        self.process.tell({"m": "session", "session": msgspec.to_builtins(SESSION), "began": boot_clock()})

    def key(self, *events: tuple[int, float, str], words: str = "") -> None:
        self.process.tell(
            {
                "m": "followed",
                "events": [{"n": n, "t": t, "kind": kind, "detail": ""} for n, t, kind in events],
                "show": msgspec.to_builtins(messages.Show(words)),
            }
        )


@pytest.fixture
def app() -> Iterator[App]:
    made = App()
    yield made
    made.process.end()


async def test_a_session_reaches_a_guest_through_the_process(app: App) -> None:
    port = (await app.wait("listening"))["port"]
    app.process.tell({"m": "open", "role": "mentor"})
    opened = await app.wait("opened")
    pairing = await join(HERE, port, opened["code"], Role.MENTOR, "k9")
    app.begin()
    async with Following(pairing) as guest:
        app.key((1, 0.5, "learner_act"), (2, 1.0, "join_in"))
        await until(lambda: len(guest.events) == 2)
        guest.guest.ask(lambda n: messages.Send(n, prompt="wait.plenty"))
        asked = await app.wait("send")
        app.process.tell({"m": "taken", "peer": asked["peer"], "id": asked["id"], "n": 3})
        await until(lambda: guest.of(messages.Taken))
        await until(lambda: guest.guest.offsets.exchanges)
        offset = guest.guest.now()
        assert offset is not None


async def test_its_end_is_told_to_guests_and_leaves_no_process(app: App) -> None:
    port = (await app.wait("listening"))["port"]
    app.process.tell({"m": "open", "role": "screen"})
    pairing = await join(HERE, port, (await app.wait("opened"))["code"], Role.SCREEN, "")
    async with Following(pairing) as guest:
        await asyncio.to_thread(app.process.end)
        await until(lambda: guest.states[-1] == (State.GONE, "over"))
    await until(lambda: ENDED in app.told)
    assert app.process._process.poll() == 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_a_killed_process_is_told_of_once_and_writing_to_it_harms_nobody(app: App) -> None:
    await app.wait("listening")
    os.kill(app.process.pid, signal.SIGKILL)
    await until(lambda: ENDED in app.told)
    for n in range(2000):
        app.key((n + 1, 1.0, "learner_act"))
    app.process.end()
    assert app.told.count(ENDED) == 1


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_a_stopped_process_costs_the_app_no_time(app: App) -> None:
    """Two thousand lines to a process that reads none: each is put by at once."""
    await app.wait("listening")
    os.kill(app.process.pid, signal.SIGSTOP)
    try:
        before = time.process_time()
        for n in range(2000):
            app.key((n + 1, 1.0, "learner_act"), words="x" * 60)
        assert time.process_time() - before < 2
    finally:
        os.kill(app.process.pid, signal.SIGCONT)


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks for the process in /proc")
def test_it_ends_with_its_parent() -> None:
    """The app is killed: its process sees its input end."""
    code = (
        "import sys, time\nfrom ii_companion.devices.process import HostProcess\n"
        "p = HostProcess(lambda told: None)\nprint(p.pid, flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    def gone() -> bool:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                return stat.read().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    end = time.monotonic() + 15
    while not gone():
        assert time.monotonic() < end
        time.sleep(0.01)


async def test_where_there_is_no_network_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from ii_companion.devices import worker

    monkeypatch.setattr(worker, "addresses", list)
    told: list[Any] = []
    await worker.Worker(told.append).take({"m": "listen", "address": "", "port": 0})
    assert told == [{"m": "failed", "why": "no_network"}]


@pytest.mark.parametrize("asked", [["start", "--help"], ["log"], ["check", "--help"]])
def test_nothing_of_this_room_is_loaded_before_somebody_shares(asked: list[str]) -> None:
    code = (
        f"import sys; from ii_companion.cli import main\ntry: main({asked!r})\nexcept SystemExit: pass\n"
        "import ii_companion.app, ii_companion.screens.home, ii_companion.screens.live\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stderr.split()
    ours = [
        name
        for name in loaded
        if name.startswith(
            ("ii_companion.devices", "websockets", "spake2", "cryptography", "segno", "ifaddr")
        )
    ]
    assert ours == []


def test_the_process_counts_on_the_clock_of_the_session() -> None:
    """The app tells when the session began on its own clock; the process has to read the same one."""
    from ii_companion.log.clock import SystemClock

    assert abs(SystemClock().elapsed() - boot_clock()) < 1.0
