"""The month files of a data folder, read as they lie: in order, from the backup where one is damaged, told of if so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from ii_companion.log.damage import Damaged
from ii_companion.log.documents import (
    decode,
    documents_of,
    peek,
)
from ii_companion.log.places import Places, reason
from ii_companion.log.records import BriefLog
from ii_companion.log.storage import backup_path, locked, mend
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of

_MONTH_FILE = re.compile(r"^\d{4}-\d{2}\.json$")


class Months:
    """The month files of one data folder. Messages about damage go to `tell`, a sentence each."""

    def __init__(
        self, places: Places, tell: Callable[[str], None] | None = None, wait_s: float | None = None
    ) -> None:
        self._places = places
        self._wait_s = wait_s
        self._tell = tell or (lambda _sentence: None)

    def months(self) -> list[Path]:
        """The month files, oldest first. A month of which only the backup is left counts."""
        try:
            names = {entry.name.removesuffix(".bak") for entry in self._places.log.iterdir()}
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Refusal(
                "{path} cannot be read: {why}. Choose another folder with --data-dir.",
                path=self._places.log,
                why=reason(error),
            ) from error
        return [self._places.log / name for name in sorted(names) if _MONTH_FILE.match(name)]

    def _month(self, log: BriefLog) -> Path:
        return self._places.log / f"{log.started_at:%Y-%m}.json"

    def _likely(self, session_id: str) -> Iterator[Path]:
        """The months to look in, the one the id names first."""
        named = self._places.log / f"{session_id[:4]}-{session_id[4:6]}.json"
        months = self.months()
        if named in months:
            yield named
        yield from (path for path in months if path != named)

    def _find(self, session_id: str) -> Path | None:
        for path in self._likely(session_id):
            if any(peek(raw).id == session_id for raw in self._raw_documents(path)):
                return path
        return None

    def _mend(self, path: Path) -> None:
        if done := mend(path):
            self._tell(done)

    def _readable(self, path: Path) -> list[BriefLog]:
        return [log for log, _ in self._readable_raw(path)]

    def _readable_raw(self, path: Path) -> list[tuple[BriefLog, msgspec.Raw]]:
        found = []
        for raw in self._raw_documents(path):
            try:
                found.append((decode(raw, path), raw))
            except Refusal as refusal:
                self._tell(of(refusal))
        return found

    def _raw_documents(self, path: Path) -> Iterable[msgspec.Raw]:
        """The documents of a month as they are written, from its backup if the file is damaged."""
        try:
            return documents_of(path)
        except (Damaged, FileNotFoundError):
            pass
        except OSError as error:
            self._tell(_("{path} cannot be read: {why}.", path=path, why=reason(error)))
            return ()
        try:
            with locked(path, self._wait_s):
                self._mend(path)
            return documents_of(path)
        except FileNotFoundError:
            return ()
        except (Refusal, OSError):  # a folder we may not write: read the backup where it lies
            return self._from_backup(path)

    def _from_backup(self, path: Path) -> Iterable[msgspec.Raw]:
        try:
            documents = documents_of(backup_path(path))
        except (Damaged, OSError):
            self._tell(_("{path} is damaged and has no good backup.", path=path))
            return ()
        self._tell(
            _("{path} is damaged; its logs are read from {name}.", path=path, name=backup_path(path).name)
        )
        return documents
