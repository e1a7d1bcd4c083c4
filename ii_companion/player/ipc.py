"""mpv's JSON over a socket, or a named pipe on Windows: a question gets one answer, and what happens is told.

asyncio's own streams and no library: a screen's loop hears the player without a thread, each question has a patience of its
own, and there is nothing to install. python-mpv-jsonipc reads in threads, waits up to two minutes and would start mpv itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

PATIENCE_S = 2.0
"""How long an answer may take; measured 0.2 ms."""
LONGEST_LINE = 2**20


class Unanswered(Exception):  # noqa: N818 - what happened, in one word
    """The player did not answer in time, or has gone."""


class Declined(Exception):  # noqa: N818 - as above
    """The player answered that it cannot; the words are its own."""


async def streams(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to a player that listens there. Raises OSError while it does not."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(LONGEST_LINE, loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    if sys.platform == "win32":
        transport, _ = await loop.create_pipe_connection(lambda: protocol, address)  # type: ignore[attr-defined,unused-ignore]  # the Windows loop's
    else:
        transport, _ = await loop.create_unix_connection(lambda: protocol, address)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


class Ipc:
    """An open conversation. `told` hears every event, `gone` once that the other end is no more."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        told: Callable[[dict[str, Any]], None],
        gone: Callable[[], None],
    ) -> None:
        self._reader, self._writer = reader, writer
        self._told, self._gone = told, gone
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._closed = False
        self._task = asyncio.get_running_loop().create_task(self._listen(), name="film-player")

    def send(self, *command: str | float | bool) -> int:
        """Say a command and wait for nothing. Its number."""
        self._number += 1
        if not self._closed:
            line = json.dumps({"command": command, "request_id": self._number}).encode() + b"\n"
            with contextlib.suppress(OSError, RuntimeError):  # it is going: `gone` tells
                self._writer.write(line)
        return self._number

    async def ask(self, *command: str | float | bool, patience: float = PATIENCE_S) -> Any:
        """Say a command and give its answer. Raises Unanswered or Declined."""
        if self._closed:
            raise Unanswered
        number = self.send(*command)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError as late:
            raise Unanswered from late
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """Let go of the connection; nothing is told any more."""
        self._gone = lambda: None
        self._end()
        self._task.cancel()

    async def _listen(self) -> None:
        try:
            while line := await self._reader.readline():
                self._take(line)
        except (OSError, ValueError):  # cut off; or a line longer than any sane one
            pass
        finally:
            self._end()
        self._gone()

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        if "event" in message:
            self._told(message)
            return
        answer = self._waiting.pop(message.get("request_id", 0), None)
        if answer is None or answer.done():
            return
        if message.get("error") == "success":
            answer.set_result(message.get("data"))
        else:
            answer.set_exception(Declined(str(message.get("error"))))

    def _end(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Unanswered())
        self._waiting.clear()
