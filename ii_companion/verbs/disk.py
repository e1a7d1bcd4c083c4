"""Whether the disk that the data folder is on is encrypted, where the system tells: LUKS, FileVault, BitLocker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

WAIT_S = 20
SCRAMBLING = ("ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs")
"""File systems that encrypt by themselves."""


def encrypted(folder: Path) -> bool | None:
    """None where the system does not tell."""
    if sys.platform == "darwin":
        return filevault(_said(["/usr/bin/fdesetup", "status"]))
    if sys.platform == "win32":
        return bitlocker(
            _said(["powershell", "-NoProfile", "-Command", " ".join(BITLOCKER).format(drive=folder.drive)])
        )
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    return luks(folder, mounts, Path("/sys/class/block"))


def luks(
    folder: Path, mounts: str, blocks: Path, real: Callable[[str], str] = os.path.realpath
) -> bool | None:
    """On Linux: whether the device of the folder's mount is one that dm-crypt opened, or rests on such devices alone."""
    here, source, kind = Path(real(str(folder))), "", ""
    longest = -1
    for line in mounts.splitlines():
        first, _dash, last = line.partition(" - ")
        fields, more = first.split(), last.split()
        if len(fields) < 5 or len(more) < 2:
            continue
        at = Path(fields[4].replace("\\040", " "))
        if (at == here or at in here.parents) and len(at.parts) >= longest:
            longest, source, kind = len(at.parts), more[1], more[0]
    if kind in SCRAMBLING:
        return True
    if not source.startswith("/dev/"):
        return None
    return _crypt(blocks / Path(real(source)).name)


def _crypt(block: Path) -> bool | None:
    if not block.exists():
        return None
    try:
        if (block / "dm" / "uuid").read_text("ascii").startswith("CRYPT-"):
            return True
    except (OSError, UnicodeDecodeError):
        pass
    try:
        below = sorted((block / "slaves").iterdir())
    except OSError:
        below = []
    if not below:
        return False
    found = [_crypt(block.parent / one.name) for one in below]
    return None if None in found else all(found)


def filevault(said: str) -> bool | None:
    """What `fdesetup status` says."""
    words = said.replace(".", "").split()
    if "FileVault" not in words:
        return None
    return True if "On" in words else False if "Off" in words else None


BITLOCKER = (
    "(New-Object",
    "-ComObject",
    "Shell.Application).NameSpace('{drive}').Self.ExtendedProperty('System.Volume.BitLockerProtection')",
)
"""What Windows tells without an administrator: 1 on, 2 off, 3 being encrypted, 4 being decrypted, 5 suspended, 6 locked."""


def bitlocker(said: str) -> bool | None:
    number = said.strip()
    return True if number in ("1", "3", "6") else False if number in ("2", "4", "5") else None


def _said(argv: list[str]) -> str:
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=WAIT_S, check=False).stdout  # noqa: S603 - the system's own program, no words of a person's in it
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
