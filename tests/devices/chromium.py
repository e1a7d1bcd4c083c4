"""A real Chromium, driven over its own DevTools websocket."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import itertools
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from devices.hosting import until
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--hide-scrollbars",
)  # fmt: skip
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


class Tab:
    """One page, with what it asked for and complained of."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self._read_all()

    async def _read_all(self) -> None:
        async for text in self._line:
            said = json.loads(text)
            if "id" in said:
                future = self._waiting.pop(said["id"], None)
                if future is not None and not future.done():
                    future.set_result(said)
            elif said["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                self.requests.append(said["params"].get("url") or said["params"]["request"]["url"])
            elif said["method"] == "Log.entryAdded":
                self.complaints.append(said["params"]["entry"]["text"])
            elif said["method"] == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(said["params"])[:500])

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        await self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        said = await asyncio.wait_for(future, 30)
        assert "error" not in said, said
        return dict(said["result"])

    async def js(self, expression: str) -> Any:
        found = await self.do(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def open(self, url: str) -> None:
        await self.do("Page.navigate", url=url)

    async def size(self, width: int, height: int) -> None:
        await self.do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True
        )

    async def until(self, expression: str, seconds: float = 15.0) -> None:
        """Wait until an expression holds in the page."""
        end = asyncio.get_running_loop().time() + seconds
        guarded = f"(() => {{ try {{ return {expression}; }} catch (early) {{ return false; }} }})()"
        while not await self.js(guarded):
            text = await self.js("document.body && document.body.innerText")
            assert asyncio.get_running_loop().time() < end, f"never: {expression}; the page says {text!r}"
            await asyncio.sleep(0.02)

    async def text(self, id: str) -> str:
        return str(await self.js(f"document.getElementById({id!r}).textContent"))

    async def picture(self) -> bytes:
        return base64.b64decode((await self.do("Page.captureScreenshot", format="png"))["data"])

    async def close(self) -> None:
        self._reader.cancel()
        await self._line.close()


def _targets(port: int) -> list[dict[str, Any]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/json")
        return list(json.loads(line.getresponse().read()))
    finally:
        line.close()


def _started(profile: Path) -> subprocess.Popen[bytes]:
    assert CHROMIUM is not None
    quiet = subprocess.DEVNULL
    argv = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    return subprocess.Popen(argv, stdout=quiet, stderr=quiet, start_new_session=True)


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Tab]:
    """A browser with a profile of its own and one empty page."""
    profile = folder / "profile"
    process = _started(profile)
    try:
        port = profile / "DevToolsActivePort"
        await until(lambda: port.exists() and port.read_text().count("\n"), 60)
        number = port.read_text().splitlines()[0]
        targets: list[dict[str, Any]] = []
        while not targets:
            every = await asyncio.to_thread(_targets, int(number))
            targets = [one for one in every if one["type"] == "page"]
        async with connect(
            targets[0]["webSocketDebuggerUrl"], max_size=None, ping_interval=None, proxy=None
        ) as line:
            tab = Tab(line)
            for domain in ("Page", "Runtime", "Network", "Log"):
                await tab.do(f"{domain}.enable")
            await tab.size(390, 844)
            yield tab
            await tab.close()
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
