"""Which mpv this machine has, and what to install where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, said

PATIENCE_S = 10.0
_ELSEWHERE = {
    "darwin": ("/Applications/mpv.app/Contents/MacOS/mpv", "/opt/homebrew/bin/mpv", "/usr/local/bin/mpv"),
    "win32": (r"%ProgramFiles%\mpv\mpv.exe", r"%LOCALAPPDATA%\Programs\mpv\mpv.exe"),
}
"""Where installers put it without a word to the search path."""


def program(platform: str = sys.platform) -> str:
    """The path of mpv; empty if it is not installed."""
    found = shutil.which("mpv")
    if found:
        return found
    places = (os.path.expandvars(place) for place in _ELSEWHERE.get(platform, ()))
    return next((place for place in places if Path(place).is_file()), "")


def to_install(platform: str = sys.platform) -> Said:
    """What to do where there is no mpv."""
    if platform == "darwin":
        return said("Install mpv (brew install mpv, or mpv.io) to play films beside the terminal.")
    if platform == "win32":
        return said("Install mpv (winget install mpv, or mpv.io) to play films beside the terminal.")
    return said("Install mpv (the package mpv) to play films beside the terminal.")


def needed() -> str:
    """The path of mpv. Raises Refusal that says what to install."""
    found = program()
    if not found:
        raise Refusal("There is no film player: mpv is missing. {do}", do=to_install())
    return found


def version(path: str) -> str:
    """What it calls itself, such as “mpv 0.35.1”; empty if it does not start."""
    try:
        done = subprocess.run(  # noqa: S603 - found on this machine, no shell
            [path, "--no-config", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = done.stdout.decode("utf-8", "replace").split()
    return " ".join(words[:2]) if done.returncode == 0 and words[:1] == ["mpv"] else ""
