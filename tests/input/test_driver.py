"""The input thread: it sleeps until there is input, tells a lone Esc, survives what is no text, and ends at once."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has a driver of its own", allow_module_level=True)

from textual import events
from textual.app import App

from ii_companion.screens import driver as drivers


class Typing:
    """A driver whose terminal is a pipe, and what it made of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ear, self.mouth = os.pipe()
        self.slept: list[float | None] = []
        self.heard: Queue[str] = Queue()
        really = select.select

        def watched(*arguments: Any) -> Any:
            if len(arguments[0]) > 1 or arguments[3] is None:
                self.slept.append(arguments[3])
            return really(*arguments)

        monkeypatch.setattr(drivers.select, "select", watched)
        self.stdin = os.fdopen(ear)
        monkeypatch.setattr(sys, "__stdin__", self.stdin)
        monkeypatch.setattr(signal, "signal", lambda *_: None)  # the tests' process keeps its own
        self.driver = asyncio.run(self._driver())
        monkeypatch.setattr(self.driver, "process_message", self._take)
        self.thread = threading.Thread(target=self.driver.run_input_thread)
        self.thread.start()

    async def _driver(self) -> Any:
        return drivers.sleeping_driver()(App())

    def _take(self, message: object) -> None:
        if isinstance(message, events.Key):
            self.heard.put(message.key)

    def type(self, data: bytes) -> None:
        os.write(self.mouth, data)

    def hear(self) -> str:
        return self.heard.get(timeout=30)

    def end(self) -> None:
        self.driver.exit_event.set()
        self.thread.join(30)
        assert not self.thread.is_alive()

    def close(self) -> None:
        if self.thread.is_alive():
            self.end()
        os.close(self.mouth)
        self.stdin.close()


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typing]:
    terminal = Typing(monkeypatch)
    yield terminal
    terminal.close()


def test_keys_arrive_and_a_lone_escape_is_told_from_an_arrow(typing: Typing) -> None:
    typing.type("aé".encode())
    assert [typing.hear(), typing.hear()] == ["a", "é"]
    typing.type(b"\x1b[A")
    assert typing.hear() == "up"
    typing.type(b"\x1b")
    assert typing.hear() == "escape"


def test_a_letter_cut_in_two_is_put_together_and_what_is_no_text_is_passed_over(typing: Typing) -> None:
    typing.type("é".encode()[:1])
    typing.type("é".encode()[1:] + b"\xff\xfe" + b"b")
    assert [typing.hear(), typing.hear()] == ["é", "b"]


def test_nothing_is_looked_at_while_nothing_comes(typing: Typing) -> None:
    """Before the first key it waits without a limit; the end wakes it."""
    typing.end()
    assert set(typing.slept) <= {None}
    assert len(typing.slept) <= 1


def test_a_terminal_that_is_gone_is_not_read_again_and_again(typing: Typing) -> None:
    typing.type(b"a")
    assert typing.hear() == "a"
    os.close(typing.mouth)
    typing.mouth = os.open(os.devnull, os.O_WRONLY)
    typing.end()
    assert len(typing.slept) < 100
