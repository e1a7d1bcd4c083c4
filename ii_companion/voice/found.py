"""What this machine has to speak with, and what to install where something is missing."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import shutil
import sys
from pathlib import Path

from ii_companion.words import _


def load_bundled_espeak() -> str:
    """Where eSpeak NG is not installed, load the library that espeakng-loader brings. What was found, as words.

    Its SONAME is the one pyttsx3 asks for, so loading it first is enough. Raises RuntimeError if there is neither.
    """
    with contextlib.suppress(OSError):
        ctypes.CDLL("libespeak-ng.so.1")
        return _("eSpeak NG of this system")
    try:
        import espeakng_loader
    except ImportError as error:
        raise RuntimeError(_("eSpeak NG is missing; install espeak-ng")) from error
    os.environ.setdefault("ESPEAK_DATA_PATH", str(espeakng_loader.get_data_path()))
    try:
        ctypes.CDLL(str(espeakng_loader.get_library_path()), mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise RuntimeError(
            _("eSpeak NG cannot be loaded: {why}; install espeak-ng", why=str(error))
        ) from error
    return _("eSpeak NG of espeakng-loader")


def missing_player(platform: str = sys.platform, which: object = shutil.which) -> str:
    """Why nothing could be heard here, as a sentence with what to install; empty if all is there."""
    if not platform.startswith("linux"):
        return ""
    if not callable(which) or not which("aplay"):
        return _("No player: aplay is missing. Install alsa-utils.")
    return ""


def sound_cards() -> str:
    """Linux's sound cards, as words; empty if there are none or this is no Linux."""
    try:
        text = Path("/proc/asound/cards").read_text("utf-8")
    except OSError:
        return ""
    return "" if "no soundcards" in text else text.strip().splitlines()[0].strip()
