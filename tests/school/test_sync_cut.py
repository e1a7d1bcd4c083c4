"""A power cut while a laptop syncs: mounted again from the disk as it then was, the next sync makes everything alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Tried
from faults.test_power_cut import cut_while, pytestmark  # noqa: F401 - the same needs: root, and mkfs.ext4
from school.real import RealServer
from school.server import Database
from school.test_killed import member

from ii_companion.log.local import open_store
from ii_companion.log.places import Places
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.sync import Engine

SYNCER = """
import json, os, sys, time
sys.path[:0] = sys.argv[2:4]
from pathlib import Path
import psycopg
from faults.test_attacked import travelling
from ii_companion.files.taking import take_in
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.link import Link, Point
from ii_companion.school.sync import Engine
from ii_companion.session.card import Card
from school.test_killed import member
where = json.loads(os.environ["II_TEST_WHERE"])
places = Places(Path(sys.argv[1]))
member(places.root, "k7")
store = LocalStore(places)
link = Link(psycopg.connect(autocommit=True, **where), Point("", 0, "", where["user"], Path()))
n = 0
while True:
    n += 1
    take_in(store, [travelling("p17", n)])
    store.save_card(Card("p17", enjoys=f"liked {n}"))
    Engine(FileDesk(places), link).sync()
    print("synced", n, time.monotonic(), flush=True)
"""


@pytest.mark.long
def test_what_was_in_step_is_in_step_after_a_power_cut(
    log: Database, tmp_path: Path, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = RealServer(log)
    cluster, login = log.cluster, log.logins["k7"]
    where = {"host": "localhost", "port": cluster.port, "dbname": log.name, "user": login,
             "password": log.passwords[login], **cluster.secured}  # fmt: skip
    monkeypatch.setenv("II_TEST_WHERE", json.dumps(where))
    assert member
    try:
        for root, moment, said in cut_while(SYNCER, 4, tmp_path):
            tried("power cuts")
            told: list[str] = []
            desk = FileDesk(Places(root))
            for _n in range(2):
                store = open_store(str(root)).telling(told.append)
                Engine(desk, server.remote("k7", "k7")).sync()
            assert not [sentence for sentence in told if "damaged" in sentence]
            ids = store.ids()
            for what, n, when in said:
                if what == "synced" and when < moment:
                    assert f"20261123-101500-p17-{n:04x}" in ids
            assert ids == set(server.kept.sessions)
            heads = [
                v.body
                for (key, _k, _v), (_at, v) in server.kept.parts.items()
                if key == "p17/enjoys" and v.body
            ]
            assert json.dumps(store.card("p17").enjoys) in heads
    finally:
        server.close()
