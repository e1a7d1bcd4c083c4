"""The plain mode in a real terminal: what it writes, where it leads to by itself, and every way it can be cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")

import termios

from e2e.terminal import PATIENCE_S, Terminal, companion

pytestmark = pytest.mark.pty
CTRL_C, CTRL_S, ESC = "\x03", "\x13", "\x1b"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(*arguments: str, home: Path, keys: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "II_COMPANION_HOME": str(home), **more}
    return subprocess.run(
        [sys.executable, "-m", "ii_companion", *arguments], capture_output=True, text=True, env=env, input=keys, check=False
    )  # fmt: skip


def strike(app: Terminal, *keys: tuple[str, str]) -> None:
    """Keys, each once what the one before it wrote is there."""
    for key, answer in keys:
        mark = len(app.raw)
        app.keys(key)
        app.wait_until(lambda answer=answer, mark=mark: answer in app.raw[mark:].decode(), answer)


def events(home: Path) -> list[dict[str, object]]:
    (path,) = (home / "journals").glob("*.jsonl")
    return [e for e in map(json.loads, path.read_text().splitlines()[1:]) if e["kind"] != "prompt"]


def until(seen) -> None:
    end = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_all_that_is_written_is_text_and_newlines(home: Path) -> None:
    """A session with prompts, every kind of key, a note, a pause and every question: no control character but the line's end."""
    with companion("start", "--plain", "--learner", "p17", "--me", "k7", home=home) as app:
        app.wait_for("Prompt:")
        strike(
            app, (" ", "learner"), ("1", "voice"), ("j", "joined in"), ("e", "enjoyed"), ("\t", "learner acts 1"), ("?", "F8"),
            ("q", "means nothing"), ("\x1b[A", "means nothing"), ("h", "hushed"), ("h", "unhushed"), ("v", "voice on"),
            ("v", "voice off"), ("n", "Note"), ("she hummed ☺\r", "noted"), ("p", "Why?"), ("2", "noise"), ("p", "resumed"),
            ("u", "taken back"), ("y", "maybe enough"), ("x", "Prompt:"), (ESC, "End the session?"), (ESC, "goes on"),
            (ESC, "End the session?"), ("\r", "It ended because"), ("4", "I ended it"), ("\r", "What happened"),
            ("We hummed.\r", "They enjoyed it"), ("1", "yes"), ("\r", "I enjoyed it"), (CTRL_S, "Saved as"),
        )  # fmt: skip
        assert app.wait_until_gone() == 0
        text = app.raw.decode()
    assert [c for c in text.replace("\r\n", "") if not c.isprintable()] == []
    assert "\nPrompt: " in text
    (log,) = json.loads(run("log", "--json", home=home).stdout)
    assert (log["what_happened"], log["enjoyed_by_learner"]) == ("We hummed.", True)


def test_the_terminal_is_left_as_it_was_found_while_stopped_and_at_the_end(home: Path) -> None:
    with companion("start", "--plain", "--learner", "p17", home=home) as app:
        found = termios.tcgetattr(app.handle)
        app.wait_for("Keys:")
        assert termios.tcgetattr(app.handle) != found
        app.process.send_signal(signal.SIGTSTP)
        until(lambda: termios.tcgetattr(app.handle) == found)
        app.process.send_signal(signal.SIGCONT)
        until(lambda: termios.tcgetattr(app.handle) != found)
        strike(app, ("j", "joined in"))
        app.process.send_signal(signal.SIGTERM)
        assert app.wait_until_gone() == 128 + 15
        assert termios.tcgetattr(app.handle) == found


