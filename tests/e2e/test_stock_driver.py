"""Where our driver does not fit the installed Textual, its own driver reads, held to the same: only keys are events."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")

from e2e.terminal import Terminal
from input.sequences import ANSWERS, BARE

pytestmark = pytest.mark.pty
PROGRAM = """
import sys
from ii_companion.screens import driver
driver.NEEDED["textual._xterm_parser"] += ("XTermParser.gone",)
from ii_companion.cli import run
sys.argv[1:] = ["start", "--learner", "p17", "--me", "k7"]
run()
"""


def test_the_stock_driver_records_what_was_keyed_and_nothing_a_terminal_sends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Terminal(sys.executable, "-c", PROGRAM, env={"II_COMPANION_HOME": str(home)}) as app:
        app.wait_for("0 min")
        app.keys(" ")
        app.wait_for("learner")
        for what in [*ANSWERS, *BARE]:
            app.keys(what)
            app.read(0.02)
        app.keys("j")
        app.wait_for("joined in")
        app.keys("m")
        app.wait_for("moment")
        (path,) = (home / "journals").glob("*.jsonl")
        events = [json.loads(line)["kind"] for line in path.read_text().splitlines()[1:]]
        assert [kind for kind in events if kind != "prompt"] == ["learner_act", "join_in", "moment"]
        app.keys("\x1b")
        app.wait_for("Enter ends it")
        app.keys("\r")
        app.wait_for("What happened")
        app.keys("\x13\x11")
        assert app.wait_until_gone() == 0
