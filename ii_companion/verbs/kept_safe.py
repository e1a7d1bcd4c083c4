"""What `check` says of a lost computer: whether the folder is sealed, and whether the disk is encrypted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.said import counted, said
from ii_companion.verbs.disk import encrypted
from ii_companion.verbs.finding import Finding

if TYPE_CHECKING:
    from ii_companion.log.store import Store


def kept_safe(kept: Store) -> list[Finding]:
    """Who could read what is kept, if the computer were lost: whether it is sealed, and whether the disk is encrypted."""
    disk = encrypted(Path(kept.where))
    seal = Finding(said("sealing"), ok=True, found=said("the folder is not sealed"))
    if kept.sealed:
        plain = kept.unsealed
        seal = Finding(
            said("sealing"),
            not plain,
            counted("sealed, but for {n} file", "sealed, but for {n} files", plain)
            if plain
            else said("sealed"),
            said("Go on: ii-companion lock on, or ii-companion lock off if that was begun.") if plain else "",
        )
    if disk is None:
        found = said("this system does not tell whether the disk is encrypted")
        do = said("Ask whoever looks after the computer; or seal the folder: ii-companion lock on")
        return [seal, Finding(said("disk encryption"), ok=True, found=found, do="" if kept.sealed else do)]
    if disk:
        return [seal, Finding(said("disk encryption"), ok=True, found=said("the disk is encrypted"))]
    return [
        seal,
        Finding(
            said("disk encryption"),
            ok=kept.sealed,
            found=said("the disk is not encrypted, as far as this system tells"),
            do=""
            if kept.sealed
            else said(
                "Whoever finds or steals the computer can read what is kept. Turn on {name}, or seal the folder: ii-companion lock on",
                name={"darwin": "FileVault", "win32": "BitLocker"}.get(sys.platform, "LUKS"),
            ),
        ),
    ]
