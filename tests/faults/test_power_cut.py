"""A power cut, simulated: the disk's image copied while sessions are written, and mounted again from the copy."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import Tried

from ii_companion.log.journal import FLUSH_S
from ii_companion.log.local import LocalStore
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


def run(*argv: object) -> None:
    subprocess.run([str(a) for a in argv], check=True, capture_output=True)


def test_what_was_saved_and_what_was_flushed_survives_a_power_cut(tmp_path: Path, tried: Tried) -> None:
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
        [sys.executable, "-c", WRITER, str(disk / "data"), str(here), str(here.parent)],
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
            while len(said) < before + 40 and writer.poll() is None:
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
        tried("power cuts")
        mounted = tmp_path / f"{copy.stem}"
        mounted.mkdir()
        run("mount", "-o", "loop", copy, mounted)
        try:
            places, told = Places(mounted / "data"), []
            kept = {log.id for log in Shelf(places, told.append).logs()}
            assert kept >= {f"log-{n}" for what, n, when in said if what == "log" and when < moment}
            assert told == []
            (unfinished,), complaints = LocalStore(places).unfinished()
            assert complaints == []
            safe = [n for what, n, when in said if what == "key" and when < moment - FLUSH_S - 0.1]
            assert unfinished.session.n >= max(safe, default=0)
        finally:
            run("umount", mounted)
