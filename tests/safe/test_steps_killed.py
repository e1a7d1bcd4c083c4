"""Whatever takes several steps, killed between any two of them: the next opening finishes it, or importing again does."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Tried
from faults.test_attacked import travelling

from ii_companion.files.taking import take_in
from ii_companion.log.cards import save_card
from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places
from ii_companion.session.card import Card

KILLED = """
import os, sys
count, at = 0, int(sys.argv[2])
def counted(name):
    real = getattr(os, name)
    def call(*a, **k):
        global count
        count += 1
        if count == at:
            os._exit(9)
        return real(*a, **k)
    setattr(os, name, call)
sys.path[:0] = [sys.argv[4]]
import filelock, tinydb
from datetime import UTC, datetime
from faults.test_attacked import travelling
from ii_companion.files.taking import take_in
from ii_companion.log import erase
from ii_companion.log.local import open_store
from ii_companion.log.store import Draft
store = open_store(sys.argv[1])
one = travelling("heron")
for name in ("open", "fsync", "replace", "link", "unlink", "rename", "write"):
    counted(name)
match sys.argv[3]:
    case "delete":
        store.remove(store.of_session(one.log.id))
    case "erase":
        store.erase("heron")
    case "tidy":
        store.remove(store.older_than(1, datetime(2028, 1, 1, tzinfo=UTC)))
    case "import":
        take_in(store, [travelling("wren", 5), travelling("wren", 6)])
    case "notes":
        store.keep_draft(Draft("notes-" + one.log.id, {"next_time": "new"}, "heron", one.log.id))
        from msgspec.structs import replace
        store.save(replace(one.log, next_time="new"), keep_earlier=True, over=one.log)
print(count)
"""
SAMPLE = 6


def prepared(root: Path) -> LocalStore:
    store = open_store(str(root))
    take_in(store, [travelling("heron"), travelling("otter")])
    save_card(Places(root), Card("heron"))
    return store


def killed(root: Path, act: str, step: int) -> int:
    """The exit code, and how many calls there were when it was not killed, as a negative number."""
    argv = [sys.executable, "-c", KILLED, str(root), str(step), act, str(Path(__file__).parents[1])]
    ran = subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ)
    assert ran.returncode in (0, 9), ran.stderr
    return ran.returncode or -int(ran.stdout)


@pytest.mark.long
@pytest.mark.parametrize("act", ["delete", "erase", "tidy", "import", "notes"])
def test_killed_at_any_system_call_it_is_finished_at_the_next_opening(
    act: str, tmp_path: Path, whole: bool, tried: Tried
) -> None:
    prepared(tmp_path / "counted")
    calls = -killed(tmp_path / "counted", act, 10_000)
    assert calls > 3
    steps = range(1, calls + 1)
    for step in steps if whole else sorted(random.Random(act).sample(steps, min(SAMPLE, calls))):
        root = tmp_path / f"d{step}"
        prepared(root)
        assert killed(root, act, step) == 9
        tried(f"{act} ended between two system calls")
        before = [p.name for p in (root / "intents").glob("*.json")] if (root / "intents").exists() else []
        told: list[str] = []
        store = open_store(str(root)).telling(told.append)
        ids = store.ids()
        assert travelling("otter").log.id in ids or act == "tidy"
        assert store.unfinished()[0] == [], (act, step)
        heron = travelling("heron").log.id
        if act in ("delete", "erase") and (before or heron not in ids):
            named = [
                p
                for p in root.rglob("*")
                if p.is_file() and (b"-heron-" in p.read_bytes() or heron in p.name)
            ]
            assert named == [], (step, named)
        if act == "import":
            take_in(store, [travelling("wren", 5), travelling("wren", 6)])
            for n in (5, 6):
                written = store.written(travelling("wren", n).log.id)
                assert written is not None
                assert written.events == travelling("wren", n).events
            assert len([one for one in store.ids() if "wren" in one]) == 2
        if act == "notes":
            assert store.get(heron) is not None
        assert not [sentence for sentence in told if "damaged" in sentence]
