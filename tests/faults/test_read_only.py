"""A data folder that nobody may write to: everything that reads goes on; everything that writes refuses in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.test_files import EVENTS, HEADER

from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log.cards import save_card
from ii_companion.log.closing import brief_log
from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.session.card import Card

pytestmark = [
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting read-only needs root"),
    pytest.mark.pty,
]
READS = (
    ["log"],
    ["log", "--json"],
    ["log", "show", HEADER.id, "--json"],
    ["training"],
    ["export", HEADER.id, "--format", "json", "--out", "OUT"],
)
WRITES = (
    ["log", "delete", HEADER.id, "--yes"],
    ["erase", "heron", "--yes"],
    ["training", "k7", "--induction", "2026-01-01"],
    ["import", "TABLE", "--learner", "otter"],
)


@pytest.fixture(params=["whole", "damaged"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder with a log, an unfinished session and a card, then mounted read-only; also with a damaged month."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        places = Places(disk / "data")
        take_in(LocalStore(places), [Travelling(brief_log(HEADER, EVENTS), HEADER, tuple(EVENTS))])
        save_card(places, Card("heron"))
        from msgspec.structs import replace

        Journal.begin(places.journals, replace(HEADER, id="20261123-111500-heron-0002")).close()
        if request.param == "damaged":
            (places.log / "2026-10.json").write_bytes(b"\0" * 40)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        yield disk / "data"
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def run(home: Path, tmp_path: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    table = tmp_path / "t.csv"
    table.write_text("time_s,actor,act,detail\n1,learner,act,\n")
    argv = [{"OUT": str(tmp_path / "out"), "TABLE": str(table)}.get(part, part) for part in arguments]
    return subprocess.run(
        [sys.executable, "-m", "ii_companion", *argv],
        env={**os.environ, "II_COMPANION_HOME": str(home)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_reading_goes_on_and_writing_refuses_in_a_sentence(home: Path, tmp_path: Path) -> None:
    for arguments in READS:
        ran = run(home, tmp_path, arguments)
        assert ran.returncode == 0, (arguments, ran.stderr)
        assert "Traceback" not in ran.stderr
    for arguments in WRITES:
        ran = run(home, tmp_path, arguments)
        assert (ran.returncode, "Traceback" in ran.stderr) == (1, False), (arguments, ran.stderr)
        assert "read-only file system" in ran.stderr
    assert HEADER.id in run(home, tmp_path, ["log", "--json"]).stdout


def test_the_screens_say_so_and_go_on(home: Path) -> None:
    """Home shows what there is; a session does not start; an unfinished one can be looked at; nothing ends the app."""
    from e2e.terminal import companion

    with companion(home=home, size=(120, 30)) as app:
        app.wait_for("Recent sessions")
        app.wait_for("Unfinished: heron")
        app.keys("\x1bOR")  # F3
        app.wait_for("d  discard it")
        app.keys("d\r")
        app.wait_until(lambda: "cannot be changed" in " ".join(app.text().split()), "the refusal")
        app.keys("k")
        app.wait_for("read-only file system")
        app.keys("\x1b")
        app.wait_for("Who are you with?")
        app.keys("\x11")
        assert app.wait_until_gone() == 0
        assert b"Traceback" not in app.raw