@pytest.mark.parametrize("ending", ["ctrl+c", "SIGINT", "SIGTERM", "SIGHUP", "window"])
def test_an_ending_in_a_session_loses_nothing(home: Path, ending: str) -> None:
    """What was keyed is in the journal, and so are the words of a note that was being typed; the next start offers it."""
    with companion("start", "--plain", "--learner", "p17", home=home) as app:
        app.wait_for("Keys:")
        strike(app, (" ", "learner"), ("j", "joined in"), ("n", "Note"), ("half a note", "half a note"))
        if ending == "ctrl+c":
            strike(app, (CTRL_C, "End the session?"), (CTRL_C, "journal"))
        elif ending == "SIGINT":
            app.process.send_signal(signal.SIGINT)
            app.wait_for("End the session?")
            app.process.send_signal(signal.SIGINT)
        elif ending == "window":
            app.close_window()
        else:
            app.process.send_signal(getattr(signal, ending))
        code = app.process.wait(PATIENCE_S) if ending == "window" else app.wait_until_gone()
    assert code == {"SIGTERM": 143, "SIGHUP": 129, "window": 129}.get(ending, 130)
    assert [(e["kind"], e["detail"]) for e in events(home)] == [
        ("learner_act", ""), ("join_in", ""), ("note", "half a note"),
    ]  # fmt: skip
    with companion("--plain", home=home) as app:
        app.wait_for("1 session never ended")
        strike(app, ("5", "finish its notes"), ("2", "What do you want"), (ESC, ""))
        assert app.wait_until_gone() == 0
    assert len(json.loads(run("log", "--json", home=home).stdout)) == 1


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_ending_that_is_sent_again_and_again_ends_it_as_once(
    home: Path, ending: signal.Signals, code: int
) -> None:
    """A window that closes hangs up more than once, and the last comes while the interpreter closes."""
    with companion("start", "--plain", "--learner", "p17", home=home) as app:
        app.wait_for("Keys:")
        strike(app, ("j", "joined in"))
        for _again in range(20_000):
            if app.process.poll() is not None:
                break
            app.process.send_signal(ending)
            app.read(0.0005)
        assert app.wait_until_gone() == code
    assert [event["kind"] for event in events(home)] == ["join_in"]


@pytest.mark.parametrize("ending", ["ctrl+c", "SIGTERM", "SIGHUP", "window", "SIGKILL"])
def test_an_ending_in_the_questions_loses_nothing(home: Path, ending: str) -> None:
    """Answers are saved one by one; the words that were being typed are saved too, or, at a kill, stand as a draft."""
    with companion("start", "--plain", "--learner", "p17", home=home) as app:
        app.wait_for("Keys:")
        strike(
            app,
            ("j", "joined in"),
            (ESC, "End"),
            ("\r", "d discards it all."),
            ("3", "drifted"),
            ("\r", "What happened"),
        )
        strike(app, ("she looked up", "she looked up"))
        if ending == "SIGKILL":
            until(lambda: any("looked up" in path.read_text() for path in (home / "drafts").glob("*.json")))
        if ending == "ctrl+c":
            strike(app, (CTRL_C, "Saved as"))
        elif ending == "window":
            app.close_window()
        else:
            app.process.send_signal(getattr(signal, ending))
        app.process.wait(PATIENCE_S) if ending == "window" else app.wait_until_gone()
    (log,) = json.loads(run("log", "--json", home=home).stdout)
    assert log["end_reason"] == "drifted_apart"
    if ending == "SIGKILL":
        (draft,) = [json.loads(path.read_text()) for path in (home / "drafts").glob("notes-*.json")]
        assert draft["texts"]["what_happened"] == "she looked up"
    else:
        assert log["what_happened"] == "she looked up"


def test_an_answer_is_saved_before_its_question_is_left(home: Path) -> None:
    with companion("start", "--plain", "--learner", "p17", home=home) as app:
        app.wait_for("Keys:")
        strike(app, ("j", "joined in"), (ESC, "End"), ("\r", "d discards it all."), ("3", "drifted"))
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
    (log,) = json.loads(run("log", "--json", home=home).stdout)
    assert log["end_reason"] == "drifted_apart"


