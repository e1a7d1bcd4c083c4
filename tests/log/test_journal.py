"""The journal: written at once, on disk soon, mended when torn, patient with a full disk."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from makers import coded, legal_sessions

from ii_companion.log import journal as journals
from ii_companion.log.header import Header
from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.live import is_live
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, is_held, ready
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.refusal import Refusal


def header(session_id: str = "s1") -> Header:
    return Header(
        id=session_id, learner="heron", started_at=datetime(2026, 11, 23, tzinfo=UTC), card=Card("heron")
    )


def test_a_line_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path, header())
    for n, event in enumerate(coded("1L 2i 3L"), 1):
        assert journal.append(event)
        assert len(read_journal(journal.path).events) == n
    journal.close()
    assert '{"n":2,"t":2.0,"kind":"imitate","detail":""}' in journal.path.read_text().splitlines()


def test_files_are_private_where_the_system_knows_modes(tmp_path: Path) -> None:
    places = Places(tmp_path / "data")
    ready(places)
    journal = Journal.begin(places.journals, header())
    journal.close()
    if os.name == "posix":
        assert journal.path.stat().st_mode & 0o777 == 0o600
        assert {p.stat().st_mode & 0o777 for p in (places.root, places.log, places.journals)} == {0o700}


@given(legal_sessions(20), st.data())
def test_a_journal_cut_anywhere_gives_every_whole_line(events: list[Event], data: st.DataObject) -> None:
    import msgspec

    lines = [msgspec.json.encode(header()), *map(msgspec.json.encode, events)]
    whole = b"\n".join(lines) + b"\n"
    cut = data.draw(st.integers(len(lines[0]) + 1, len(whole)))
    path = Path(os.environ["II_COMPANION_HOME"] + ".jsonl")
    path.write_bytes(whole[:cut])
    written = read_journal(path)
    assert list(written.events) == events[: whole[:cut].count(b"\n") - 1]
    assert written.torn == (not whole[:cut].endswith(b"\n"))


def test_a_full_disk_keeps_events_in_memory_and_writes_them_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.begin(tmp_path, header())
    events = coded("1L 2i 3L 4j")
    journal.append(events[0])
    real = os.write

    def torn(handle: int, data: bytes) -> int:
        real(handle, bytes(data)[:9])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", torn)
    assert not journal.append(events[1])
    assert not journal.append(events[2])
    assert (journal.waiting, journal.trouble) == (2, "no space left on device")
    assert [e.n for e in read_journal(journal.path).events] == [1]
    monkeypatch.setattr(os, "write", real)
    assert journal.append(events[3])
    journal.close()
    written = read_journal(journal.path)
    assert list(written.events) == events
    assert (written.torn, journal.trouble) == (False, "")


def test_a_journal_that_is_being_written_is_live_and_not_offered(places: Places) -> None:
    ready(places)
    journal = Journal.begin(places.journals, header())
    journal.append(coded("1L")[0])
    end = time.monotonic() + 30  # the lock waits for the first paint; how long is the machine's business
    while not is_live(journal.path) and time.monotonic() < end:
        time.sleep(0.01)
    assert is_live(journal.path)
    assert LocalStore(places).unfinished()[0] == []
    journal.close()
    assert not is_live(journal.path)
    assert [one.header.id for one in LocalStore(places).unfinished()[0]] == ["s1"]


@pytest.mark.skipif(os.name == "nt", reason="filelock asks there")
def test_a_lock_is_asked_for_as_filelock_would_and_without_loading_it(tmp_path: Path) -> None:
    """A start asks it of every session that was cut off before."""
    import fcntl  # not on Windows

    lock = tmp_path / "one.lock"
    with pytest.raises(FileNotFoundError):
        is_held(lock)
    with FileLock(lock):
        assert is_held(lock)
    assert lock.exists()
    assert not is_held(lock)
    with FileLock(lock, timeout=0):  # asking has let go of it
        pass
    with lock.open() as another, lock.open() as a_third:  # two that ask at once
        fcntl.flock(another, fcntl.LOCK_SH)
        fcntl.flock(a_third, fcntl.LOCK_SH)
        assert not is_held(lock)
    asks = f"import sys; from pathlib import Path; from ii_companion.log.live import newest_live; newest_live(Path({str(tmp_path)!r}))"
    (tmp_path / "one.jsonl").touch()
    loaded = subprocess.run(
        [sys.executable, "-c", asks + "; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert "filelock" not in loaded.stdout.split()


def test_keeping_an_unfinished_session_ends_its_journal_and_logs_it_as_interrupted(places: Places) -> None:
    ready(places)
    journal = Journal.begin(places.journals, header())
    for event in coded("1L 2i"):
        journal.append(event)
    journal.close()
    with journal.path.open("ab") as file:
        file.write(b'{"n":3,"t":3.0,"ki')
    (one,), _ = LocalStore(places).unfinished()
    assert one.written.torn
    log = LocalStore(places).finish(one)
    LocalStore(places).save(log)
    assert (log.end_reason, log.duration_s) == ("interrupted", 2.0)
    assert [e.kind for e in read_journal(journal.path).events] == ["learner_act", "imitate", "ended"]
    assert LocalStore(places).unfinished() == ([], [])


def test_a_newer_or_damaged_journal_is_named_and_left_alone(places: Places) -> None:
    ready(places)
    newer = journal_path(places.journals, "newer")
    newer.write_text('{"format":"ii-companion.journal","version":9,"id":"newer","new":1}\n')
    torn = journal_path(places.journals, "torn")
    torn.write_bytes(b"\0\0\0\0")
    found, complaints = LocalStore(places).unfinished()
    assert found == []
    assert len(complaints) == 2
    assert "newer version" in next(c for c in complaints if "newer.jsonl" in c)
    assert newer.exists()
    assert torn.exists()


def test_a_session_does_not_start_where_its_journal_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="does not start"):
        Journal.begin(tmp_path / "nowhere", header())


def test_lines_reach_the_disk_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flusher is woken by a line and calls fsync; nothing in it waits for the screen."""
    import threading

    synced = threading.Event()
    monkeypatch.setattr(journals.os, "fsync", lambda handle: synced.set())
    journal = Journal.begin(tmp_path, header())
    assert synced.wait(10)
    synced.clear()
    journal.append(coded("1L")[0])
    assert synced.wait(10)
    assert journals.FLUSH_S < 0.2
    journal.close()
