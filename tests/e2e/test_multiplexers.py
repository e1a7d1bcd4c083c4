"""A session driven through what stands between people and their terminals records exactly what was keyed."""

from __future__ import annotations

import getpass
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")

from e2e.terminal import Terminal

pytestmark = pytest.mark.pty
KEYED = (
    (" ", "learner", "learner_act"),
    ("j", "joined in", "join_in"),
    ("i", "imitated", "imitate"),
    ("m", "moment", "moment"),
)
"""A key, what the screen says of it, and what the journal then holds."""


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def command(home: Path) -> str:
    """The session as a shell would start it, whatever the environment of a server that starts it."""
    return shlex.join([
        "env", f"II_COMPANION_HOME={home}", f"II_COMPANION_CONFIG={home}-config", "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
        sys.executable, "-m", "ii_companion", "start", "--learner", "p17", "--me", "k7",
    ])  # fmt: skip


def keyed(home: Path) -> list[str]:
    (path,) = (home / "journals").glob("*.jsonl")
    events = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    return [event["kind"] for event in events if event["kind"] != "prompt"]


def key(app: Terminal, *which: int) -> list[str]:
    """Strike keys one by one, each once the screen has answered the one before; what they record."""
    for n in which:
        app.keys(KEYED[n][0])
        app.wait_for(KEYED[n][1])
    return [KEYED[n][2] for n in which]


@needs("tmux")
def test_through_tmux_detached_reattached_and_resized(home: Path, tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    env = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    try:
        with Terminal(*tmux, "new-session", command(home), env=env) as app:
            app.wait_for("0 min")
            expected = key(app, 0, 1, 2)
            subprocess.run([*tmux, "detach-client"], check=True)
            app.wait_until_gone()
        for size in ((100, 30), (60, 20)):
            with Terminal(*tmux, "attach", env=env, size=size) as app:
                app.wait_for("0 min")
                expected += key(app, 3, 0, 1)
                app.resize(90, 28)
                expected += key(app, 2, 0)
                subprocess.run([*tmux, "detach-client"], check=True)
                app.wait_until_gone()
        assert keyed(home) == expected
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


@needs("screen")
def test_through_screen_detached_and_reattached(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir(mode=0o700)
    env = {"SCREENDIR": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    name = "ii"
    try:
        with Terminal(
            "screen", "-U", "-c", "/dev/null", "-S", name, "sh", "-c", command(home), env=env
        ) as app:
            app.wait_for("0 min")
            expected = key(app, 0, 1, 2)
            subprocess.run(
                ["screen", "-S", name, "-d"], check=False, env={**os.environ, **env}, capture_output=True
            )
            app.wait_until_gone()
        with Terminal("screen", "-U", "-r", name, env=env, size=(100, 30)) as app:
            app.wait_for("0 min")
            expected += key(app, 3, 0, 1)
        assert keyed(home) == expected
    finally:
        subprocess.run(
            ["screen", "-S", name, "-X", "quit"], check=False, env={**os.environ, **env}, capture_output=True
        )


@needs("script")
def test_through_script(home: Path, tmp_path: Path) -> None:
    with Terminal("script", "-q", "-c", command(home), str(tmp_path / "typescript")) as app:
        app.wait_for("0 min")
        expected = key(app, 0, 1, 2, 3)
        assert keyed(home) == expected


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """A secure shell to this machine, with keys of its own, on a port of its own."""
    if shutil.which("ssh") is None or not Path("/usr/sbin/sshd").exists() or os.geteuid() != 0:
        pytest.skip("needs ssh, sshd and root")
    Path("/run/sshd").mkdir(exist_ok=True)
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "person"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "person.pub", folder / "allowed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nAuthorizedKeysFile {folder / 'allowed'}\n"
        f"StrictModes no\nPermitRootLogin yes\nUsePAM no\nPidFile {folder / 'pid'}\n"
    )
    server = subprocess.Popen(
        ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    assert "listening" in server.stderr.readline()
    options = [
        "StrictHostKeyChecking=no",
        f"UserKnownHostsFile={folder / 'known'}",
        "LogLevel=ERROR",
        "IdentitiesOnly=yes",
    ]
    yield [
        "ssh", "-tt", "-p", str(port), "-i", str(folder / "person"), *(part for o in options for part in ("-o", o)),
        f"{getpass.getuser()}@127.0.0.1",
    ]  # fmt: skip
    server.terminate()
    server.wait()
    server.stderr.close()


def test_through_a_secure_shell_on_loopback(home: Path, ssh: list[str]) -> None:
    with Terminal(*ssh, command(home)) as app:
        app.wait_for("0 min")
        expected = key(app, 0, 1)
        app.resize(100, 30)
        expected += key(app, 2, 3, 0)
        assert keyed(home) == expected


def test_what_a_terminal_answers_in_the_middle_of_a_session_is_not_recorded(home: Path) -> None:
    """The bytes of the table that once became distress, gaze and comments, in the real program."""
    with Terminal("sh", "-c", command(home)) as app:
        app.wait_for("0 min")
        expected = key(app, 0)
        for answer in (
            "\x1b[<32;NaN;NaNM", "\x1bP>|XTerm(370)\x1b\\", "\x1b]11;rgb:3030/3434/4646\x07", "\x1b[?1;2c", "\x1b[8;30;100t",
            "1;2c0;276;0c", "11;rgb:0c0c/0c0c/0c0c", "\x1b[106;1:3u", "\x1b[1;1:3P",
        ):  # fmt: skip
            app.keys(answer)
            app.read(0.2)
        expected += key(app, 1, 3)
        assert keyed(home) == expected
        assert app.process.poll() is None