@pytest.mark.parametrize(
    ("env", "size", "arguments", "first"),
    [
        ({"TERM": "dumb"}, (80, 24), ("start", "--learner", "p17"), "Keys:"),
        ({"ACCESSIBLE": "1"}, (80, 24), ("practise", "--learner", "otter"), "Keys:"),
        ({}, (30, 24), ("note", "p17"), "When it began"),
        ({}, (80, 6), (), "What do you want to do?"),
        ({"TERM": "dumb"}, (80, 24), ("practise",), "Who do you practise with?"),
    ],
)
def test_it_comes_by_itself(
    home: Path, env: dict[str, str], size: tuple[int, int], arguments: tuple[str, ...], first: str
) -> None:
    with companion(*arguments, home=home, env=env, size=size) as app:
        app.wait_until(lambda: first in app.raw.decode(), first)
        assert b"\x1b" not in app.raw


def test_a_setting_asks_for_it(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text("plain = true\n")
    with companion("start", "--learner", "p17", home=home) as app:
        app.wait_for("Keys:")
        assert b"\x1b" not in app.raw


def test_check_says_that_sessions_go_line_by_line_here(home: Path) -> None:
    with companion("check", home=home, env={"TERM": "dumb"}, size=(120, 60)) as app:
        app.wait_until_gone()
        assert "ok  terminal: This terminal (TERM=dumb) cannot place words on the screen" in app.raw.decode()


def test_textual_is_never_loaded(home: Path) -> None:
    code = (
        "import sys; from ii_companion.cli import main\nmain(['start', '--plain', '--learner', 'p17'])\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, input="j\nesc\n\n4\n\nWe sang.\n",
        env={**os.environ, "II_COMPANION_HOME": str(home)},
    )  # fmt: skip
    assert {"textual", "rich", "widgets", "pyfiglet"}.isdisjoint(ran.stderr.split())
    assert "Saved as" in ran.stdout


def test_lines_from_a_pipe_are_keys_and_words(home: Path) -> None:
    """A line is a key, several keys, or a key's name; where words are wanted, it is the words."""
    keys = "j\n \nmu\nn she hummed\nesc\n\n3\n\nWe hummed.\n"
    ran = run("start", "--plain", "--learner", "p17", home=home, keys=keys)
    assert ran.returncode == 0
    assert [(e["kind"], e["detail"]) for e in events(home)] == [
        ("join_in", ""), ("learner_act", ""), ("moment", ""), ("undo", ""), ("note", "she hummed"), ("ended", ""),
    ]  # fmt: skip
    (log,) = json.loads(run("log", "--json", home=home).stdout)
    assert (log["end_reason"], log["what_happened"]) == ("drifted_apart", "We hummed.")


def test_a_pipe_that_ends_in_a_session_leaves_it_unfinished(home: Path) -> None:
    ran = run("start", "--plain", "--learner", "p17", home=home, keys="j\n")
    assert ran.returncode == 1
    assert "the next start offers the session" in ran.stdout
    assert [e["kind"] for e in events(home)] == ["join_in"]


def test_what_was_never_saved_stands_as_the_answer_again(home: Path) -> None:
    with companion("note", "--plain", "p17", home=home) as app:
        app.wait_for("When it began")
        strike(
            app,
            ("\r", "How many"),
            ("5\r", "Place"),
            ("pool\r", "It ended"),
            ("\r", "What happened"),
            ("she spl", "she spl"),
        )
        until(lambda: any("she spl" in path.read_text() for path in (home / "drafts").glob("*.json")))
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
    with companion("note", "--plain", "p17", home=home) as app:
        app.wait_for("is back in its fields")
        strike(
            app,
            ("\r", "How many"),
            ("\r", "Place"),
            ("\r", "It ended"),
            ("\r", "What happened"),
            (CTRL_S, "Kept: p17"),
        )
        assert app.wait_until_gone() == 0
    (log,) = json.loads(run("log", "--json", home=home).stdout)
    assert (log["what_happened"], log["place"], log["duration_s"]) == ("she spl", "pool", 300)
    assert not list((home / "drafts").glob("*.json"))


def test_the_logs_without_columns(home: Path) -> None:
    run("note", "p17", "She splashed.", "--at", "14:10", "--minutes", "5", home=home)
    (line,) = run("log", "--plain", home=home).stdout.splitlines()
    assert "  " not in line.rpartition("  ")[0]
    assert line.startswith("p17, ")
    assert "5 min" in line
    assert ": She splashed." in line
