"""A host or a guest in a process of its own, for tests on a network: `on_the_wire.py host|guest ADDRESS [CODE PORT] [--open]`.

With `--open` nothing is sealed: the control, in which a listener must find everything.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from ii_companion.devices import messages, wire
from ii_companion.devices.code import Role
from ii_companion.devices.door import Door
from ii_companion.devices.guest import Guest
from ii_companion.devices.host import Host
from ii_companion.devices.joining import join
from ii_companion.devices.messages import ChosenText, Session
from ii_companion.devices.worker import Mirror
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

EVENTS = 60
SESSION = Session("20261123-101530-pupil17-4f2a", "pupil17", "staff07", "mentor08", 2, 8.0, "2026-11-23T10:15:30Z", (ChosenText("own.1", "Remember the ribbon."),))  # fmt: skip


def unseal() -> None:
    """The control: padded as ever, and not sealed."""
    wire.Box.seal = lambda self, plain: plain + b" " * (-len(plain) % 256) + bytes(16)  # type: ignore[method-assign]
    wire.Box.open = lambda self, data: data[:-16]  # type: ignore[method-assign]


async def host(address: str) -> None:
    mirror = Mirror(time.monotonic)
    came = asyncio.Event()
    there = Host(mirror, lambda told: came.set())
    door = Door(there, address)
    await door.open(0)
    opening = there.open(Role.MENTOR)
    print(json.dumps({"code": opening.code, "port": door.port}), flush=True)
    await came.wait()
    mirror.another(SESSION, time.monotonic())
    there.session_changed()
    for n in range(1, EVENTS + 1):
        detail = "own:Leave the drum mentor" if n == 7 else ""
        kind = Kind.PROMPT if n == 7 else (Kind.LEARNER_ACT, Kind.JOIN_IN)[n % 2]
        mirror.events.append(Event(n, n / 100, kind, detail))
        there.happened()
        await asyncio.sleep(0.02)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await there.over()
    await door.close()


async def guest(address: str, code: str, port: int) -> None:
    pairing = await join(address, port, code, Role.MENTOR, "mentor09")
    found: list[int] = []
    done = asyncio.Event()

    def heard(message: messages.FromHost) -> None:
        if isinstance(message, messages.Events):
            found.extend(event.n for event in message.events)
            if found and found[-1] == EVENTS:
                done.set()

    there = Guest(pairing, "mentor09", time.monotonic, heard, lambda state, why: None)
    there.start()
    await asyncio.wait_for(done.wait(), 30)
    await there.leave()
    print(json.dumps({"events": found, "secret": pairing.secret}), flush=True)


if __name__ == "__main__":
    if "--open" in sys.argv:
        unseal()
    asyncio.run(
        host(sys.argv[2]) if sys.argv[1] == "host" else guest(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    )
