"""Starting mpv: its options, its private socket, and waiting until it listens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ii_companion.player.ipc import streams
from ii_companion.session.refusal import Refusal

START_S = 15.0
"""How long it may take until it listens; measured 70 ms."""
OPTIONS = (
    "--idle=yes",
    "--pause=yes",
    "--terminal=no",
    "--load-scripts=no",
    "--ytdl=no",
    "--access-references=no",
    "--autoload-files=no",
    "--demuxer-lavf-o=protocol_whitelist=file",
    "--resume-playback=no",
    "--save-position-on-quit=no",
    "--stream-record=",
    "--loop-file=no",
    "--loop-playlist=no",
    "--keep-open=yes",
    "--hr-seek=yes",
    "--osc=no",
    "--osd-level=1",
    "--rebase-start-time=yes",
)
"""They go over what a person's mpv.conf says: nothing but the film itself is opened, nothing is written, it stays open at
its end, seeks land on the frame. What that file says of the screen and the sound is theirs."""
WINDOW = ("--force-window=yes", "--autofit-larger=60%x60%", "--title=ii-companion")
UNSEEN = ("--no-config", "--vo=null", "--ao=null", "--force-window=no")
"""For a look at a film's length that nobody is to see."""


class Started:
    """A running mpv and the streams to it."""

    def __init__(self, process: subprocess.Popen[bytes], lifeline: socket.socket | None) -> None:
        self.process = process
        self._lifeline = lifeline
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]

    def end(self) -> None:
        """End it at once: it has nothing to save. What a hung network share holds is left to the system."""
        with contextlib.suppress(OSError):
            self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)
        if self._lifeline is not None:
            self._lifeline.close()


async def start(program: str, *, seen: bool = True) -> Started:
    """Start it without a film and connect. Raises Refusal."""
    folder, address = _address()
    ours, theirs = _lifeline()
    held = [f"--input-ipc-client=fd://{theirs.fileno()}"] if theirs is not None else []
    try:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - found on this machine, no shell; a fork takes 2 ms
            [program, *(WINDOW if seen else UNSEEN), *OPTIONS, *held, f"--input-ipc-server={address}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
            pass_fds=[theirs.fileno()] if theirs is not None else [],
        )
    except OSError as error:
        if ours is not None:
            ours.close()
        if folder is not None:
            folder.rmdir()
        why = (error.strerror or str(error)).lower()
        raise Refusal("The film player {program} does not start: {why}.", program=program, why=why) from error
    finally:
        if theirs is not None:
            theirs.close()
    started = Started(process, ours)
    try:
        started.streams = await _listening(process, program, address)
    except BaseException:
        started.end()
        raise
    finally:  # nobody else is to connect, and a kill leaves nothing behind
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return started


async def _listening(
    process: subprocess.Popen[bytes], program: str, address: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The streams to it, once it listens. Raises Refusal if it ends, or never does."""
    end = time.monotonic() + START_S
    while True:
        with contextlib.suppress(OSError, ValueError):
            return await streams(address)
        if process.poll() is not None:
            raise Refusal(
                "The film player {program} ended as soon as it was started (exit code {code}).",
                program=program,
                code=process.returncode,
            )
        if time.monotonic() > end:
            raise Refusal("The film player {program} does not listen.", program=program)
        await asyncio.sleep(0.01)


def _lifeline() -> tuple[socket.socket | None, socket.socket | None]:
    """Two ends of a connection that mpv ends with: a program that is killed takes its film with it.

    Windows has none; there a film's window outlives a killed program.
    """
    if sys.platform == "win32":
        return None, None
    ours, theirs = socket.socketpair()
    ours.sendall(b'{"command": ["disable_event", "all"]}\n')  # nobody reads what it would tell here
    return ours, theirs


def _address() -> tuple[Path | None, str]:
    """A private folder and the socket in it; on Windows a pipe whose name nobody can foresee."""
    if sys.platform == "win32":
        return None, rf"\\.\pipe\ii-companion-{os.urandom(16).hex()}"
    folder = Path(tempfile.mkdtemp(prefix="ii-companion-"))  # 0700
    return folder, str(folder / "mpv")
