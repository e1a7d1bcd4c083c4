"""The seam under everything kept: a file is read and written here, and whether it is sealed is known nowhere above.

In a folder with a seal (`seal.py`) a file is an age file that holds `name NUL content`, so that one in another's place
does not open; a journal is sealed line by line (`sealed_journal.py`). Sealed and plain files lie side by side, and both
are read. Where nothing is sealed nothing of age, cryptography or keyring is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ii_companion.log import whole
from ii_companion.log.seal import Seal, seal_at, top_and_name
from ii_companion.log.sealed_journal import KEY, PREFIX, Chain, Spoiled, first_line, key_in
from ii_companion.opening import LARGEST, read_whole
from ii_companion.words import _

AGE = b"age-encryption.org/v1\n"
JOURNAL = ".jsonl"


def read(path: Path, most: int = LARGEST) -> bytes:
    """What the file says, sealed or not. Raises OSError: `Spoiled` if it does not open, `keys.Locked` without a key.

    Of a sealed journal it is the lines up to the first that does not open.
    """
    data = read_whole(path, most)
    if data.startswith(AGE):
        return opened_file(path, data)
    if data.startswith(PREFIX):
        return opened_journal(path, data).lines
    return data


def write_whole(path: Path, data: bytes, *, sync: bool = True, folder: bool = True) -> None:
    """As `whole.write_whole`, sealed if the folder is."""
    top, name = top_and_name(path)
    if top is not None:
        data = sealed(top, name, data)
    whole.write_whole(path, data, sync=sync, folder=folder)


def sealed(top: Path, name: str, data: bytes) -> bytes:
    """The content of the file as it is to lie in the folder: sealed, or plain if the folder is being opened for good."""
    seal = seal_at(top)
    if seal is None or not seal.seals:
        return data
    if name.endswith(JOURNAL):
        chain, first = new_chain(seal, name)
        return first + b"".join(chain.seal(line) for line in _lines(data))
    from ii_companion.log.keys import encrypted

    return encrypted(name.encode("utf-8", "surrogateescape") + b"\0" + data, seal.recipients)


def _lines(data: bytes) -> list[bytes]:
    """A plain journal's lines; one that was cut off while it was written is left out, as every reader does."""
    *lines, torn = data.split(b"\n")
    return lines or [torn]


def plain_lines(data: bytes) -> bytes:
    """What a journal says once it was sealed and opened again."""
    return b"".join(line + b"\n" for line in _lines(data))


def is_sealed(data: bytes) -> bool:
    return data.startswith((AGE, PREFIX))


def opened_file(path: Path, data: bytes) -> bytes:
    """What an age file says that lies, or is to lie, at `path`. Raises as `read`."""
    from ii_companion.log import keys

    top, name = top_and_name(path)
    if top is None:
        raise keys.Locked(1, _("it is sealed, and the folder's {name} is gone", name="seal.json"), str(path))
    identity = keys.identity_of(top)
    try:
        said = bytes(keys.age().decrypt(data, [identity]))
    except keys.age().DecryptError as error:
        raise Spoiled(1, _("it is sealed, and damaged or changed"), str(path)) from error
    named, _nul, content = said.partition(b"\0")
    if named != name.encode("utf-8", "surrogateescape"):
        raise Spoiled(1, _("it is sealed, and lies in the place of another file"), str(path))
    return content


class OpenedJournal(msgspec.Struct):
    """What a sealed journal says, as the lines of a plain one, and where each of them ends in the file."""

    lines: bytes
    ends: list[int]
    """For n lines read, how many bytes of the file they are: `ends[n]`."""
    chain: Chain
    broken: int = 0
    """The whole line (from 1, in the file) that does not open; 0 if there is none."""


def opened_journal(path: Path, data: bytes) -> OpenedJournal:
    """Open a sealed journal as far as it is good. Raises as `read`."""
    end = data.find(b"\n") + 1
    key = open_key(path, data[: end or None])
    chain = Chain(key, top_and_name(path)[1])
    lines, ends, broken = [], [end or len(data)], 0
    while end and (stop := data.find(b"\n", end)) >= 0:
        said = chain.open(data[end:stop])
        if said is None:
            broken = len(ends) + 1
            break
        lines.append(said + b"\n")
        end = stop + 1
        ends.append(end)
    return OpenedJournal(b"".join(lines), ends, chain, broken)


def open_key(path: Path, first: bytes) -> bytes:
    """The key of a sealed journal, from its line 0. Raises as `read`."""
    from ii_companion.log import keys

    top, _name = top_and_name(path)
    if top is None:
        raise keys.Locked(1, _("it is sealed, and the folder's {name} is gone", name="seal.json"), str(path))
    damage = _("it is sealed, and damaged or changed")
    identity = keys.identity_of(top)
    try:
        key = bytes(keys.age().decrypt(key_in(first, str(path)), [identity]))
    except (keys.age().DecryptError, Spoiled) as error:
        raise Spoiled(1, damage, str(path)) from error
    if len(key) != KEY:
        raise Spoiled(1, damage, str(path))
    return key


def one_more(path: Path, there: bytes, line: bytes) -> tuple[int, bytes]:
    """To add a line (without its break) to a file of lines that holds `there`: what is to follow, after how many bytes.

    Whatever follows those bytes is no whole line and goes. Raises as `read`: `Spoiled` where a whole line does not open.
    """
    if there.startswith(PREFIX):
        opened = opened_journal(path, there)
        if opened.broken:
            raise Spoiled(1, _("it is sealed, and damaged or changed"), str(path))
        return opened.ends[-1], opened.chain.seal(line)
    if there:
        return len(there), (b"" if there.endswith(b"\n") else b"\n") + line + b"\n"
    chain, first = chain_for(path)
    return 0, line + b"\n" if chain is None else first + chain.seal(line)


def new_chain(seal: Seal, name: str) -> tuple[Chain, bytes]:
    """The seal of a new journal, and its line 0."""
    from ii_companion.log.keys import encrypted

    key = os.urandom(KEY)
    return Chain(key, name), first_line(encrypted(key, seal.recipients))


def chain_for(path: Path) -> tuple[Chain | None, bytes]:
    """For a journal that is to begin: its seal and line 0, or None and nothing where the folder is not sealed."""
    top, name = top_and_name(path)
    seal = seal_at(top) if top is not None else None
    return new_chain(seal, name) if seal is not None and seal.seals else (None, b"")
