"""`lock on` and `lock off` stopped at any system call: both kinds are read, nothing is lost, and a second run finishes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Tried
from faults.test_attacked import travelling
from sealing.folders import WORDS, filled, seal

from ii_companion.log import keys
from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places
from ii_companion.log.seal import seal_at
from ii_companion.log.sealing import read

STOPPED = """
import os, sys
count, at, refused = 0, int(sys.argv[2]), int(sys.argv[4])
def counted(name):
    real = getattr(os, name)
    def call(*a, **k):
        global count
        count += 1
        if count == at:
            if refused:
                raise OSError(refused, os.strerror(refused), str(a[0]) if a else None)
            os._exit(9)
        return real(*a, **k)
    setattr(os, name, call)
import filelock, tinydb, pyrage, cryptography.hazmat.primitives.ciphers.aead
from ii_companion.log import keys
from ii_companion.log.local import open_store
from ii_companion.log.locking import NewKeys
from ii_companion.session.refusal import Refusal
store = open_store(sys.argv[1])
for name in ("open", "fsync", "replace", "link", "unlink", "rename", "write", "utime"):
    counted(name)
try:
    if sys.argv[3] == "on":
        store.lock.put_on(NewKeys(*sys.argv[5:7]), None)
    else:
        store.lock.take_off()
except Refusal as refusal:
    print(refusal, file=sys.stderr)
    sys.exit(3)
print(count)
"""
NAME = travelling("p17").log.id


def everything(store: LocalStore) -> object:
    return (
        store.logs(), store.earlier(NAME), [store.written(one).events for one in sorted(store.known())],
        store.card("heron"), store.dates(), store.drafts(), store.practice.logs(), store.unfinished(),
    )  # fmt: skip


def stopped(places: Places, act: str, step: int, refused: int = 0) -> int:
    """Exit code 9 (killed) or 3 (a sentence), or the calls there were as a negative number."""
    pair = [keys.new_pair()[0] for _ in range(2)]
    argv = [sys.executable, "-c", STOPPED, str(places.root), str(step), act, str(refused), *pair]
    ran = subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ)
    assert ran.returncode in (0, 3, 9), ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.returncode or -int(ran.stdout)


def prepared(places: Places, act: str) -> object:
    before = everything(filled(places))
    if act == "off":
        seal(places)
    keys._held.clear()
    return before


@pytest.mark.long
@pytest.mark.parametrize("act", ["on", "off"])
@pytest.mark.parametrize("how", ["killed", "refused"])
def test_stopped_at_any_system_call_both_kinds_are_read_and_a_second_run_finishes(
    act: str, how: str, tmp_path: Path, ring: Path, whole: bool, tried: Tried
) -> None:
    first = Places(tmp_path / "counted")
    prepared(first, act)
    calls = -stopped(first, act, 100_000)
    assert calls > 60
    steps = range(1, calls + 1)
    sample = steps if whole else sorted(random.Random(act + how).sample(steps, 4 if how == "killed" else 3))
    for step in sample:
        places = Places(tmp_path / f"d{step}")
        before = prepared(places, act)
        ended = stopped(places, act, step, 0 if how == "killed" else 5)
        assert ended == 9 or how == "refused"
        tried(f"lock {act} {how} at a system call")
        store = open_store(str(places.root))
        assert everything(store) == before, step
        lock = store.lock
        if lock.seal is None:
            assert act == "on" or ended < 0 or not list(places.root.glob("seal.json*")), step
            if act == "on":
                seal(places)
        elif act == "on":
            lock.begin_again()
            lock.finish()
        else:
            lock.take_off()
        assert everything(store) == before, step
        found = store.lock.standing()
        assert found.plain == (0 if act == "on" else found.files), (step, found)
        assert (seal_at(places.root) is None) == (act == "off")
        left = list(places.root.rglob("*.tmp"))
        assert left == [], step
        data = b"".join(path.read_bytes() for path in places.root.rglob("*") if path.is_file())
        assert any(word.encode() in data for word in WORDS) == (act == "off"), step


def test_a_session_that_begins_meanwhile_and_a_draft_that_is_saved_are_kept(
    places: Places, ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a file's reading and its replacing another window saves it: its words win."""
    from ii_companion.log import relocking

    store = filled(places)
    (draft,) = store.drafts()
    real = relocking._sealed
    saved = []

    def sealed(top: Path, path: Path, data: bytes) -> bytes:
        new = real(top, path, data)
        if path.parent.name == "drafts" and not saved:
            from msgspec.structs import replace

            saved.append(replace(draft, texts={"next_time": "words typed meanwhile"}))
            store.keep_draft(saved[0])
        return new

    monkeypatch.setattr(relocking, "_sealed", sealed)
    seal(places)
    assert store.drafts() == saved
    assert store.lock.standing().plain == 0


def test_a_window_that_was_open_before_goes_on_after(places: Places, ring: Path) -> None:
    """A store that was opened while the folder was plain reads and saves in the sealed one, and back."""
    from msgspec.structs import replace

    store = filled(places)
    log = store.get(NAME)
    for act in ("on", "off"):
        seal(places) if act == "on" else LocalStore(places).lock.take_off()
        keys._held.clear()
        new = replace(log, next_time=act)
        store.save(new, keep_earlier=True, over=log)
        log = store.get(NAME)
        assert log.next_time == act
        assert read(places.log / "2026-11.json")
        assert store.lock.standing().plain == (0 if act == "on" else store.lock.standing().files)
