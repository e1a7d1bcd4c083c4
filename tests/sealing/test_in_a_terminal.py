"""Sealing as a person does it, in a real terminal: what is asked, what is shown, and where the keys never are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="needs a Unix terminal")

from e2e.terminal import Terminal, companion

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc"),
]
KEY = re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}")
PASSPHRASE = "four quiet words here"


def everywhere(app: Terminal) -> bytes:
    """What other programs of this account can see of a running one, without stopping it."""
    seen = b""
    for pid in [app.process.pid, *map(int, children(app.process.pid))]:
        for name in ("cmdline", "environ"):
            seen += Path(f"/proc/{pid}/{name}").read_bytes()
    return seen


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def files(*folders: Path) -> bytes:
    return b"".join(
        path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()
    )


def test_the_recovery_key_is_shown_once_and_no_key_is_anywhere_else(
    tmp_path: Path,
) -> None:
    """Sealed under a passphrase, a session held and read back: command lines, environments, files and screens are searched."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    temporary.mkdir()
    env = {"TMPDIR": str(temporary), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    shown = b""
    with companion("note", "p17", "She hummed, a zebrafinch.", "--minutes", "5", home=home, env=env) as app:
        app.wait_until_gone()
    with companion("lock", "on", "--passphrase", home=home, env=env) as app:
        app.wait_for("New passphrase")
        app.keys(f"{PASSPHRASE}\r")
        app.wait_for("The same once more")
        app.keys(f"{PASSPHRASE}\r")
        app.wait_for("Type its last")
        (key,) = KEY.findall(app.raw)
        assert key not in everywhere(app)
        app.keys(key[-12:].decode() + "\r")
        app.wait_for("is sealed.")
        assert app.wait_until_gone() == 0
        assert len(KEY.findall(app.raw)) == 1  # nor is what is typed back echoed
        assert app.raw.count(key[-12:]) <= 2
        assert PASSPHRASE.encode() not in app.raw
    with companion("start", "--learner", "p17", "--me", "k7", home=home, env=env) as app:
        app.wait_for("Passphrase")
        app.keys(f"{PASSPHRASE}\r")
        app.wait_for("0 min")
        app.keys(" ")
        app.wait_for("learner")
        assert not KEY.search(everywhere(app))
        assert PASSPHRASE.encode() not in everywhere(app)
        limits = Path(f"/proc/{app.process.pid}/limits").read_text()
        assert re.search(r"Max core file size +0 ", limits)
        app.process.kill()
        app.process.wait()
        shown += app.raw
    with companion("log", "--json", home=home, env=env) as app:
        app.wait_for("Passphrase")
        app.keys(f"{PASSPHRASE}\r")
        app.wait_for("zebrafinch")
        assert app.wait_until_gone() == 0
        shown += app.raw
    kept = files(home, temporary)
    assert not KEY.search(shown + kept)
    for word in (PASSPHRASE.encode(), b"zebrafinch", b'"p17"', b'"k7"'):
        assert word not in kept, word
