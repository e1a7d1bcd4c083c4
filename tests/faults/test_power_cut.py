"""A power cut, simulated: the disk's image copied while sessions are written, and mounted again from the copy."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Tried
from faults.test_attacked import travelling

from ii_companion.log.journal import FLUSH_S
from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places
from ii_companion.log.shelf import Shelf

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mkfs.ext4") is None,
    reason="making and mounting a disk image needs root, and mkfs.ext4",
)
CUTS = 6
WRITER = """
import sys, time
sys.path[:0] = sys.argv[2:4]
from msgspec.structs import replace
import test_files as t
from ii_companion.log.journal import Journal
from ii_companion.log.places import Places, ready
from ii_companion.log.shelf import Shelf
from ii_companion.log.closing import brief_log
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
places = Places(__import__("pathlib").Path(sys.argv[1])); ready(places)
journal = Journal.begin(places.journals, t.HEADER)
n = 0
while True:
    n += 1
    journal.append(Event(n, n / 100, Kind.LEARNER_ACT))
    print("key", n, time.monotonic(), flush=True)
    if n % 10 == 0:
        Shelf(places).save(replace(brief_log(t.HEADER, t.EVENTS), id=f"log-{n}"))
        print("log", n, time.monotonic(), flush=True)
    time.sleep(0.003)
"""


REMOVER = """
import sys, time
sys.path[:0] = sys.argv[2:4]
from faults.test_attacked import travelling
from ii_companion.files.taking import take_in
from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places, ready
from ii_companion.log.draft import Draft
places = Places(__import__("pathlib").Path(sys.argv[1])); ready(places)
store = LocalStore(places)
n = 0
while True:
    n += 1
    one = travelling(f"gone{n}")
    take_in(store, [one, travelling("kept", n)])
    store.keep_draft(Draft(f"notes-{one.log.id}", {"next_time": "x"}, f"gone{n}", one.log.id))
    print("taken", n, time.monotonic(), flush=True)
    store.erase(f"gone{n}")
    print("erased", n, time.monotonic(), flush=True)
"""


def run(*argv: object) -> None:
    subprocess.run([str(a) for a in argv], check=True, capture_output=True)


def cut_while(
    script: str, lines: int, tmp_path: Path
) -> Iterator[tuple[Path, float, list[tuple[str, int, float]]]]:
    """The disk as it was at some instants while the script wrote, each mounted, and what the script had said."""
    image, disk = tmp_path / "disk.img", tmp_path / "disk"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(24 * 2**20)
    run("mkfs.ext4", "-q", "-F", image)
    try:
        run("mount", "-o", "loop", image, disk)
    except subprocess.CalledProcessError:
        pytest.skip("this machine lets nobody mount an image")
    here = Path(__file__).parent
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(disk / "data"), str(here), str(here.parent)],
        stdout=subprocess.PIPE,
        text=True,
    )
    said: list[tuple[str, int, float]] = []

    def listen() -> None:
        assert writer.stdout is not None
        for line in writer.stdout:
            what, n, when = line.split()
            said.append((what, int(n), float(when)))

    listener = threading.Thread(target=listen)
    listener.start()
    cuts: list[tuple[Path, float]] = []
    try:
        for n in range(CUTS):
            before = len(said)
            while len(said) < before + lines and writer.poll() is None:
                time.sleep(0.002)
            cuts.append((tmp_path / f"cut{n}.img", time.monotonic()))
            writer.send_signal(signal.SIGSTOP)  # a copy takes a while, and a power cut is one instant
            shutil.copyfile(image, cuts[-1][0])
            writer.send_signal(signal.SIGCONT)
    finally:
        writer.kill()
        listener.join()
        writer.communicate()  # nothing is left to read: it closes the pipe and waits
        run("umount", disk)
    for copy, moment in cuts:
        mounted = tmp_path / f"{copy.stem}"
        mounted.mkdir()
        run("mount", "-o", "loop", copy, mounted)
        try:
            yield mounted / "data", moment, said
        finally:
            run("umount", mounted)


def test_what_was_saved_and_what_was_flushed_survives_a_power_cut(tmp_path: Path, tried: Tried) -> None:
    for root, moment, said in cut_while(WRITER, 40, tmp_path):
        tried("power cuts")
        places, told = Places(root), []
        kept = {log.id for log in Shelf(places, told.append).logs()}
        assert kept >= {f"log-{n}" for what, n, when in said if what == "log" and when < moment}
        assert told == []
        (one,), complaints = LocalStore(places).unfinished()
        assert complaints == []
        safe = [n for what, n, when in said if what == "key" and when < moment - FLUSH_S - 0.1]
        assert one.session.n >= max(safe, default=0)


def test_what_was_erased_stays_erased_and_what_was_taken_in_is_whole_after_a_power_cut(
    tmp_path: Path, tried: Tried
) -> None:
    for root, moment, said in cut_while(REMOVER, 4, tmp_path):
        tried("power cuts")
        store = open_store(str(root))
        for what, n, when in said:
            if when < moment and what == "taken":
                written = store.written(travelling("kept", n).log.id)
                assert written is not None
                assert written.events == travelling("kept", n).events
                assert travelling("kept", n).log.id in store.ids()
            if when < moment and what == "erased":
                assert not [
                    path
                    for path in root.rglob("*")
                    if path.is_file() and f"-gone{n}-" in path.name + path.read_bytes().decode()
                ]
