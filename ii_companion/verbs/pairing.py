"""Joining another laptop from the command line: where it is, and the six figures on it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import tell
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.devices.code import Role
    from ii_companion.devices.joining import Pairing


def pair(asked: str, role: Role, name: str) -> Pairing:
    """Join the laptop at an address, or the one that answers on this network. Raises Refusal."""
    from ii_companion.devices.code import read_code  # 40 ms with what speaks to the network
    from ii_companion.devices.joining import NotJoined, join

    address, port = _place(asked)
    while True:
        try:
            code = read_code(_asked(_("The six figures on the other screen: ")))
            pairing = asyncio.run(join(address, port, code, role, name))
        except NotJoined as refused:
            if not refused.again or not sys.stdin.isatty():
                raise
            tell(refused.sentence)
        except Refusal as refusal:
            if not sys.stdin.isatty():
                raise
            tell(refusal.sentence)
        else:
            break
    if pairing.role is not role:
        asyncio.run(_leave(pairing))
        raise Refusal(
            "Pairing was open for another kind of guest there. Ask for F9, and then {key}.",
            key="s" if role == "screen" else "l",
        )
    return pairing


async def _leave(pairing: Pairing) -> None:
    """Say goodbye to a host that let in something else than was wanted."""
    import time

    from ii_companion.devices.guest import Guest, State

    here = asyncio.Event()
    guest = Guest(
        pairing,
        "",
        time.monotonic,
        lambda _: None,
        lambda state, _: here.set() if state is not State.LOOKING else None,
    )
    guest.start()
    await asyncio.wait_for(here.wait(), 5)
    await guest.leave()


def _place(asked: str) -> tuple[str, int]:
    from ii_companion.devices.joining import read_place, seek

    if asked:
        return read_place(asked)
    found = seek()
    if not found:
        raise Refusal(
            "Nobody on this network has pairing open. Ask for F9 there, or name the address it shows."
        )
    if len(found) > 1:
        every = ", ".join(f"{address}:{port}" for address, port in found)
        raise Refusal(
            "Several have pairing open: {every}. Name the address that the right one shows.", every=every
        )
    return found[0]


def _asked(question: str) -> str:
    """What is typed; from a pipe, a line of it."""
    try:
        return input(question)
    except EOFError as error:
        raise Refusal("A code is six figures, such as 482 913.") from error
