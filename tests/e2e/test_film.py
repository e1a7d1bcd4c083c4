"""The real program and the real mpv in a terminal: a film is coded, nothing of mpv is on the screen, a kill loses nothing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("drives a pty", allow_module_level=True)

from e2e.terminal import PATIENCE_S, companion
from player.films import MISSING, needs_mpv, numbered_film, path_with, silent_mpv

pytestmark = [pytest.mark.pty, needs_mpv]


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Path]:
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    silent_mpv(tmp_path / "bin")
    with path_with(tmp_path / "bin"):
        yield numbered_film(tmp_path / "a film; of $(nobody).mp4", 10.0)


def journalled(home: Path) -> list[dict[str, object]]:
    (path,) = (home / "journals").glob("*.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def players(film: Path) -> list[str]:
    """The processes that have our film's player's socket."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if any(word.startswith("--input-ipc-server=") for word in words):
            found.append(entry.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")
def test_a_film_is_coded_and_a_kill_loses_nothing_and_ends_the_film(film: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = set(players(film))
    with companion("code", "--video", str(film), "--learner", "p17", "--me", "k7", home=home) as terminal:
        terminal.wait_for("Enter plays it")
        terminal.keys("\r")
        terminal.wait_for("plays")
        terminal.keys(" j")
        terminal.wait_for("joined in")
        assert [event["kind"] for event in journalled(home)] == ["learner_act", "join_in"]
        assert set(players(film)) - before
        for words in (b"mpv", b"AO:", b"VO:", b"AV:"):
            assert words not in terminal.raw
        terminal.process.kill()
    end = time.monotonic() + PATIENCE_S
    while set(players(film)) - before:
        assert time.monotonic() < end, "the film plays on"
        time.sleep(0.02)
    assert len(journalled(home)) == 2
    with companion(home=home) as terminal:  # and the next start offers the session
        terminal.wait_for("F3")


def test_a_session_is_coded_again_along_its_film(film: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with companion("code", "--video", str(film), "--learner", "p17", home=home) as terminal:
        terminal.wait_for("Enter plays it")
        terminal.keys(" ")
        terminal.wait_for("learner")
        terminal.keys("\x1b")
        terminal.wait_for("End the session?")
        terminal.keys("\r")
        terminal.wait_for("What happened")
        terminal.keys("\x13")
        terminal.wait_for("Who are you with?")
        terminal.keys("\x11")
        assert terminal.wait_until_gone() == 0
    (path,) = (home / "journals").glob("*.jsonl")
    with companion("code", path.stem, "--video", str(film), home=home) as terminal:
        terminal.wait_for("Enter plays it")
        terminal.keys(" ")
        terminal.wait_for("learner")
        terminal.keys("\x1b")
        terminal.wait_for("End the session?")
        terminal.keys("\r")
        assert terminal.wait_until_gone() == 0
        assert "Compare: ii-companion agree" in " ".join(terminal.text().split())


def test_refusals_are_sentences_and_begin_nothing(film: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "no film.mp4").write_text("nothing")
    for name, words in (
        ("-", "no film"),
        ("http://127.0.0.1/film.mp4", "is an address"),
        (str(tmp_path / "no film.mp4"), "no film that can be played"),
        (str(tmp_path / "nowhere.mp4"), "no such film"),
    ):
        with companion("code", "--video", name, "--learner", "p17", home=home) as terminal:
            assert terminal.wait_until_gone() == 1
            assert words in " ".join(terminal.text().split())
            assert "Traceback" not in terminal.text()
    assert not (home / "journals").exists()
    os.environ["PATH"] = ""  # `path_with` puts it back
    with companion("code", "--video", str(film), "--learner", "p17", home=home) as terminal:
        assert terminal.wait_until_gone() == 1
        assert "Install mpv" in " ".join(terminal.text().split())
