"""pyttsx3 in processes: one speaks a sentence, the next is started ahead of time, and one request may wait.

`say` and `hush` only put a request in a queue; a thread of the voice's own starts, feeds and ends the processes, so
the screen's loop never waits for one. On hush, time-out or close a process's whole group is killed.
Long because every state that two processes and a queue can be in is handled side by side.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.voice.found import missing_player
from ii_companion.voice.speech import Outcome, Report, Result, VoiceSettings, speakable
from ii_companion.words import _, language, of

STALE_S = 2.0
"""Words older than this are dropped."""
GATHER_S = 0.0015
"""Requests this close together are one burst; only its newest is spoken."""
LONGEST_S = 15.0
"""A sentence that takes longer is ended."""
MOST_FAILURES = 3
HOUSE = Path(__file__).resolve().parents[2]
"""Where the package lies, installed or not."""
NO_WINDOW = 0x08000000
"""Windows' CREATE_NO_WINDOW. Windows plays inside the process itself, so ending that is enough."""


class Request(msgspec.Struct, frozen=True):
    """Words to speak, since when they have been waiting."""

    words: str
    urgent: bool
    at: float


def own_group(system: str = os.name) -> dict[str, Any]:
    """How a process is started so that it and its player can be ended together, and no window opens."""
    return {"start_new_session": True} if system == "posix" else {"creationflags": NO_WINDOW}


def _worker(asked: dict[str, Any]) -> list[str]:
    """The command that starts a process: what is asked of it, and the language of the sentences it tells.

    `-P`, and our own folder last: a file beside the user that is called as one of our modules is never run.
    """
    return [
        sys.executable,
        "-P",
        "-c",
        f"import sys, runpy; sys.path.append({str(HOUSE)!r}); runpy.run_module('ii_companion.voice.worker', None, '__main__')",
        json.dumps({**asked, "language": language()}),
    ]


