"""The faults that the log is tried with, tried again on a sealed folder: killed, refused, cut off, slow, and many at once."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Tried
from faults import test_files, test_power_cut
from faults.test_files import CUT, EVENTS, HEADER
from msgspec.structs import replace
from safe import test_steps_killed as steps
from sealing.folders import seal

from ii_companion.log.closing import brief_log
from ii_companion.log.journal import Journal
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.shelf import Shelf
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind

SEALING = "ready(places); __import__('sealing.folders', fromlist=['seal']).seal(places)"


@pytest.fixture
def sealed_when_prepared(ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = steps.prepared

    def prepared(root: Path) -> LocalStore:
        store = real(root)
        seal(Places(root))
        return store

    monkeypatch.setattr(steps, "prepared", prepared)


def all_sealed(root: Path) -> bool:
    standing = LocalStore(Places(root)).lock.standing()
    return standing.sealed and standing.plain == 0


@pytest.mark.long
@pytest.mark.parametrize("act", steps.ACTS)
def test_killed_at_any_system_call_it_is_finished_at_the_next_opening(
    act: str, tmp_path: Path, sealed_when_prepared: None, whole: bool, tried: Tried
) -> None:
    if not whole and act not in ("erase", "notes"):
        pytest.skip("every act under --long")
    for step in steps.steps_of(act, tmp_path / "counted", whole, 1):
        root = tmp_path / f"d{step}"
        steps.prepared(root)
        assert steps.killed(root, act, step) == 9
        tried(f"{act} in a sealed folder ended between two system calls")
        steps.check(root, act, step)
        assert all_sealed(root)


@pytest.mark.long
@pytest.mark.parametrize("act", steps.ACTS)
def test_refused_any_system_call_it_is_said_or_done(
    act: str, tmp_path: Path, sealed_when_prepared: None, whole: bool, tried: Tried
) -> None:
    if not whole and act != "import":
        pytest.skip("every act under --long")
    for step in steps.steps_of(act, tmp_path / "counted", whole, 1):
        for error in steps.ERRORS if whole else [random.Random(f"{act}{step}").choice(steps.ERRORS)]:
            for lasting in (False, True):
                root = tmp_path / f"d{step}-{error}-{lasting}"
                steps.prepared(root)
                ended = steps.killed(root, act, step, getattr(errno, error), lasting)
                tried(f"{act} in a sealed folder refused a system call")
                steps.check(root, act, step, done=ended < 0)
                assert all_sealed(root)


@pytest.mark.long
def test_a_save_killed_between_any_two_steps_leaves_the_old_month_or_the_new(
    tmp_path: Path, ring: Path, whole: bool, tried: Tried
) -> None:
    every = list(range(1, 60))
    outcomes = set()
    for step in every if whole else [2, 9, 14, 59]:
        places = Places(tmp_path / f"d{step}")
        ready(places)
        seal(places)
        Shelf(places).save(brief_log(HEADER, EVENTS))
        folder = str(Path(test_files.__file__).parent)
        argv = [sys.executable, "-c", CUT, str(places.root), str(step), folder]
        ran = subprocess.run(argv, capture_output=True, text=True, env=os.environ, check=False)
        assert ran.returncode in (0, 9), ran.stderr
        told: list[str] = []
        ids = {log.id for log in Shelf(places, told.append).logs()}
        assert HEADER.id in ids
        assert not [sentence for sentence in told if "damaged" in sentence]
        outcomes.add("new" in ids)
        Shelf(places).save(brief_log(HEADER, EVENTS))
        assert all_sealed(places.root) or ran.returncode == 9
        tried("saves in a sealed folder ended between two system calls", ran.returncode == 9)
        if ran.returncode == 0:
            break
    assert outcomes == {True, False}


WRITER = """
import sys
sys.path[:0] = sys.argv[2:4]
import test_files as t
from pathlib import Path
from ii_companion.log.journal import Journal
from ii_companion.log.places import Places
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
journal = Journal.begin(Places(Path(sys.argv[1])).journals, t.HEADER)
n = 0
while True:
    n += 1
    journal.append(Event(n, n / 100, Kind.LEARNER_ACT))
    print(n, flush=True)
"""


@pytest.mark.long
def test_killed_while_it_is_written_a_sealed_journal_has_every_event_that_was_acknowledged(
    tmp_path: Path, ring: Path, whole: bool, tried: Tried
) -> None:
    folder = Path(test_files.__file__).parent
    for n in range(100 if whole else 3):
        places = Places(tmp_path / f"k{n}")
        ready(places)
        seal(places)
        argv = [sys.executable, "-c", WRITER, str(places.root), str(folder), str(folder.parent)]
        writer = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _line in range(random.Random(n).randrange(5, 400)):
            acknowledged = int(writer.stdout.readline())
        writer.kill()
        rest, _err = writer.communicate()
        whole_lines = [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        acknowledged = int(whole_lines[-1]) if whole_lines else acknowledged
        (one,), complaints = LocalStore(places).unfinished()
        assert complaints == []
        assert not one.written.damaged_line
        assert one.session.n >= acknowledged
        assert [event.n for event in one.written.events] == list(range(1, one.session.n + 1))
        tried("kills while a sealed journal was written")


@pytest.mark.long
@pytest.mark.parametrize("processes", [2, 8])
def test_many_processes_on_one_folder_lose_nothing(
    places: Places, ring: Path, processes: int, whole: bool, tried: Tried
) -> None:
    if processes > 2 and not whole:
        pytest.skip("eight at once under --long")
    ready(places)
    seal(places)
    test_files.test_many_processes_on_one_folder_lose_nothing(places, processes, tried)
    assert all_sealed(places.root)


def test_a_slow_disk_keeps_no_key_waiting(
    places: Places, ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    ready(places)
    seal(places)
    go_on = threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: go_on.wait(30))
        journal = Journal.begin(places.journals, HEADER)
        for n in range(1, 101):
            assert journal.append(Event(n, n / 10, Kind.LEARNER_ACT))
        assert len(read_journal(journal.path).events) == 100
        assert not go_on.is_set()
        go_on.set()
        journal.close()


@pytest.mark.long
@pytest.mark.parametrize("script", ["WRITER", "REMOVER"])
def test_a_power_cut(
    script: str, tmp_path: Path, ring: Path, whole: bool, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not whole:
        pytest.skip("power cuts of a sealed folder under --long")
    if test_power_cut.pytestmark.args[0]:
        pytest.skip(test_power_cut.pytestmark.kwargs["reason"])
    sealing = getattr(test_power_cut, script).replace("ready(places)", SEALING)
    monkeypatch.setattr(test_power_cut, script, sealing)
    if script == "WRITER":
        test_power_cut.test_what_was_saved_and_what_was_flushed_survives_a_power_cut(tmp_path, tried)
    else:
        name = "test_what_was_erased_stays_erased_and_what_was_taken_in_is_whole_after_a_power_cut"
        monkeypatch.setattr(
            Path, "read_bytes", lambda path: b""
        )  # sealed: it is looked for in names, and in the store
        getattr(test_power_cut, name)(tmp_path, tried)


def test_an_edit_on_a_sealed_folder_keeps_the_version_before(sealed: LocalStore) -> None:
    log = sealed.logs()[0]
    sealed.save(replace(log, next_time="new"), keep_earlier=True, over=log)
    assert sealed.earlier(log.id)[-1] == log
