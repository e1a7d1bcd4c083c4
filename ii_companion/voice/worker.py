"""One sentence, in a process of its own: `python -m ii_companion.voice.worker SETTINGS`.

Starts, sets voice, rate and volume until they hold, says `ready`, waits for one line, speaks it, exits. It talks to
its parent on what was standard output; pyttsx3, ALSA and the player get no way to the terminal. When its parent is
gone its input ends, and it takes its player with it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from ii_companion import words
from ii_companion.words import _

TRIES = 100
OLD_S = 60.0
"""No sentence lasts so long: a sound this old was left behind."""
SHARED = ("/tmp", "/var/tmp")  # noqa: S108 - a private folder is made inside
SPELL_OUT = re.compile(r"^[\w./+-]+$", re.ASCII)
"""Paths of these characters mean nothing else to a shell; pyttsx3 hands its file's path to one."""


def main() -> int:
    """Speak one sentence. The exit code is 0 whatever happened; the parent is told in words."""
    tell = _own_channel()
    if hasattr(os, "nice"):
        os.nice(5)  # starting up may take its time; the screen's loop may not
    asked = json.loads(sys.argv[1])
    words.use(asked.get("language", words.ENGLISH))
    try:
        _private_temporary_folder()
        engine = _engine()
        if asked.get("list"):
            tell({"voices": [[voice.id, voice.name] for voice in engine.getProperty("voices") or []]})
            return 0
        _set(engine, asked)
    except Exception as error:  # noqa: BLE001 - whatever a driver raises, the parent needs a sentence
        tell({"failed": _sentence(error)})
        return 0
    player = _Player(tell)
    tell({"ready": {name: engine.getProperty(name) for name in ("voice", "rate", "volume")}})
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    sentence = json.loads(line)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        engine.say(sentence)
        engine.runAndWait()
    except Exception as error:  # noqa: BLE001 - as above
        tell({"no_sound": _sentence(error)})
        return 0
    tell({"no_sound": player.trouble, "brief": player.brief} if player.trouble else {"spoken": True})
    return 0


def _own_channel() -> Any:
    """Keep the pipe to the parent for ourselves; whatever else prints goes to the null device."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the process's life

    def tell(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    return tell


def _private_temporary_folder() -> None:
    """A folder of our own for pyttsx3's sound files, under a path that a shell takes literally."""
    candidates = (tempfile.gettempdir(), *SHARED)
    base = next((path for path in candidates if os.name == "nt" or SPELL_OUT.match(path)), None)
    if base is None:
        raise RuntimeError(
            _(
                "the folder for temporary files has characters in its name that a shell would not take literally"
            )
        )
    folder = Path(base) / f"ii-companion-voice-{os.getuid() if hasattr(os, 'getuid') else 'me'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise RuntimeError(_("{folder} belongs to somebody else", folder=folder))
    _sweep(folder)
    tempfile.tempdir = str(folder)
    tempfile.template = f"say-{os.getpid()}-"


def _sweep(folder: Path) -> None:
    """Remove what killed workers left behind."""
    for path in folder.glob("say-*"):
        pid = path.name.split("-")[1]
        try:
            old = time.time() - path.stat().st_mtime > OLD_S
            if old or (pid.isdigit() and not _lives(int(pid))):
                path.unlink()
        except OSError:  # another worker was quicker
            continue


def _lives(pid: int) -> bool:
    if os.name == "nt":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:  # a process that ended but was never waited for still has its number
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return True


def _engine() -> Any:
    if sys.platform.startswith("linux"):
        from ii_companion.voice.found import load_bundled_espeak

        load_bundled_espeak()
    import pyttsx3

    return pyttsx3.init()


def _set(engine: Any, asked: dict[str, Any]) -> None:
    """Set voice, rate and volume, and see that they hold: pyttsx3 queues them, and may drop one."""
    wanted = {name: asked[name] for name in ("voice", "rate", "volume") if asked.get(name) is not None}
    if not sys.platform.startswith("linux") and wanted.get("voice", "").endswith("+whisper"):
        del wanted["voice"]  # eSpeak's whisper; other systems keep their own default voice
    engine.proxy.setBusy(False)  # lets the queue run before the loop does
    for _attempt in range(TRIES):
        for name, value in wanted.items():
            engine.setProperty(name, value)
        if all(_holds(engine.getProperty(name), value) for name, value in wanted.items()):
            return
    raise RuntimeError(_("the voice would not take {wanted}", wanted=wanted))


def _holds(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, str):
        return wanted.lower() in str(got).lower()
    return abs(float(got) - float(wanted)) < 0.02


class _Player:
    """Stands in for the shell that pyttsx3 calls its player with: no shell, and the truth about how it went."""

    def __init__(self, tell: Any) -> None:
        self.trouble = ""
        self.brief = ""
        """The trouble without the player's own words, where it said any."""
        self._tell = tell
        os.system = self._run  # type: ignore[assignment]  # pyttsx3 calls this one name

    def _run(self, command: str) -> int:
        argv = ["aplay", "-q", command.removeprefix("aplay ").removesuffix(" -q")]
        quiet = subprocess.DEVNULL
        try:
            player = subprocess.Popen(argv, stdin=quiet, stdout=quiet, stderr=subprocess.PIPE)  # noqa: S603 - the player and a path of ours, no shell
        except OSError:
            self.trouble = _("there is no player: aplay is missing")
            return 127
        self._tell({"playing": True})
        said = player.communicate()[1]
        if player.returncode:
            last = said.decode("utf-8", "replace").strip().splitlines()
            why = last[0][:160] if last else str(player.returncode)
            self.trouble, self.brief = _("the player failed: {why}", why=why), _("the player failed")
        return player.returncode


def _end_with_parent() -> None:
    """Input that ends means that the parent is gone: go too, and take the player along."""
    while os.read(0, 1024):
        pass
    if os.name == "posix" and os.getpgrp() == os.getpid():  # never somebody else's group
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _sentence(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


if __name__ == "__main__":
    sys.exit(main())
