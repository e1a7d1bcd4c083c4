"""Real files: a sync that is killed, or refused the disk, at any system call; the next one makes everything alike."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Tried
from school.real import RealServer
from school.server import Cluster, Database
from school.two import Laptop

from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places
from ii_companion.school import erasing
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.membership import Consent, Membership
from ii_companion.school.sync import Engine
from ii_companion.session.card import Card

SYNC = """
import errno, json, os, sys
root, at, mode, where = sys.argv[1], int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
import filelock, tinydb, psycopg
from pathlib import Path
from ii_companion.log import erase
from ii_companion.log.local import open_store
from ii_companion.log.places import Places
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.link import Link, Point
from ii_companion.school.sync import Engine
from ii_companion.session.refusal import Refusal
count = 0
def counted(name):
    real = getattr(os, name)
    def call(*a, **k):
        global count
        count += 1
        if mode == "kill" and count == at:
            os._exit(9)
        if (mode == "once" and count == at) or (mode == "full" and count >= at and name in ("open", "write", "fsync", "replace", "link")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*a, **k)
    setattr(os, name, call)
link = Link(psycopg.connect(autocommit=True, **where), Point("", 0, "", where["user"], Path()))
open_store(root)
for name in ("open", "fsync", "replace", "link", "unlink", "rename", "write", "rmdir"):
    counted(name)
try:
    Engine(FileDesk(Places(Path(root))), link).sync()
except (Refusal, OSError) as refused:
    if mode == "kill":
        raise
print(count)
"""
SAMPLE = 4


def member(root: Path, person: str, co_ordinator: bool = False) -> FileDesk:
    desk = FileDesk(Places(root))
    desk.put_membership(
        Membership("", 0, "", "Elm School", "", person, "", Consent(2, 2), co_ordinator=co_ordinator)
    )
    return desk


class Prepared:
    """A co-ordinator's laptop with something to send, to take in and to erase, and the server as it then is."""

    def __init__(self, database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.database, self.folder = RealServer(database), database, folder
        k7, c1 = Laptop(folder / "k7", monkeypatch), Laptop(folder / "c1", monkeypatch)
        member(k7.root, "k7")
        member(c1.root, "c1", co_ordinator=True)
        for n, learner in enumerate(("p17", "p18", "p19"), 1):
            k7.session(learner, "k7", n, what_happened=f"with {learner}")
            LocalStore(k7.places).save_card(Card(learner, enjoys=f"what {learner} likes"))
        self.sync("k7")
        self.sync("c1")
        c1.session("p17", "c1", 9, what_happened="one's own")
        self.edited = k7.session("p17", "k7", 4, day=24)
        LocalStore(k7.places).save_card(Card("p17", enjoys="something else", touch="hands"))
        self.sync("k7")
        erasing.ask(c1.places, "p18")
        self.backup = self.server.backup()
        self.copy = folder / "as-it-was"
        shutil.copytree(c1.root, self.copy)

    def where(self, person: str) -> str:
        cluster, login = self.database.cluster, self.database.logins[person]
        return json.dumps(
            {
                "host": "localhost", "port": cluster.port, "dbname": self.database.name, "user": login,
                "password": self.database.passwords[login], **cluster.secured,
            }
        )  # fmt: skip

    def sync(self, person: str, root: Path | None = None, at: int = 0, mode: str = "none") -> tuple[int, int]:
        """The exit code, and how many system calls there were."""
        argv = [
            sys.executable,
            "-c",
            SYNC,
            str(root or self.folder / person),
            str(at),
            mode,
            self.where(person),
        ]
        ran = subprocess.run(argv, capture_output=True, text=True, check=False, env=os.environ)
        assert ran.returncode in (0, 9), ran.stderr
        return ran.returncode, int(ran.stdout or 0)

    def again_in_step(self, root: Path) -> None:
        """Two syncs as they come after: the one that makes good, and one that finds nothing to do."""
        for _n in range(2):
            open_store(str(root))  # as every command does first: it finishes a removal that was cut short
            Engine(FileDesk(Places(root)), self.server.remote("c1", "c1")).sync()

    def again(self, name: str) -> Path:
        """Everything as it was."""
        root = self.folder / name
        shutil.copytree(self.copy, root)
        self.server.restore(self.backup)
        return root

    def state(self, root: Path) -> dict[str, Any]:
        """All that a person sees, and what lies where."""
        from ii_companion.school.together import Together

        told: list[str] = []
        store = Together(Places(root)).telling(told.append)
        assert not [sentence for sentence in told if "damaged" in sentence]
        kept = self.server.kept
        return {
            "logs": json.loads(store.json()),
            "journals": {one: len(written.events) for one in sorted(store.ids()) if (written := store.written(one))},
            "cards": {one: repr(store.card(one)) for one in store.learners()},
            "named": [
                str(path.relative_to(root)) for path in sorted(root.rglob("*"))
                if path.is_file() and (b"p18" in path.read_bytes() or "p18" in path.name)
            ],
            "server": sorted((key, kind, one.body or "") for (key, kind, _v), (_at, one) in kept.parts.items()),
            "left": [str(path.name) for path in root.rglob("*.tmp")],
        }  # fmt: skip


@pytest.fixture(scope="module")
def prepared(secured: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Made once: every try puts the server and the folder back to it."""
    database, monkeypatch = secured.database(), pytest.MonkeyPatch()
    made = Prepared(database, tmp_path_factory.mktemp("killed"), monkeypatch)
    yield made
    made.server.close()
    monkeypatch.undo()
    database.drop()


@pytest.mark.long
@pytest.mark.parametrize("mode", ["kill", "once", "full"])
def test_a_sync_that_ends_at_any_system_call_is_made_good_by_the_next(
    mode: str, prepared: Prepared, whole: bool, tried: Tried
) -> None:
    root = prepared.again(f"{mode}-whole")
    calls = prepared.sync("c1", root)[1]
    prepared.again_in_step(root)
    right = prepared.state(root)
    assert right["named"] == []
    assert len(right["logs"]) == 4
    assert calls > 60
    steps = range(1, calls + 1)
    for step in steps if whole else sorted(random.Random(mode).sample(steps, SAMPLE)):
        root = prepared.again(f"{mode}-{step}")
        prepared.sync("c1", root, step, mode)
        tried(f"a sync {'killed' if mode == 'kill' else 'refused the disk'} at a system call")
        prepared.again_in_step(root)
        now = prepared.state(root)
        assert {**now, "left": []} == {**right, "left": []}, step
        shutil.rmtree(root)
