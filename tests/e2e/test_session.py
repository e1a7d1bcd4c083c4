"""A whole session in a real terminal, and every way it can be cut short."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Tried

pytest.importorskip("pty", reason="needs a Unix terminal")

from e2e.terminal import Terminal, companion
from tinydb import TinyDB

pytestmark = pytest.mark.pty
CTRL_S = "\x13"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "II_COMPANION_HOME": str(home), **more}
    return subprocess.run(
        [sys.executable, "-m", "ii_companion", *arguments],
        capture_output=True,
        text=True,
        env=env,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def journal(home: Path) -> list[dict[str, object]]:
    (path,) = (home / "journals").glob("*.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def test_from_an_empty_folder_to_a_brief_log_that_stock_tinydb_opens(home: Path) -> None:
    """Two minutes of session on a clock sixty times as fast, keyed, ended and noted as a person would."""
    fast = Path(__file__).with_name("fast.py")
    with Terminal(sys.executable, str(fast), env={"II_COMPANION_HOME": str(home)}) as app:
        app.wait_for("Who are you with?")
        app.keys("p17")
        app.wait_for("p17")
        app.keys("\t")
        below = next(y for y, line in enumerate(app.screen.display) if line.strip(" │").split()[:1] == ["me"])
        app.wait_until(lambda: app.screen.cursor.y == below, "the cursor in the field below")
        app.keys("k7")
        app.wait_for("k7")
        app.keys("\r")
        app.wait_for("0 min")
        for key, seen in (
            (" ", "learner"),
            ("i", "imitated"),
            (" ", "learner"),
            ("j", "joined in"),
            ("e", "enjoyed"),
        ):
            app.keys(key)
            app.wait_for(seen)
        app.wait_for("2 min")
        app.keys("x")
        app.wait_for("They have had enough")
        app.keys("\r")
        app.wait_for("What happened")
        app.settle()
        app.keys("\r")  # on to the box; the terminal's cursor shows that it has the focus
        box = next(y for y, line in enumerate(app.screen.display) if "What happened, in" in line) + 1
        app.wait_until(lambda: app.screen.cursor.y == box, "the cursor in the box")
        app.keys("We hummed. She looked up.")
        app.wait_for("She looked up.")
        app.keys(CTRL_S)
        app.wait_for("Recent sessions")
        app.keys("\x11")
        assert app.wait_until_gone() == 0
    (log,) = json.loads(run("log", "--json", home=home).stdout)
    assert log["what_happened"] == "We hummed. She looked up."
    assert (log["end_reason"], log["learner"], log["practitioner"]) == ("learner_had_enough", "p17", "k7")
    assert log["duration_s"] >= 120
    assert log["measures"]["counts"]["learner"] == 2
    month = next((home / "log").glob("*.json"))
    with TinyDB(month) as db:
        assert [document["id"] for document in db.all()] == [log["id"]]
    shown = json.loads(run("log", "show", log["id"], "--json", home=home).stdout)
    assert [event["kind"] for event in shown["events"] if event["kind"] != "prompt"] == [
        "learner_act", "imitate", "learner_act", "join_in", "enjoyed", "enough_clear", "ended",
    ]  # fmt: skip


WORDS = {
    "i": "imitated",
    "j": "joined in",
    "c": "commented",
    "o": "responded",
    "e": "enjoyed together",
    " ": "learner",
    "m": "moment marked",
}


def _killed_once(home: Path, seed: int) -> tuple[list[str], list[str]]:
    """Key at random, kill at a random moment. What was painted, and what the journal has."""
    rng = random.Random(seed)
    painted: list[str] = []
    with companion("start", "--learner", "p17", home=home) as app:
        app.wait_for("0 min")
        for _ in range(rng.randrange(1, 6)):
            key = rng.choice([k for k in WORDS if not painted or k != painted[-1]])
            app.keys(key)
            app.wait_for(f"· {WORDS[key]}")
            painted.append(key)
        for key in rng.sample(list(WORDS), rng.randrange(0, 4)):  # and some whose effect nobody waits for
            app.keys(key)
        end = time.monotonic() + rng.uniform(0, 0.012)
        while time.monotonic() < end:
            app.read(0)
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
        while app.read(0) and any(f"· {w}" in app.text() for w in WORDS.values()) and _more(app):
            pass
        last = next((key for key, word in WORDS.items() if f"· {word}" in app.text()), None)
    kinds = [str(e["kind"]) for e in journal(home)]
    return [*painted, *([last] if last and (not painted or last != painted[-1]) else [])], kinds


def _more(app: Terminal) -> bool:
    import select

    return bool(select.select([app.handle], [], [], 0)[0])


KIND = {
    "i": "imitate",
    "j": "join_in",
    "c": "comment",
    "o": "other",
    "e": "enjoyed",
    " ": "learner_act",
    "m": "moment",
}


@pytest.mark.long
@pytest.mark.parametrize("batch", range(4))
def test_kill_dash_nine_at_random_moments_loses_nothing_that_was_painted(
    tmp_path: Path, batch: int, whole: bool, tried: Tried
) -> None:
    """25 runs a batch, 100 in all (a sample: 3 a batch): every painted key is in the journal, and the session is offered again."""
    from ii_companion.log.local import LocalStore
    from ii_companion.log.places import Places

    for n in range(25 if whole else 3):
        home = tmp_path / f"run{n}"
        painted, kinds = _killed_once(home, batch * 1000 + n)
        acts = [kind for kind in kinds if kind in KIND.values()]
        wanted = [KIND[key] for key in painted]
        assert acts[: len(wanted) - 1] == wanted[:-1]
        assert not wanted or wanted[-1] in acts[len(wanted) - 1 :]
        waiting, complaints = LocalStore(Places(home)).unfinished()
        assert (len(waiting), complaints) == (1, [])
        tried("kills -9 at random moments")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_being_ended_from_outside_keeps_every_key_and_leaves_the_terminal_tidy(
    home: Path, number: int
) -> None:
    with companion("start", "--learner", "p17", home=home) as app:
        app.wait_for("0 min")
        app.keys(" ")
        app.wait_for("learner")
        app.process.send_signal(number)
        assert app.wait_until_gone() == 143
        assert b"\x1b[?1049l" in app.raw  # the alternate screen is left
        assert b"Traceback" not in app.raw
    assert "learner_act" in [e["kind"] for e in journal(home)]
    with companion(home=home) as app:
        app.wait_for("Unfinished: p17")


def test_closing_the_terminal_ends_the_program_and_keeps_every_key(home: Path) -> None:
    app = companion("start", "--learner", "p17", home=home)
    app.wait_for("0 min")
    app.keys(" ")
    app.wait_for("learner")
    app.close_window()
    assert app.process.wait(20) == 129
    assert "learner_act" in [e["kind"] for e in journal(home)]


def test_a_terminal_that_cannot_show_the_app_gets_a_sentence(home: Path) -> None:
    with companion("glance", home=home, env={"TERM": "dumb"}) as app:
        assert app.wait_until_gone() == 1
        assert "cannot place words on the screen" in app.text().replace("\n", " ")
        assert b"\x1b[" not in app.raw
    piped = run(home=home)
    assert piped.returncode == 1
    assert "not a terminal" in piped.stderr
    with companion(
        home=home, env={"LC_ALL": "en_GB.ISO-8859-1", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    ) as app:
        assert app.wait_until_gone() == 1
        assert "needs UTF-8" in app.text()


def test_wrong_usage_is_two_and_a_failed_request_is_one(home: Path) -> None:
    assert run("dance", home=home).returncode == 2
    assert run("start", "--stage", "7", home=home).returncode == 2
    refused = run("start", "--learner", "Jane Smith", home=home)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "codes, never names" in refused.stderr


@pytest.mark.parametrize("command", ["start", "log", "log show", "log delete", "replay", "check"])
def test_every_command_has_help_with_an_example(home: Path, command: str) -> None:
    helped = run(*command.split(), "--help", home=home)
    assert helped.returncode == 0
    assert f"example: ii-companion {command}" in helped.stdout


def test_resizing_while_running_keeps_the_words_on_the_screen(home: Path) -> None:
    with companion("start", "--learner", "p17", home=home, env={"NO_COLOR": "1"}) as app:
        app.wait_for("0 min")
        for size in ((40, 12), (120, 40), (80, 24)):
            app.resize(*size)
            app.keys(" ")
            app.wait_for("learner")
            app.keys("\t")
            app.wait_for("pace, last")
            app.keys("\t")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_keeps_events_in_memory_and_goes_on_trying(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        with companion("start", "--learner", "p17", home=disk / "home", size=(100, 24)) as app:
            app.wait_for("0 min")
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 512)
                except OSError:
                    pass
            for n in range(200):
                app.keys(" " if n % 2 else "i")
                app.read(0.01)
                if "kept in memory" in app.text():
                    break
            app.wait_for("The disk will not take it")
            filler.unlink()
            app.keys("m")
            app.wait_for("moment marked")
            recorded = journal(disk / "home")
            assert [e["n"] for e in recorded] == list(range(1, len(recorded) + 1))
            assert recorded[-1]["kind"] == "moment"
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
