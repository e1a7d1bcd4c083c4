"""The seal of a data folder: `seal.json` at its top says for whom files are sealed; and how a file is named inside its own seal.

It holds public keys, and the laptop's identity under age: for the recovery key, and for a passphrase where there is no
keyring. Nothing here loads cryptography: a folder without `seal.json` pays for one look at the disk.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

import msgspec

from ii_companion.log.places import reason
from ii_companion.log.whole import left_of, write_whole
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal

SEAL_FILE = "seal.json"
FORMAT = "ii-companion.seal"
VERSION = 1
SCHOOL = "school"
"""The folder of others' sessions. Their logs and journals have a seal of their own, `school/seal.json`; what lies beside it does not."""
INNER = ("log", "films", "journals", "cards", "drafts", "intents", "practice", "codings", SCHOOL)
"""The folders of a data folder, at any depth; whatever lies above them is its top."""
_BESIDE = re.compile(r"\.(?:bak|damaged-\d[\w]*|earlier-\d[\w]*)$")
_TEMPORARY = re.compile(r"^\.(.+)\.[0-9a-f]{16}(?:\.relock)?\.tmp$")


class Seal(msgspec.Struct, frozen=True, omit_defaults=True):
    """For whom a folder is sealed, and how far it is."""

    format: str = FORMAT
    version: int = VERSION
    laptop: str = ""
    """The laptop's public key, `age1…`."""
    recovery: str = ""
    """The recovery key's public half."""
    kept: str = "keyring"
    """Where the laptop's identity lies: `keyring`, or `passphrase`."""
    escrow: bytes = b""
    """The laptop's identity, sealed for the recovery key."""
    under_passphrase: bytes = b""
    """The laptop's identity, sealed with a passphrase; empty with a keyring."""
    turning: str = ""
    """`on` or `off` while files are being re-written; empty when all of them are done."""

    @property
    def recipients(self) -> tuple[str, str]:
        return self.laptop, self.recovery

    @property
    def seals(self) -> bool:
        """Whether what is written now is sealed."""
        return self.turning != "off"


_known: dict[Path, tuple[tuple[int, int, int], Seal]] = {}


def top_and_name(path: Path) -> tuple[Path | None, str]:
    """The sealed folder a file lies in, None if in none, and the file's name from there, as its seal has it.

    A backup, and what was set aside or is not in its place yet, go by the name of the file they belong to.
    """
    name = path.name
    if temporary := _TEMPORARY.match(name):
        name = temporary[1]
    while (shorter := _BESIDE.sub("", name)) != name:
        name = shorter
    folder = path.parent
    while True:
        if is_at(folder) and not (folder == path.parent and is_school_part(folder)):
            return folder, name
        if folder.name not in INNER:
            return None, name
        name, folder = f"{folder.name}/{name}", folder.parent


def is_school_part(folder: Path) -> bool:
    """Whether it is the folder of others' sessions in a data folder, and no data folder that happens to be called so."""
    return folder.name == SCHOOL and (folder / "membership.json").exists()


def is_at(folder: Path) -> bool:
    """Whether the folder has a seal, whole or not."""
    top = f"{folder}{os.sep}{SEAL_FILE}"
    return os.path.lexists(top) or os.path.lexists(f"{top}.bak")


def seal_at(top: Path) -> Seal | None:
    """The folder's seal, None if it has none. Raises Refusal if it is there and cannot be read, or is of a newer version."""
    path = top / SEAL_FILE
    try:
        found = path.stat()
    except FileNotFoundError:
        found = None
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    mark = None if found is None else (found.st_mtime_ns, found.st_size, found.st_ino)
    known = _known.get(top)
    if known is not None and known[0] == mark:
        return known[1]
    for one in (path, backup_of(path)):
        try:
            data = read_whole(one, 2**20)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Refusal("{path}: cannot be read: {why}.", path=one, why=reason(error)) from error
        try:
            seal = msgspec.json.decode(data, type=Seal)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if seal.version > VERSION:
            raise Refusal(
                "{path}: written by a newer version of ii-companion. It is left as it is; update to read it.",
                path=one,
            )
        if seal.format == FORMAT:
            if mark is not None and one == path:
                _known[top] = (mark, seal)
            return seal
    if found is None and not backup_of(path).exists():
        return None
    raise Refusal(
        "{path} is damaged, and so is its copy. Nothing in this folder was changed. The recovery key opens each file: age -d -i KEYFILE FILE",
        path=path,
    )


def left_of_seal(top: Path) -> list[Path]:
    """What killed programs had not put in the seal's place yet."""
    return left_of(seal_file(top))


def seal_file(top: Path) -> Path:
    return top / SEAL_FILE


def is_temporary(path: Path) -> bool:
    """Whether it is a file that was being written when its program ended, or is being written now."""
    return _TEMPORARY.match(path.name) is not None


def backup_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.bak")


def write_seal(top: Path, seal: Seal) -> None:
    """Put the seal in place, and a copy of it beside. Raises OSError; then the one before holds."""
    path, data = top / SEAL_FILE, msgspec.json.encode(seal) + b"\n"
    write_whole(path, data)
    write_whole(backup_of(path), data)


def drop_seal(top: Path) -> None:
    """The folder is not sealed any more: the copy goes first, so that a kill in between leaves a seal that is whole."""
    from ii_companion.log.places import removed, sync_folder

    for path in (backup_of(top / SEAL_FILE), top / SEAL_FILE):
        removed(path)
        with contextlib.suppress(OSError):  # should a power cut bring it back, taking it off again removes it
            sync_folder(top)
    _known.pop(top, None)
