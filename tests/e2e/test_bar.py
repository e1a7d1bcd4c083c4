"""The bar of long work: on a terminal's stderr with count and time left, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")

from e2e.terminal import Terminal
from makers import coded

from ii_companion.files.sessions import Travelling, encode
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.session.card import Card

pytestmark = pytest.mark.pty
AT_ONCE = """
import sys
from ii_companion.verbs import bar
bar.SHOWN_AFTER_S = 0.0
from ii_companion.cli import run
run()
"""
"""The program, with bars that do not wait for the work to last."""
TRIAL = ["trial", "--trainee", "rusher", "--stage", "1", "--runs", "2", "--json"]


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """A file of many sessions, and a home for them."""
    made, events = [], coded("1L 2i 5L 9E")
    for n in range(120):
        moment = datetime(2026, 11, n % 28 + 1, 10, 15, tzinfo=UTC)
        header = Header(
            id=f"{moment:%Y%m%d-%H%M%S}-p17-{n:04}", learner="p17", started_at=moment, card=Card("p17")
        )
        made.append(Travelling(brief_log(header, events), header, tuple(events)))
    path = tmp_path / "many.json"
    path.write_bytes(encode(made))
    return path


def in_a_terminal(*arguments: str, home: Path, **more: str) -> tuple[str, int]:
    """What a terminal got from the program, and its exit code."""
    env = {"II_COMPANION_HOME": str(home), **more}
    with Terminal(sys.executable, "-c", AT_ONCE, *arguments, env=env, size=(120, 24)) as app:
        code = app.wait_until_gone()
        return app.raw.decode(), code


def test_imports_and_erasures_show_how_far_they_are(sessions: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    said, code = in_a_terminal("import", str(sessions), home=home)
    assert code == 0
    assert "Taking in" in said
    assert "/120" in said
    assert "\x1b[?25l" not in said, "the cursor stays"
    assert "120 taken in" in said
    said, code = in_a_terminal("export", "--format", "json", "--out", str(tmp_path / "o.json"), home=home)
    assert "Reading sessions" in said
    said, code = in_a_terminal("erase", "p17", "--yes", home=home)
    assert code == 0
    assert "Erasing" in said
    assert "Erased everything about p17" in said


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}])
def test_none_where_it_would_only_be_heard(sessions: Path, tmp_path: Path, env: dict[str, str]) -> None:
    said, code = in_a_terminal("import", str(sessions), home=tmp_path / "home", **env)
    assert code == 0
    assert "Taking in" not in said
    assert "\x1b" not in said


def test_json_has_nothing_of_it_and_a_pipe_no_bar_and_no_rich(tmp_path: Path) -> None:
    """With stderr on a terminal and stdout in a file the file is JSON; with neither, rich is not even loaded."""
    out = tmp_path / "out.json"
    shell = f'{sys.executable} -c "$0" "$@" > {out}'
    with Terminal("sh", "-c", shell, AT_ONCE, *TRIAL, env={"II_COMPANION_HOME": str(tmp_path)}) as app:
        assert app.wait_until_gone() == 0
        assert "Trying" in app.raw.decode()
    assert len(json.loads(out.read_text())) > 1
    code = AT_ONCE.replace(
        "run()",
        "import atexit; atexit.register(lambda: print('rich' in sys.modules, file=sys.stderr)); run()",
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *TRIAL], capture_output=True, text=True, check=True,
        env={**os.environ, "II_COMPANION_HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.stderr.split() == ["False"]
    assert len(json.loads(ran.stdout)) > 1


def test_quick_work_loads_no_rich(tmp_path: Path) -> None:
    """On a terminal too: the bar waits half a second before it loads what draws it."""
    code = AT_ONCE.replace("bar.SHOWN_AFTER_S = 0.0", "bar.SHOWN_AFTER_S = 600.0").replace(
        "run()", "import atexit; atexit.register(lambda: print('loaded', 'rich' in sys.modules)); run()"
    )
    env = {"II_COMPANION_HOME": str(tmp_path)}
    with Terminal(sys.executable, "-c", code, "tidy", "--yes", env=env) as app:
        assert app.wait_until_gone() == 0
        assert "loaded False" in app.raw.decode()
