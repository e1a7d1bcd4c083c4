"""The voice in the real program: heard through a stub player, never seen on the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")
if not sys.platform.startswith("linux"):
    pytest.skip("the stub player stands in for aplay", allow_module_level=True)

from e2e.terminal import companion

pytestmark = pytest.mark.pty


def test_not_one_byte_of_the_player_or_pyttsx3_reaches_the_terminal(tmp_path: Path) -> None:
    stub = tmp_path / "bin"
    stub.mkdir()
    heard = tmp_path / "heard"
    (stub / "aplay").write_text(f"#!/bin/sh\necho RUDE WORDS\necho RUDER WORDS >&2\necho $2 >> {heard}\n")
    (stub / "aplay").chmod(0o755)
    env = {"PATH": f"{stub}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    with companion(
        "start", "--learner", "p17", "--voice", "--stage", "4", home=tmp_path / "home", env=env
    ) as app:
        app.wait_for("0 min")
        app.keys("y")  # a sign is always spoken
        app.wait_until(heard.exists, "the player")
        app.keys("v")
        app.wait_for("voice off")
        app.keys("x\r")
        app.wait_for("What happened")
        app.keys("\x11")
        assert app.wait_until_gone() == 0
        assert b"RUD" not in app.raw
        assert b"ALSA" not in app.raw
        assert b"wav" not in app.raw


def test_without_a_player_one_sentence_is_said_and_the_session_goes_on(tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    with companion(
        "start",
        "--learner",
        "p17",
        "--voice",
        home=tmp_path / "home",
        env={"PATH": str(empty)},
        size=(120, 24),
    ) as app:
        app.wait_for("Install alsa-utils")
        app.keys(" ")
        app.wait_for("· learner")