class Worker:
    """One process, from its start to its end; what it tells goes to `heard`."""

    def __init__(self, argv: list[str], heard: Callable[[Worker, dict[str, Any]], None]) -> None:
        self.ready = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **own_group()
        )
        self._heard = heard
        threading.Thread(target=self._listen, name="voice-listener", daemon=True).start()

    def speak(self, words: str) -> None:
        """Send the sentence. If the process has died meanwhile, `heard` gets its `ended`."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(words).encode() + b"\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """End the process and all it started, at once."""
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with contextlib.suppress(ValueError):
                self._heard(self, json.loads(line))
        self._process.wait()
        self.kill()  # the player it started, if the process was killed before it could end that
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, AttributeError):
                pipe.close()  # type: ignore[union-attr]  # None raises AttributeError, which is suppressed
        self._heard(self, {"ended": True})


class ProcessVoice:
    """The real voice. Outcomes are reported from its thread."""

    def __init__(
        self,
        settings: VoiceSettings,
        report: Report,
        *,
        argv: list[str] | None = None,
        missing: str | None = None,
    ) -> None:
        self._report = report
        self._argv = argv or _worker(
            {"voice": settings.voice, "rate": settings.rate, "volume": settings.volume}
        )
        self._inbox: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._current: tuple[Worker, Request, float] | None = None
        self._spare: Worker | None = None
        self._pending: Request | None = None
        self._failures = 0
        self._why = missing_player() if missing is None else missing
        self._dismissed: set[Worker] = set()
        self._ready = threading.Event()
        self.played_at: float | None = None
        """When a player last started, in monotonic seconds."""
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def say(self, words: str, *, urgent: bool = False) -> None:
        self._inbox.put(("say", Request(words, urgent, time.monotonic())))

    def hush(self) -> None:
        self._inbox.put(("hush", None))

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait for a warm spare, for those who measure. False if none came."""
        return self._ready.wait(seconds)

    def close(self) -> None:
        self._inbox.put(("close", None))
        self._thread.join(2.0)

    # All below runs in the voice's own thread.

    def _run(self) -> None:
        if not self._why:
            self._spare = self._start()
        while True:
            try:
                what, value = self._inbox.get(timeout=self._patience())
            except queue.Empty:
                self._give_up_on_current()
                continue
            if what == "say":
                hushed = self._gather(value)
                if hushed == "close":
                    break
            elif what == "hush":
                self._hush()
            elif what == "close":
                break
            else:
                self._hear(*value)
        self._hush()
        if self._spare is not None:
            self._spare.kill()

    def _patience(self) -> float | None:
        if self._current is None:
            return None
        return max(0.0, self._current[2] + LONGEST_S - time.monotonic())

    def _gather(self, request: Request) -> str:
        """Take in a burst: the newest of it is spoken, an urgent one before others."""
        while True:
            try:
                what, value = self._inbox.get(timeout=GATHER_S)
            except queue.Empty:
                break
            if what == "say":
                older, request = (value, request) if request.urgent and not value.urgent else (request, value)
                self._report(Outcome(older.words, Result.DROPPED, _("Newer words took its place.")))
            elif what == "heard":
                self._hear(*value)
            elif what == "hush":
                self._report(Outcome(request.words, Result.DROPPED, _("Hushed.")))
                self._hush()
                return ""
            else:
                return "close"
        self._speak_or_wait(request)
        return ""

    def _speak_or_wait(self, request: Request) -> None:
        try:
            words = speakable(request.words)
        except ValueError as refused:
            self._report(Outcome(request.words, Result.DROPPED, of(refused)))
            return
        request = msgspec.structs.replace(request, words=words)
        if self._why:
            self._report(Outcome(words, Result.NO_SOUND, self._why))
            return
        if self._current is not None and request.urgent:
            self._dismiss_current(_("Cut off by a sign."))
        if self._pending is not None:
            self._report(Outcome(self._pending.words, Result.DROPPED, _("Newer words took its place.")))
        self._pending = request
        self._next()

    def _next(self) -> None:
        """Speak what waits, if somebody is ready to and it is not too late."""
        if self._spare is None and not self._why:
            self._spare = self._start()
        if self._pending is None or self._current is not None or self._spare is None or not self._spare.ready:
            return
        request, self._pending = self._pending, None
        if time.monotonic() - request.at > STALE_S:
            self._report(Outcome(request.words, Result.DROPPED, _("It came too late.")))
            return
        worker, self._spare = self._spare, None
        self._current = (worker, request, time.monotonic())
        worker.speak(request.words)
        self._spare = self._start()

    def _hear(self, worker: Worker, message: dict[str, Any]) -> None:
        if worker in self._dismissed:
            if "ended" in message:
                self._dismissed.discard(worker)
            return
        if "ready" in message:
            worker.ready, self._failures = True, 0
            self._ready.set()
        elif "failed" in message:
            self._fail(str(message["failed"]))
        elif "playing" in message:
            self.played_at = time.monotonic()
        elif self._current is not None and worker is self._current[0]:
            self._finish(message)
        elif "ended" in message and worker is self._spare:
            self._spare = None
            if not worker.ready:
                self._fail(_("the voice's process ended before it was ready"))
        self._next()

    def _finish(self, message: dict[str, Any]) -> None:
        assert self._current is not None
        worker, request, _since = self._current
        self._current = None
        if "spoken" in message:
            self._report(Outcome(request.words, Result.SPOKEN))
        elif "no_sound" in message:
            why = _("No sound: {why}.", why=message["no_sound"])
            brief = _("No sound: {why}.", why=message["brief"]) if message.get("brief") else ""
            self._report(Outcome(request.words, Result.NO_SOUND, why, brief))
        else:
            why = _("No sound: the voice's process was ended.")
            self._report(Outcome(request.words, Result.NO_SOUND, why))
        if "ended" not in message:
            self._dismissed.add(worker)

    def _fail(self, why: str) -> None:
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self._why = _("No voice: {why}.", why=why)
            if self._pending is not None:
                self._report(Outcome(self._pending.words, Result.NO_SOUND, self._why))
                self._pending = None

    def _hush(self) -> None:
        if self._pending is not None:
            self._report(Outcome(self._pending.words, Result.DROPPED, _("Hushed.")))
            self._pending = None
        if self._current is not None:
            self._dismiss_current(_("Hushed."))

    def _give_up_on_current(self) -> None:
        if self._current is not None:
            self._dismiss_current(_("It took too long."))
        self._next()

    def _dismiss_current(self, why: str) -> None:
        assert self._current is not None
        worker, request, _since = self._current
        self._current = None
        self._dismissed.add(worker)
        worker.kill()
        self._report(Outcome(request.words, Result.DROPPED, why))

    def _start(self) -> Worker | None:
        try:
            return Worker(self._argv, lambda worker, message: self._inbox.put(("heard", (worker, message))))
        except OSError as error:
            self._why = _("No voice: {why}.", why=error.strerror or str(error))
            return None


def list_voices() -> list[tuple[str, str]]:
    """The voices there are, as (id, name). Raises RuntimeError with a sentence's end if there is no engine."""
    argv = _worker({"list": True})
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)  # noqa: S603 - as above
    try:
        message = json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(_("the voice's process told nothing")) from error
    if "failed" in message:
        raise RuntimeError(str(message["failed"]))
    return [(str(voice_id), str(name)) for voice_id, name in message.get("voices", [])]
