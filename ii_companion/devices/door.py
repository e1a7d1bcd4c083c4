"""The host's door: one port on one address, the page, the websocket, and who may stand in the doorway for how long."""

from __future__ import annotations

import asyncio
import errno
import itertools
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers, MultipleValuesError
from websockets.http11 import Request, Response

from ii_companion.devices.code import HANDSHAKE_S, LARGEST_MESSAGE, PORT, PORTS, VERSION, Caller, room_for
from ii_companion.devices.page import page, policy

if TYPE_CHECKING:
    from websockets.asyncio.server import Server

    from ii_companion.devices.host import Host

CLOSE_S = 1.0
_silent = logging.getLogger("ii_companion.devices")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Door:
    """An open port. `address` and `port` are what a guest has to name."""

    def __init__(self, host: Host, address: str) -> None:
        self._host = host
        self.address, self.port = address, 0
        self._server: Server | None = None
        self._seek: asyncio.DatagramTransport | None = None
        self._numbers = itertools.count()
        self._callers: dict[Any, tuple[Caller, asyncio.TimerHandle]] = {}

    async def open(self, port: int = PORT) -> None:
        """Listen on the port, or on the next free of ten. Raises OSError if none can be had."""
        refused: OSError | None = None
        for one in range(port, port + PORTS) if port else (0,):
            try:
                await self._listen(one)
            except OSError as error:
                refused = error
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
            else:
                return
        assert refused is not None
        raise refused

    async def _listen(self, port: int) -> None:
        door = self

        class Line(ServerConnection):
            """One connection, counted from its first moment. The library hears of it once it has said something.

            A flood of callers who say nothing, or what is no HTTP, starts no task and no parser then.
            """

            spoke = False

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                self.transport = cast("asyncio.Transport", transport)
                door.arrived(self)

            def data_received(self, data: bytes) -> None:
                if not self.spoke:
                    if not data[:1].isalpha():  # HTTP begins with the name of a method
                        self.transport.abort()
                        return
                    self.spoke = True
                    super().connection_made(self.transport)
                super().data_received(data)

            def eof_received(self) -> None:
                if self.spoke:
                    super().eof_received()

            def connection_lost(self, exc: Exception | None) -> None:
                door.left(self)
                if self.spoke:
                    super().connection_lost(exc)

        self._server = await serve(
            self._meet,
            self.address,
            port,
            create_connection=Line,
            process_request=self._asked,
            compression=None,
            server_header=None,
            open_timeout=HANDSHAKE_S,
            close_timeout=CLOSE_S,
            ping_interval=None,  # beats are in boxes; nothing wakes while nobody is there
            max_size=LARGEST_MESSAGE,
            logger=_silent,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.stop_answering()
        for line in list(self._callers):
            if not line.spoke:  # the library does not know of them yet
                line.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def arrived(self, line: ServerConnection) -> None:
        """Somebody is at the door: there is room, or somebody who was not let in yet makes it, or they go."""
        address = str(line.transport.get_extra_info("peername", ("",))[0])
        comes, out = room_for(address, (caller for caller, _timer in self._callers.values()))
        if out is not None:
            gone = next(other for other, (caller, _timer) in self._callers.items() if caller.number == out)
            self.left(gone)
            gone.transport.abort()
        if not comes:
            line.transport.abort()
            return
        timer = asyncio.get_running_loop().call_later(HANDSHAKE_S, line.transport.abort)
        self._callers[line] = Caller(next(self._numbers), address, admitted=False), timer

    def left(self, line: ServerConnection) -> None:
        if (there := self._callers.pop(line, None)) is not None:
            there[1].cancel()

    def _admitted(self, line: ServerConnection) -> None:
        if (there := self._callers.get(line)) is not None:
            caller, timer = there
            timer.cancel()
            self._callers[line] = Caller(caller.number, caller.address, admitted=True), timer

    async def _meet(self, line: ServerConnection) -> None:
        await self._host.meet(line, lambda: self._admitted(line))

    def _asked(self, line: ServerConnection, request: Request) -> Response | None:
        """Two paths, for who names us as we name ourselves, from no other page."""
        here = f"{self.address}:{self.port}"
        try:
            named, origin = request.headers.get("Host"), request.headers.get("Origin")
        except MultipleValuesError:
            return _response(HTTPStatus.BAD_REQUEST)
        if named != here:
            return _response(HTTPStatus.MISDIRECTED_REQUEST)
        if origin not in (None, "null", f"http://{here}"):
            return _response(HTTPStatus.FORBIDDEN)
        if getattr(request, "method", "GET") != "GET":  # older versions of the library read no other
            return _response(HTTPStatus.METHOD_NOT_ALLOWED)
        if request.path == "/ws":
            return None
        if request.path != "/":
            return _response(HTTPStatus.NOT_FOUND)
        return _response(HTTPStatus.OK, page(), policy(here))

    # Being found

    async def answer(self) -> None:
        """Answer who asks the whole network where we are; while pairing is open, and never unasked."""
        if self._seek is not None:
            return
        loop, port = asyncio.get_running_loop(), self.port

        class Answers(asyncio.DatagramProtocol):
            transport: asyncio.DatagramTransport

            def connection_made(self, transport: Any) -> None:
                self.transport = transport

            def datagram_received(self, data: bytes, addr: Any) -> None:
                if data == f'{{"ii":{VERSION}}}'.encode():
                    self.transport.sendto(f'{{"ii":{VERSION},"port":{port}}}'.encode(), addr)

        try:
            self._seek, _protocol = await loop.create_datagram_endpoint(
                Answers,
                local_addr=("0.0.0.0", PORT),  # noqa: S104 - a broadcast reaches no single address
            )
        except OSError:  # another program has the port; the address can be typed
            self._seek = None

    def stop_answering(self) -> None:
        if self._seek is not None:
            self._seek.close()
            self._seek = None


def _response(status: HTTPStatus, body: bytes = b"", security: str = "default-src 'none'") -> Response:
    headers = Headers(
        {
            "Content-Type": "text/html; charset=utf-8" if body else "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Content-Security-Policy": security,
        }
    )
    return Response(status.value, status.phrase, headers, body)
