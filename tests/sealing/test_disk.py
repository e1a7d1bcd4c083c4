"""Whether the disk is encrypted, from what each system says; and what `check` makes of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from sealing.folders import filled, seal

from ii_companion.cli import main
from ii_companion.log.places import Places
from ii_companion.verbs import disk, kept_safe
from ii_companion.verbs.disk import bitlocker, filevault, luks

MOUNTS = """\
21 1 0:20 / /proc rw - proc proc rw
24 1 254:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw
25 24 259:1 / /boot rw - ext4 /dev/nvme0n1p1 rw
26 24 0:31 / /tmp rw - tmpfs tmpfs rw
27 24 0:40 / /home/k7/a\\040b rw - fuse.gocryptfs /secret rw
28 24 0:41 / /mnt/nowhere rw - ext4 /dev/sdz9 rw
"""


def machine(tmp_path: Path, uuids: dict[str, str], slaves: dict[str, list[str]]) -> Path:
    """A `/sys/class/block`."""
    for name, uuid in uuids.items():
        (tmp_path / name / "dm").mkdir(parents=True)
        if uuid:
            (tmp_path / name / "dm" / "uuid").write_text(uuid + "\n")
        for below in slaves.get(name, []):
            (tmp_path / name / "slaves" / below).mkdir(parents=True)
    return tmp_path


def real(path: str) -> str:
    return {"/dev/mapper/vg-root": "/dev/dm-1"}.get(path, path)


def test_a_volume_on_luks_is_encrypted_and_one_on_bare_partitions_is_not(tmp_path: Path) -> None:
    uuids = {"dm-1": "LVM-abc", "dm-0": "CRYPT-LUKS2-abc", "nvme0n1p1": "", "nvme0n1p3": ""}
    blocks = machine(tmp_path, uuids, {"dm-1": ["dm-0"], "dm-0": ["nvme0n1p3"]})
    assert luks(Path("/home/k7/data"), MOUNTS, blocks, real) is True
    assert luks(Path("/boot/x"), MOUNTS, blocks, real) is False
    assert luks(Path("/tmp/x"), MOUNTS, blocks, real) is None
    assert luks(Path("/home/k7/a b/data"), MOUNTS, blocks, real) is True
    assert luks(Path("/mnt/nowhere/x"), MOUNTS, blocks, real) is None
    assert luks(Path("/home"), "", blocks, real) is None


def test_a_volume_that_rests_on_one_bare_disk_among_others_is_not_encrypted(tmp_path: Path) -> None:
    uuids = {"dm-1": "LVM-abc", "dm-0": "CRYPT-LUKS2-abc", "sdb1": ""}
    assert luks(Path("/home"), MOUNTS, machine(tmp_path, uuids, {"dm-1": ["dm-0", "sdb1"]}), real) is False


def test_what_filevault_and_bitlocker_say() -> None:
    assert filevault("FileVault is On.\n") is True
    assert filevault("FileVault is Off.\n") is False
    assert filevault("") is None
    assert [bitlocker(f"{n}\r\n") for n in range(7)] == [None, True, False, True, False, False, True]
    assert bitlocker("") is None


def test_this_machine_says_something_or_nothing(tmp_path: Path) -> None:
    assert disk.encrypted(tmp_path) in (True, False, None)


@pytest.mark.parametrize("state", [True, False, None])
def test_check_says_whether_it_is_sealed_and_the_disk_encrypted_and_what_to_do(
    places: Places,
    ring: Path,
    state: bool | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def found() -> dict[str, dict[str, str]]:
        assert main(["--data-dir", str(places.root), "check", "--json"]) == 0
        return {one["what"]: one for one in json.loads(capsys.readouterr().out)}

    monkeypatch.setattr(kept_safe, "encrypted", lambda folder: state)
    filled(places)
    plain = found()
    assert plain["sealing"]["found"] == "the folder is not sealed"
    assert plain["disk encryption"]["ok"] == (state is not False)
    assert ("lock on" in plain["disk encryption"]["do"]) == (state is not True)
    seal(places)
    sealed = found()
    assert sealed["sealing"]["found"] == "sealed"
    assert sealed["disk encryption"]["ok"]
    assert "3 brief logs" in sealed["brief logs"]["found"]
    ring.unlink()
    monkeypatch.setattr("ii_companion.log.keys._held", {})
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    locked = found()
    assert not locked["brief logs"]["ok"]
