"""A fault of our own ends the program with a sentence and a failing status, and never shows what a person typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")

from e2e.terminal import Terminal

pytestmark = pytest.mark.pty
PLACES = {
    "in a handler": """
def faulty(self, name):
    typed = "SECRET"; raise KeyError(len(typed))
live.LiveScreen.action_command = faulty
""",
    "in the input thread": """
from ii_companion.screens import driver
def faulty(self, message):
    typed = "SECRET"
    if type(message).__name__ == "Key": raise KeyError(len(typed))
made = driver.sleeping_driver
def failing():
    kind = made(); kind.process_message = faulty; return kind
driver.sleeping_driver = failing
""",
    "in a callback of the loop": """
import asyncio
def faulty():
    typed = "SECRET"; raise KeyError(len(typed))
live.LiveScreen.action_command = lambda self, name: asyncio.get_running_loop().call_soon(faulty) and None
""",
    "in a timer": """
def faulty():
    typed = "SECRET"; raise KeyError(len(typed))
live.LiveScreen.action_command = lambda self, name: self.set_timer(0.01, faulty) and None
""",
}


@pytest.mark.parametrize("where", PLACES)
def test_a_fault_anywhere_is_a_sentence_and_a_failing_status(where: str, tmp_path: Path) -> None:
    program = tmp_path / "faulty.py"
    program.write_text(
        "import sys\nfrom ii_companion.screens import live\nfrom ii_companion.cli import run\n"
        + PLACES[where]
        + "\nsys.argv[1:] = ['start', '--learner', 'p17', '--me', 'k7']\nrun()\n"
    )
    with Terminal(sys.executable, str(program), env={"II_COMPANION_HOME": str(tmp_path / "home")}) as app:
        app.wait_for("0 min")
        app.keys("j")
        assert app.wait_until_gone() == 1
        shown = app.raw.decode(errors="replace")
        assert "met a fault of its own" in shown.replace("\r\n", " ")
        assert "SECRET" not in shown
        assert "Traceback" not in shown


def test_a_fault_of_a_verb_is_a_sentence_and_a_failing_status(tmp_path: Path) -> None:
    program = (
        "import sys; from ii_companion import cli\ndef main(): typed = 'SECRET'; raise KeyError(typed)\n"
        "cli.main = main; cli.run()"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "met a fault of its own (KeyError" in ran.stderr
    assert "SECRET" not in ran.stderr
    assert "Traceback" not in ran.stderr
