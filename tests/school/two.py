"""Laptops as people have them: a data folder each, a keyring each, and the command line."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from faults.test_files import EVENTS, HEADER
from keyring.backend import KeyringBackend
from msgspec.structs import replace
from school.server import Database

from ii_companion.cli import main
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.log import keys
from ii_companion.log.closing import brief_log
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.school import others_seal
from ii_companion.session.card import Card

SCHOOL = "Elm School"


class MemoryKeyring(KeyringBackend):
    """A keyring that is a dictionary."""

    priority = 9  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError(username)


class Laptop:
    """One laptop of one person."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.places = root, Places(root)
        self.keyring: MemoryKeyring | None = MemoryKeyring()
        self._patch = monkeypatch
        self.out = self.err = ""

    def run(self, *argv: str, typed: tuple[str, ...] = ()) -> int:
        """Run a command. What it printed is in `out` and `err`."""
        words = iter(typed)

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return bool(typed)

        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
        with self._patch.context() as patch:
            patch.setattr(keys, "native_keyring", lambda: self.keyring)
            patch.setattr(keys, "_held", {})
            patch.setattr(others_seal, "_shut", {})
            patch.setattr("getpass.getpass", lambda prompt="": next(words))
            patch.setattr("sys.stdin", Terminal())
            patch.setattr("builtins.input", lambda prompt="": next(words))
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            code = main(["--data-dir", str(self.root), *argv])
        self.out, self.err = out.buffer.getvalue().decode(), err.getvalue()  # type: ignore[attr-defined]
        return code

    def ok(self, *argv: str, typed: tuple[str, ...] = ()) -> str:
        assert self.run(*argv, typed=typed) == 0, self.err
        return self.out

    def refused(self, *argv: str) -> str:
        assert self.run(*argv) == 1, self.out
        return self.err

    def session(
        self, learner: str, practitioner: str, number: int = 1, mentor: str = "", day: int = 23, **fields: Any
    ) -> str:
        """A session with its journal, as one that was kept here."""
        header = replace(
            HEADER, id=f"202611{day:02d}-101500-{learner}-{number:04x}", learner=learner, practitioner=practitioner,
            mentor=mentor, started_at=HEADER.started_at.replace(day=day), card=Card(learner),
        )  # fmt: skip
        log = replace(brief_log(header, EVENTS), **fields)
        take_in(LocalStore(self.places), [Travelling(log, header, tuple(EVENTS))])
        return header.id

    def json(self, *argv: str) -> Any:
        return json.loads(self.ok(*argv, "--json"))

    def log(self, session_id: str) -> dict[str, Any]:
        return next((one for one in self.json("log") if one["id"] == session_id), {})

    def names(self, word: str) -> list[str]:
        """The files here that say a word, or are named for it."""
        return [
            str(path.relative_to(self.root))
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and (word.encode() in path.read_bytes() or word in path.name)
        ]


class School:
    """A school's log and its laptops."""

    def __init__(self, log: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.log, self.folder, self._patch = log, folder, monkeypatch
        self._technician = Laptop(folder / "technician", monkeypatch)
        monkeypatch.setenv("II_COMPANION_SCHOOL", log.cluster.url(log.name))
        self._technician.ok("school", "set-up", log.cluster.url(log.name), "--school", SCHOOL)

    def file(self, person: str, *options: str) -> Path:
        path = self.folder / f"{person}-{len(list(self.folder.glob('*.iischool')))}.iischool"
        self._technician.ok("school", "add", person, "--out", str(path), *options)
        import tomllib

        self.log.passwords[tomllib.loads(path.read_text())["login"]] = ""
        return path

    def laptop(self, person: str, *options: str, figures: str = "1", words: str = "1") -> Laptop:
        """A laptop that has joined."""
        made = Laptop(self.folder / f"laptop-{person}-{len(list(self.folder.glob('laptop-*')))}", self._patch)
        made.ok("school", "join", str(self.file(person, *options)), typed=(figures, words))
        return made


@contextlib.contextmanager
def a_school(log: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    yield School(log, folder, monkeypatch)
