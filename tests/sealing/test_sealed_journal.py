"""A sealed journal: whatever is done to its lines ends the good part there, and is said."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Tried
from faults.test_attacked import travelling
from faults.test_files import EVENTS, HEADER
from makers import coded
from sealing.folders import seal

from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.journal_reader import read_journal, read_with_size
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places, ready
from ii_companion.log.sealed_journal import count_and_tag
from ii_companion.session.refusal import Refusal

MANY = coded(" ".join(f"{n}{'Lij'[n % 3]}" for n in range(1, 13)))


@pytest.fixture
def written(places: Places, ring: Path) -> Path:
    """A sealed journal of twelve events, not ended."""
    ready(places)
    seal(places)
    journal = Journal.begin(places.journals, HEADER)
    for event in MANY:
        journal.append(event)
    assert journal.close()
    return journal.path


def read_to(path: Path) -> int:
    """How many events can be read, each of them as it was written; -1 if not even the header can be."""
    try:
        found = read_journal(path)
    except Refusal:
        return -1
    assert found.header == HEADER
    assert list(found.events) == MANY[: len(found.events)]
    return len(found.events)


def test_it_says_what_was_written_and_no_word_of_it_stands_in_the_file(written: Path) -> None:
    assert read_to(written) == len(MANY)
    data = written.read_bytes()
    assert len(data.splitlines()) == len(MANY) + 2
    for word in (b"learner_act", b"heron", b"ii-companion.journal"):
        assert word not in data


def test_every_cut_leaves_the_whole_lines_before_it(written: Path, whole: bool, tried: Tried) -> None:
    data = written.read_bytes()
    ends = [n for n, byte in enumerate(data, 1) if byte == 10]
    cuts = {*random.Random(4).sample(range(len(data)), 150), *ends, *(end - 1 for end in ends)}
    for cut in range(len(data)) if whole else sorted(cuts):
        written.write_bytes(data[:cut])
        lines = sum(end <= cut for end in ends)
        assert read_to(written) == max(-1, lines - 2)
        tried("cuts of a sealed journal")


def test_every_flipped_bit_ends_the_good_part_there_and_is_said(
    written: Path, whole: bool, tried: Tried
) -> None:
    data = written.read_bytes()
    bits = range(8 * len(data))
    for bit in bits if whole else random.Random(5).sample(bits, 600):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        written.write_bytes(flipped)
        line = data.count(b"\n", 0, bit // 8)
        assert read_to(written) == (-1 if line < 2 else line - 2), (bit, line)
        if line >= 2 and (
            line < len(MANY) + 1 or data[bit // 8] != 10
        ):  # not the last line break: that is a cut
            assert str(line + 1) in read_journal(written).complaint
        tried("bits flipped in a sealed journal")


def spoilt(lines: list[bytes], foreign: list[bytes]) -> Iterator[tuple[str, int, list[bytes]]]:
    """What was done, the line it was done at, and the lines then."""
    for n in range(2, len(lines)):
        yield "dropped", n, lines[:n] + lines[n + 1 :]
        yield "doubled", n + 1, [*lines[: n + 1], lines[n], *lines[n + 1 :]]
        yield "foreign", n, [*lines[:n], foreign[n], *lines[n + 1 :]]
        yield "put in", n, [*lines[:n], foreign[n], *lines[n:]]
        for m in range(n + 1, len(lines)):
            swapped = list(lines)
            swapped[n], swapped[m] = swapped[m], swapped[n]
            yield "swapped", n, swapped
            moved = list(lines)
            moved.insert(m, moved.pop(n))
            yield "moved", n, moved


def test_every_line_dropped_doubled_moved_swapped_or_foreign_ends_the_good_part(
    written: Path, tried: Tried
) -> None:
    lines = written.read_bytes().splitlines(keepends=True)
    places = Places(written.parents[1])
    other = Journal.begin(places.journals, travelling("otter").header)
    for event in MANY:
        other.append(event)
    other.close()
    foreign = other.path.read_bytes().splitlines(keepends=True)
    for what, at, now in spoilt(lines, foreign):
        written.write_bytes(b"".join(now))
        assert read_to(written) == min(at, len(lines)) - 2, (what, at)
        if at < len(now):
            assert read_journal(written).complaint, (what, at)
        tried(f"lines of a sealed journal {what}")
    written.write_bytes(foreign[0] + b"".join(lines[1:]))  # another's key
    assert read_to(written) == -1
    written.write_bytes(b"".join(foreign))  # another journal in its place
    assert read_to(written) == -1


def test_lines_cut_off_the_end_of_an_ended_journal_are_missed(sealed: LocalStore, places: Places) -> None:
    name = travelling("heron").log.id
    path = journal_path(places.journals, name)
    lines = path.read_bytes().splitlines(keepends=True)
    assert sealed.written(name).missing == 0
    path.write_bytes(b"".join(lines[:-1]))
    found = sealed.written(name)
    assert found.missing == 1
    assert "1 line was cut off" in found.complaint
    assert count_and_tag(b"".join(lines))[0] == len(lines) - 1


def test_an_unfinished_one_is_taken_up_and_ended(written: Path) -> None:
    data = written.read_bytes()
    written.write_bytes(data[:-7])  # the last line torn
    read = read_with_size(written)
    assert read.written.torn
    assert not read.written.damaged_line
    store = LocalStore(Places(written.parents[1]))
    (one,) = store.unfinished()[0]
    log = store.finish(one)
    store.save(log)
    found = store.written(HEADER.id)
    assert len(found.events) == len(MANY)  # the torn one gone, the end in its place
    assert found.events[-1].kind == "ended"
    assert not found.torn
    assert not found.missing


def test_one_that_is_written_is_followed_a_line_at_a_time(places: Places, ring: Path) -> None:
    ready(places)
    seal(places)
    store = LocalStore(places)
    journal = store.begin(HEADER, 5.0)
    followed = store.follow(HEADER.id)
    assert followed.read() == []
    assert followed.header == HEADER
    for event in EVENTS:
        journal.append(event)
        assert followed.read() == [event]
    journal.close()
    path = journal_path(places.journals, HEADER.id)
    path.write_bytes(path.read_bytes() + b"AAAA\n" + path.read_bytes().splitlines(keepends=True)[-1])
    assert followed.read() == []


def test_a_full_disk_keeps_its_lines_in_order(
    places: Places, ring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    ready(places)
    seal(places)
    journal = Journal.begin(places.journals, HEADER)
    real, left = os.write, [3]

    def write(handle: int, data: bytes) -> int:
        left[0] -= 1
        if left[0] % 3 == 0:
            raise OSError(28, "no space left on device")
        return real(handle, data[: len(data) // 2] if left[0] % 3 == 1 else data)

    monkeypatch.setattr(os, "write", write)
    for event in MANY:
        journal.append(event)
    monkeypatch.undo()
    from sealing import rings

    from ii_companion.log import keys

    monkeypatch.setattr(keys, "BACKENDS", rings.NAMES)
    monkeypatch.setenv(rings.VARIABLE, str(ring))
    assert journal.retry()
    journal.close()
    assert list(read_journal(journal.path).events) == MANY
