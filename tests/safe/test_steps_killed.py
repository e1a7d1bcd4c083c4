"""Whatever takes several steps, killed or refused by the disk between any two: the next opening finishes it, or importing again does."""

from __future__ import annotations

import errno
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
count, at, refused, lasting = 0, int(sys.argv[2]), int(sys.argv[5]), sys.argv[6] == "True"
def counted(name):
    real = getattr(os, name)
    def call(*a, **k):
        global count
        count += 1
        if refused and (count == at or lasting and count > at):
            raise OSError(refused, os.strerror(refused), str(a[0]) if a else None)
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
from ii_companion.log.draft import Draft
from ii_companion.session.refusal import Refusal
store = open_store(sys.argv[1])
one = travelling("heron")
for name in ("open", "fsync", "replace", "link", "unlink", "rename", "write"):
    counted(name)
try:
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
except Refusal as refusal:
    print(refusal, file=sys.stderr)
    sys.exit(3)
print(count)
"""
SAMPLE = 2


def prepared(root: Path) -> LocalStore:
    store = open_store(str(root))
    take_in(store, [travelling("heron"), travelling("otter")])
    save_card(Places(root), Card("heron"))
    return store


def killed(root: Path, act: str, step: int, refused: int = 0, lasting: bool = False) -> int:
    """Exit code 9 (killed) or 3 (a sentence), or the calls there were as a negative number.

    The call of that number ends the process, or is refused with this error number; lasting: all that follow too.
    """
    argv = [
        sys.executable,
        "-c",
        KILLED,
        str(root),
        str(step),
        act,
        str(Path(__file__).parents[1]),
        str(refused),
        str(lasting),
    ]
    ran = subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ)
    assert ran.returncode in (0, 9, 3), (act, step, ran.stderr)
    assert "Traceback" not in ran.stderr
    assert bool(ran.stderr) == (ran.returncode == 3), ran.stderr
    return ran.returncode or -int(ran.stdout)


def steps_of(act: str, root: Path, whole: bool, most: int = SAMPLE) -> list[int]:
    """The calls of this act, by number: all of them, or a seeded sample."""
    prepared(root)
    calls = -killed(root, act, 10_000)
    assert calls > 3
    steps = range(1, calls + 1)
    return list(steps) if whole else sorted(random.Random(act).sample(steps, min(most, calls)))


def naming(root: Path, words: tuple[bytes, ...], name: str) -> list[Path]:
    """The files that hold one of the words, or have the name in theirs."""
    files = (path for path in root.rglob("*") if path.is_file())
    return [path for path in files if name in path.name or any(one in path.read_bytes() for one in words)]


def check(root: Path, act: str, step: int, done: bool = False) -> None:
    """Opened again, what was begun is finished, and what was not is as it was; done: it was said to be done."""
    intents = root / "intents"
    begun = done or (intents.exists() and list(intents.glob("*.json")) != [])
    told: list[str] = []
    store = open_store(str(root)).telling(told.append)
    ids = store.ids()
    assert travelling("otter").log.id in ids or act == "tidy"
    assert store.unfinished()[0] == [], (act, step)
    heron = travelling("heron").log.id
    if act in ("delete", "erase") and (begun or heron not in ids):
        named = naming(root, (b"-heron-",), heron)
        # it says what was deleted, not what was erased
        record = [root / "activity.jsonl"] if act == "delete" else []
        assert [path for path in named if path not in record] == [], (step, named)
    if act == "erase":  # asked for once more, whatever was begun and left lying
        store.erase("heron")
        assert naming(root, (b"-heron-", b'"heron"'), "heron") == []
    if act == "import":
        take_in(store, [travelling("wren", 5), travelling("wren", 6)])
        for n in (5, 6):
            written = store.written(travelling("wren", n).log.id)
            assert written is not None
            assert written.events == travelling("wren", n).events
        assert len([one for one in store.ids() if "wren" in one]) == 2
    if act == "notes":
        log = store.get(heron)
        assert log is not None
        assert log.next_time == "new" or not done
    assert not [sentence for sentence in told if "damaged" in sentence]


ACTS = ["delete", "erase", "tidy", "import", "notes"]
ERRORS = ["EIO", "ENOSPC", "ENOLCK", "EOPNOTSUPP", "EINVAL"]


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_killed_at_any_system_call_it_is_finished_at_the_next_opening(
    act: str, tmp_path: Path, whole: bool, tried: Tried
) -> None:
    for step in steps_of(act, tmp_path / "counted", whole):
        root = tmp_path / f"d{step}"
        prepared(root)
        assert killed(root, act, step) == 9
        tried(f"{act} ended between two system calls")
        check(root, act, step)


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_refused_any_system_call_it_is_said_or_done(
    act: str, tmp_path: Path, whole: bool, tried: Tried
) -> None:
    for step in steps_of(act, tmp_path / "counted", whole, 1):
        for error in ERRORS if whole else [random.Random(f"{act}{step}").choice(ERRORS)]:
            for lasting in (False, True):
                root = tmp_path / f"d{step}-{error}-{lasting}"
                prepared(root)
                ended = killed(root, act, step, getattr(errno, error), lasting)
                tried(f"{act} refused {'every system call from one on' if lasting else 'one system call'}")
                check(root, act, step, done=ended < 0)
