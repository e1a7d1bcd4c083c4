"""Finding a host on the network and joining it with six figures; the native guest's side of every handshake."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from ii_companion import __version__
from ii_companion.devices import messages, wire
from ii_companion.devices.code import HANDSHAKE_S, LARGEST_MESSAGE, PORT, VERSION, Role
from ii_companion.session.refusal import Refusal

SEEK_S = 0.6
"""How long answers to a question to the whole network are waited for."""
BROKEN, FULL = 4003, 4004


class Pairing(msgspec.Struct, frozen=True):
    """What a guest has to come back with. In memory only."""

    address: str
    port: int
    peer: str
    secret: str
    role: Role


class NotJoined(Refusal):
    """It was not let in. `again` says whether another code may be tried."""

    def __init__(self, pattern: str, /, *, again: bool = False, **places: Any) -> None:
        super().__init__(pattern, **places)
        self.again = again


def read_place(text: str) -> tuple[str, int]:
    """ADDRESS or ADDRESS:PORT. Raises Refusal for another port than a number."""
    address, colon, port = text.strip().removeprefix("http://").rstrip("/").partition(":")
    if not address or (colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16)):
        raise Refusal("“{place}” is no address; expected one such as 192.168.1.23:47114.", place=text)
    return address, int(port) if colon else PORT


def seek(wait_s: float = SEEK_S, to: str = "255.255.255.255") -> list[tuple[str, int]]:
    """Ask the whole network who has pairing open. Addresses and ports, in the order they answered."""
    found: list[tuple[str, int]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, contextlib.suppress(OSError):
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        asked.settimeout(wait_s)
        asked.sendto(json.dumps({"ii": VERSION}, separators=(",", ":")).encode(), (to, PORT))
        while True:
            data, (address, _port) = asked.recvfrom(256)
            with contextlib.suppress(ValueError, KeyError, TypeError):
                said = json.loads(data)
                if said["ii"] == VERSION and 0 < int(said["port"]) < 2**16:
                    found.append((address, int(said["port"])))
    return list(dict.fromkeys(found))


async def join(address: str, port: int, code: str, role: Role, name: str) -> Pairing:
    """Join with six figures; the connection is then left, to come back to. Raises NotJoined."""
    line: ClientConnection | None = None
    try:
        async with asyncio.timeout(2 * HANDSHAKE_S):
            line = await dial(address, port)
            welcome, _keys = await shake(line, "code", code, "", messages.Hello(role, name, __version__))
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise NotJoined(
            "Nothing answers at {address}:{port}. Are both on the same network? Many school networks keep devices apart: "
            "use a phone's hotspot or a cable. A firewall on the other machine may also be asking.",
            address=address,
            port=port,
        ) from error
    except (ConnectionClosed, wire.Altered, messages.Strange) as error:
        raise _not_joined(error) from error
    finally:
        if line is not None:
            await line.close()
    return Pairing(address, port, welcome.peer, welcome.secret, welcome.role)


def _not_joined(error: BaseException) -> NotJoined:
    received = error.rcvd if isinstance(error, ConnectionClosed) else None
    if received is not None and received.code == BROKEN:
        if received.reason == "2":
            return NotJoined("That is not the code on the other screen. Two tries are left.", again=True)
        if received.reason == "1":
            return NotJoined("That is not the code on the other screen. One try is left.", again=True)
        return NotJoined("That code is used up. Ask for a new one.")
    if received is not None and received.code == FULL:
        return NotJoined("There is no room for another one there.")
    if isinstance(error, wire.Altered):
        return NotJoined("Somebody altered what came over the network. Ask for a new code.")
    return NotJoined("Pairing is not open there. Ask for F9.")


_NOS = {
    "full": NotJoined("There is no room for another one there."),
    "busy": NotJoined("Too many ask there at once. Try again.", again=True),
    "version": NotJoined("The other machine has another version of ii-companion; update both."),
}


class No(Exception):  # noqa: N818 - an answer, not a fault
    """The host answered with a no."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def dial(address: str, port: int) -> ClientConnection:
    return await connect(
        f"ws://{address}:{port}/ws",
        compression=None,
        proxy=None,
        max_size=LARGEST_MESSAGE,
        open_timeout=HANDSHAKE_S,
        close_timeout=1.0,
        ping_interval=None,
        user_agent_header=None,
    )


async def shake(
    line: ClientConnection, ask: str, secret: str, peer: str, hello: messages.Hello
) -> tuple[messages.Welcome, wire.Keys]:
    """One handshake. Raises No, NotJoined, Altered, Strange or ConnectionClosed."""
    guest = wire.Guest(ask, secret, peer)
    await line.send(guest.first.decode("ascii"))
    answer = await line.recv()
    second = wire.read_second(answer)
    if second.no or second.ii != VERSION:
        why = second.no or "version"
        if ask == "again":
            raise No(why)
        raise _NOS.get(why, NotJoined("Pairing is not open there. Ask for F9."))
    keys = guest.answered(answer, second.y)
    await line.send(keys.guest_confirms + keys.guest_box.seal(messages.encode(hello)))
    welcome = messages.from_host(wire.confirmed(await line.recv(), keys.host_confirms, keys.host_box))
    if not isinstance(welcome, messages.Welcome):
        raise wire.Altered
    return welcome, keys
