"""`ii-companion lock`: sealed and opened from a terminal, without one, with and without a keyring."""

from __future__ import annotations

import getpass
import importlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.test_attacked import travelling
from faults.test_files import EVENTS
from msgspec.structs import replace
from sealing import rings
from sealing.folders import filled, seal

from ii_companion.cli import main
from ii_companion.log import keys
from ii_companion.log.journal import Journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.seal import write_seal
from ii_companion.verbs.lock import _same

PASSPHRASE = "four quiet wooden spoons"
Run = Callable[..., tuple[int, str]]
KEY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


@pytest.fixture
def run(places: Places, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command at a terminal whose person types these; `KEY` is the recovery key that was shown."""
    shown = [""]

    def go(*argv: str, types: tuple[str, ...] = (), fresh: bool = True) -> tuple[int, str]:
        waiting, said = list(types), ""

        def typed(prompt: str = "", stream: object = None) -> str:
            nonlocal said
            said += capfd.readouterr().out
            if found := KEY.search(said):
                shown[0] = found[0]
            answer = waiting.pop(0)
            return shown[0] if answer == "KEY" else shown[0][-12:].lower() if answer == "LAST" else answer

        if fresh:
            monkeypatch.setattr(keys, "_held", {})
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(getpass, "getpass", typed)
        code = main(["--data-dir", str(places.root), *argv])
        out = capfd.readouterr()
        assert not waiting
        return code, said + out.out + out.err

    go.shown = shown  # type: ignore[attr-defined]
    return go


def test_on_shows_the_recovery_key_once_asks_it_back_and_seals(places: Places, ring: Path, run: Run) -> None:
    filled(places)
    code, said = run("lock", "on", types=("no", "LAST"))
    assert code == 0
    assert len(KEY.findall(said)) == 1
    assert len(KEY.findall(said)[0]) == 74
    assert run("lock", "status") == (0, "Sealed; its key is in this system's keyring.\n")
    assert json.loads(run("lock", "status", "--json")[1])["plain"] == 0
    assert run("lock", "on") == (0, "The folder is sealed already.\n")
    code, said = run("log")
    assert code == 0
    assert "a good morning" in said
    code, said = run("lock", "off")
    assert code == 0
    assert run("lock", "status") == (0, "Not sealed.\n")
    assert run("lock", "off") == (0, "The folder is not sealed.\n")


def test_a_recovery_key_that_is_not_typed_back_seals_nothing(places: Places, ring: Path, run: Run) -> None:
    filled(places)
    code, said = run("lock", "on", types=("a", "b", "AGE-SECRET-KEY-1"))
    assert code == 1
    assert "Nothing was sealed" in said
    assert not (places.root / "seal.json").exists()
    assert not ring.exists()


def test_what_is_typed_back_is_the_key_or_its_end_however_it_is_written() -> None:
    key = "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"
    assert _same(key, key)
    assert _same(f" {key.lower()[:40]} {key.lower()[40:]}", key)
    assert _same(key[-12:], key)
    assert not _same(key[-11:], key)
    assert not _same("", key)
    assert not _same(key[:-1] + "Q", key)


def test_without_a_terminal_nothing_is_asked_and_nothing_sealed(
    places: Places, ring: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(places)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert main(["--data-dir", str(places.root), "lock", "on"]) == 1
    said = capsys.readouterr()
    assert "needs a terminal" in said.err
    assert not KEY.search(said.out + said.err)


@pytest.mark.long
def test_a_passphrase_opens_a_wrong_one_is_a_sentence_after_one_try_and_it_can_be_changed(
    places: Places, ring: Path, no_ring: None, run: Run, whole: bool
) -> None:
    """No keyring: a passphrase is asked for, and where nobody can be asked, a sentence. Each try takes age seconds, on purpose.

    A sample: without the change.
    """
    filled(places)
    assert "12 letters or more" in run("lock", "on", types=("short",))[1]
    assert "not the same" in run("lock", "on", types=(PASSPHRASE, PASSPHRASE + "s"))[1]
    code, said = run("lock", "on", types=(PASSPHRASE, PASSPHRASE, "KEY"))
    assert code == 0
    assert "no keyring that works here" in said
    assert not ring.exists()
    code, said = run("log", types=("not that one",))
    assert code == 1
    assert said.count("\n") == 1
    assert "not the passphrase" in said
    assert run("log", types=(PASSPHRASE,))[0] == 0
    if not whole:
        return
    assert run("lock", "passphrase", types=(PASSPHRASE, *("another one of mine",) * 2))[0] == 0
    assert run("log", types=(PASSPHRASE,))[0] == 1
    assert run("log", types=("another one of mine",))[0] == 0


def test_sealed_under_a_passphrase_a_program_without_a_terminal_gets_a_sentence(
    places: Places, ring: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(places)
    seal(places)
    write_seal(places.root, replace(store.lock.seal, kept="passphrase"))
    monkeypatch.setattr(keys, "_held", {})
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    for argv in (["log"], ["erase", "p17", "--yes"], ["export", "--format", "json", "--out", "x"]):
        assert main(["--data-dir", str(places.root), *argv]) == 1
        assert "Run the command at a terminal" in capsys.readouterr().err
    assert store.lock.standing().plain == 0


def test_from_the_keyring_to_a_passphrase(places: Places, ring: Path, run: Run) -> None:
    filled(places)
    assert run("lock", "on", types=("LAST",))[0] == 0
    assert run("lock", "passphrase", types=(PASSPHRASE, PASSPHRASE))[0] == 0
    assert ring.read_text() == "{}"
    assert "under a passphrase" in run("lock", "status")[1]


def test_a_folder_whose_keyring_is_gone_opens_on_another_machine_with_its_recovery_key(
    places: Places, ring: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(places)
    recovery = seal(places).recovery
    there = Places(tmp_path / "elsewhere" / "of another name")
    shutil.copytree(places.root, there.root)
    shutil.rmtree(places.root)
    monkeypatch.setenv(rings.VARIABLE, str(tmp_path / "its-ring.json"))
    monkeypatch.setattr(places, "root", there.root)
    code, said = run("log")
    assert code == 1
    assert "lock recover FILE" in said
    file = tmp_path / "recovery.txt"
    file.write_text("nothing of the kind\n")
    assert "no recovery key in it" in run("lock", "recover", str(file))[1]
    file.write_text(recovery[:-1] + ("Q" if recovery[-1] != "Q" else "P"))
    assert "a wrong letter" in run("lock", "recover", str(file))[1]
    file.write_text(keys.new_pair()[0])
    assert "not the recovery key of" in run("lock", "recover", str(file))[1]
    file.write_text(f"# kept in the safe\n{recovery.lower()}\n")
    code, said = run("lock", "recover", str(file))
    assert code == 0
    assert "a good morning" in run("log")[1]
    assert LocalStore(there).written(travelling("heron").log.id).events


@pytest.mark.parametrize("why", ["locked", "empty", "another's"])
def test_a_keyring_that_gives_no_key_is_a_sentence(
    places: Places, ring: Path, run: Run, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    filled(places)
    seal(places)
    if why == "locked":
        monkeypatch.setattr(keys, "BACKENDS", ("sealing.rings:LockedRing",))
    elif why == "empty":
        ring.unlink()
    else:
        ring.write_text(
            json.dumps(dict.fromkeys(json.loads(ring.read_text()), keys.new_pair()[0] + "\nage1x"))
        )
    code, said = run("log")
    assert code == 1
    assert said.count("\n") == 1
    assert "recover" in said


def test_keys_that_somebody_else_put_into_the_seal_are_noticed(places: Places, ring: Path, run: Run) -> None:
    """Else all that is written from then on could be read by them."""
    filled(places)
    seal(places)
    path = places.root / "seal.json"
    theirs = json.loads(path.read_text())
    path.write_text(json.dumps({**theirs, "recovery": keys.new_pair()[1]}))
    code, said = run("log")
    assert code == 1
    assert "sealed for other keys" in said


def test_a_damaged_seal_is_read_from_its_copy(places: Places, ring: Path, run: Run) -> None:
    filled(places)
    seal(places)
    path = places.root / "seal.json"
    for damage in (path.unlink, lambda: path.write_bytes(b""), lambda: path.write_bytes(b'{"format":')):
        damage()
        assert "a good morning" in run("log")[1]
    path.with_name("seal.json.bak").write_bytes(b"x")
    assert "is damaged, and so is its copy" in run("log")[1]
    path.write_text('{"format":"ii-companion.seal","version":2}')
    assert "newer version" in run("log")[1]


def test_nothing_is_sealed_or_opened_while_a_session_runs(places: Places, ring: Path, run: Run) -> None:
    filled(places)
    ready(places)
    header = replace(travelling("p18").header, id="20261124-101500-p18-0001")
    journal = Journal.begin(places.journals, header)
    code, said = run("lock", "on")
    assert code == 1
    assert "A session is running" in said
    for event in EVENTS:
        assert journal.append(event)
    journal.close()
    assert run("lock", "on", types=("LAST",))[0] == 0
    assert len(LocalStore(places).written(header.id).events) == len(EVENTS)


def test_what_cannot_be_opened_is_set_aside_and_the_rest_is_made_plain(
    sealed: LocalStore, places: Places
) -> None:
    heron, otter = (places.journals / f"{travelling(one).log.id}.jsonl" for one in ("heron", "otter"))
    lines = heron.read_bytes().splitlines(keepends=True)
    heron.write_bytes(b"".join([*lines[:3], lines[2], *lines[3:]]))
    otter.write_bytes(b"".join([lines[0], *otter.read_bytes().splitlines(keepends=True)[1:]]))
    sealed.lock.take_off()
    assert len(sealed.written(heron.stem).events) == 1
    assert sealed.written(otter.stem) is None
    assert len(list(places.journals.glob("*.damaged-*"))) == 2
    assert {log.learner for log in sealed.logs()} == {"heron", "otter", "p17"}


def test_a_process_that_holds_a_key_writes_no_core_file(sealed: LocalStore) -> None:
    resource = pytest.importorskip("resource")
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_the_systems_own_keyrings_are_asked_by_name_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name is one that the installed keyring has; here, without a desktop, none of them works."""
    code = "from ii_companion.log import keys; print(keys.native_keyring(), keys.BACKENDS)"
    env = {"PATH": "/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    if sys.platform.startswith("linux"):
        assert out.stdout.startswith("None ")
        assert out.stderr == ""
    for name in ("keyring.backends.Windows:WinVaultKeyring", "keyring.backends.macOS:Keyring",
                 "keyring.backends.SecretService:Keyring", "keyring.backends.kwallet:DBusKeyring"):  # fmt: skip
        module, _colon, cls = name.partition(":")
        try:
            assert hasattr(importlib.import_module(module), cls)
        except OSError:  # macOS's, on another system, looks for its libraries
            assert module.endswith("macOS")
