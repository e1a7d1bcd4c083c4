"""Files read only as far as a coding can be large: what unpacks to more is refused before it is there."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from ii_companion.files.sessions import read_file
from ii_companion.session.refusal import Refusal

LARGEST = 32 * 2**20
"""Bytes of text; the largest public BORIS project has a tenth of it."""
MOST_LINES = 100_000
"""Of a text; five times the largest public project, all its observations together."""
LARGEST_ZIP = 4 * 2**20
"""A zip's list of members alone costs ten times its size in memory."""
_PIECE = 2**16
_PICKLED = re.compile(rb"\x80[\x02-\x05]|\((?:dp|lp)\d+\n|c[a-z_.]+\n\w+\n|[}\]]q.", re.DOTALL)


def read_bounded(path: Path) -> bytes:
    """A file's bytes; a gzip file's contents. Raises Refusal for what is too large, or a pickle, which could run anything."""
    refuse_larger(path, LARGEST)
    data = read_file(path)
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, path)
    if _PICKLED.match(data):
        raise Refusal(
            "{path}: a pickled Python object, which could run anything when opened; it is not opened. "
            "Save the project in BORIS as .boris, or export its events as TSV.",
            path=path,
        )
    return data


def refuse_larger(path: Path, most: int) -> None:
    """Raise Refusal for a file that is larger than a coding is."""
    try:
        size = path.stat().st_size
    except OSError:
        return  # who reads it says what is wrong
    if size > most:
        raise too_large(path, most)


def too_large(path: Path, most: int = LARGEST) -> Refusal:
    return Refusal(
        "{path}: larger than {most} MB when unpacked; no coding is. Export fewer observations at a time.",
        path=path,
        most=most // 2**20,
    )


def too_many(path: Path) -> Refusal:
    return Refusal(
        "{path}: more than {most} events; export fewer observations at a time.", path=path, most=MOST_LINES
    )


def _unpacked(data: bytes, path: Path) -> bytes:
    unpacker, pieces, size = zlib.decompressobj(31), [], 0
    try:
        for at in range(0, len(data), _PIECE):
            waiting = data[at : at + _PIECE]
            while waiting:
                piece = unpacker.decompress(waiting, 2**20)
                size += len(piece)
                if size > LARGEST:
                    raise too_large(path)
                pieces.append(piece)
                waiting = unpacker.unconsumed_tail
    except zlib.error as error:
        raise Refusal("{path}: damaged: it does not unpack.", path=path) from error
    if not unpacker.eof:
        raise Refusal("{path}: damaged: it ends in the middle.", path=path)
    return b"".join(pieces)


def member(path: Path, name: str) -> bytes:
    """One file out of a zip, by its whole name; nothing is written anywhere. Raises Refusal."""
    refuse_larger(path, LARGEST_ZIP)
    read_file(path)
    try:
        with ZipFile(path) as archive, archive.open(name) as file:
            data = file.read(LARGEST + 1) if archive.getinfo(name).file_size <= LARGEST else b""
            if not data and archive.getinfo(name).file_size:
                raise too_large(path)
    except KeyError as error:
        raise Refusal("{path}: a zip without “{name}” in it.", path=path, name=name) from error
    except (
        BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise Refusal("{path}: not a zip that can be read, or a damaged one.", path=path) from error
    if len(data) > LARGEST:
        raise too_large(path)
    return data


def as_text(data: bytes, path: Path) -> str:
    """UTF-8, or UTF-16 where it says so. Raises Refusal."""
    if data.count(b"\n") + data.count(b"\r") > 2 * MOST_LINES:
        raise too_many(path)
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(
            "{path}, line {line}: not UTF-8 text; save it as UTF-8.",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
        ) from error
