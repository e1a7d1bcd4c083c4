"""Any file that can be taken in: which program wrote it, its observations, and their sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ii_companion.files.coding import Hints, Observation
from ii_companion.files.mapped import refuse_unmapped, session, sessions_of
from ii_companion.files.mapping import Mapping, read_mapping
from ii_companion.files.receipt import Receipt
from ii_companion.files.sessions import Travelling
from ii_companion.log.table import LONGEST_S, parse_table
from ii_companion.session.card import Card
from ii_companion.session.kinds import Kind
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import said

__all__ = ["Incoming", "from_boris", "from_csv", "from_elan", "read_mapping"]
TEXTS = (".csv", ".tsv", ".txt")
SUFFIXES = (".boris", ".boris.gz", ".eaf", ".tsv", ".csv", ".cha", ".opf")


def reader_of(path: Path) -> Callable[[Path], Iterable[Observation | Refusal]]:
    """What reads the observations of a file. Raises Refusal for one that nothing reads."""
    name = path.name.lower()
    if name.endswith((".boris", ".boris.gz", ".pickle", ".pkl", ".gz")):
        from ii_companion.files.boris_in import read_boris

        return read_boris
    if name.endswith(".eaf"):
        from ii_companion.files.elan_in import read_elan

        return read_elan
    if name.endswith(".cha"):
        from ii_companion.files.chat import read_chat

        return read_chat
    if name.endswith(".opf"):
        from ii_companion.files.datavyu import read_datavyu

        return read_datavyu
    if name.endswith(TEXTS):
        from ii_companion.files.boris_tabular import read_tabular

        return read_tabular
    if not path.exists():
        raise Refusal("{path}: there is no such file.", path=path)
    raise Refusal(
        "{path}: not a file that can be taken in; expected .json of ours, or {known}.",
        path=path,
        known=", ".join(SUFFIXES),
    )


def hints_of(path: Path) -> Hints:
    """What a file says about its words."""
    if path.name.lower().endswith(".cha"):
        from ii_companion.files.chat import hints

        return hints(path)
    return Hints()


class Incoming(msgspec.Struct):
    """A file whose words somebody mapped. Read anew each time it is gone through, so that memory stays flat."""

    path: Path
    mapping: Mapping
    card_of: Callable[[str], Card]
    date: datetime | None = None
    """Given on the command line."""
    leave_out: frozenset[str] = frozenset()
    """Names of observations not to be read."""

    def observations(self) -> Iterator[Observation]:
        """What can be read. Raises Refusal for what cannot, and offers the rest."""
        seen: list[str] = []
        broken: list[Refusal] = []
        for one in observations(self.path):
            if isinstance(one, Refusal):
                broken.append(one)
            elif one.name not in self.leave_out:
                seen.append(one.name)
        wrong = [one for one in broken if not self._is_left_out(one)]
        if wrong:
            raise offering(wrong, seen)
        alone = len(seen) == 1
        for one in observations(self.path):
            if not isinstance(one, Refusal) and one.name not in self.leave_out:
                yield self._dated(one, alone=alone)

    def _is_left_out(self, refusal: Refusal) -> bool:
        name = name_of(refusal)
        return bool(name) and name in self.leave_out

    def _dated(self, one: Observation, *, alone: bool) -> Observation:
        """The observation with the date that somebody gave: over its own only where there can be no mistake whose it is."""
        if self.date is not None and (alone or not one.sure):
            one.started, one.date_from = self.date, said("given with --date")
        elif self.mapping.date is not None and not one.sure:
            one.started, one.date_from = self.mapping.date, said("given in the mapping")
        return one

    def check(self) -> None:
        """Raise Refusal naming at once all that is not mapped."""
        refuse_unmapped(self.observations(), self.mapping)

    def sessions(self) -> Iterator[tuple[Travelling | None, Receipt]]:
        """Each session with its receipt. Raises Refusal."""
        for one in self.observations():
            yield from sessions_of(one, self.mapping, self.card_of)


def observations(path: Path) -> Iterable[Observation | Refusal]:
    """The observations of a file. Raises Refusal."""
    return reader_of(path)(path)


def name_of(refusal: Refusal) -> str:
    """The observation a refusal is about."""
    where = refusal.sentence.places.get("where")
    return str(getattr(where, "places", {}).get("name", ""))


def offering(broken: list[Refusal], rest: list[str]) -> Refusal:
    """What is wrong, and how the others can be had all the same."""
    from ii_companion.files.lines import lines

    if not rest:
        return Refusal(lines([one.sentence for one in broken]))
    names = " ".join(f"--leave-out {_shell(name_of(one))}" for one in broken[:10])
    return Refusal(
        lines(
            [
                *(one.sentence for one in broken),
                said("The other observations ({n}) can be taken in: add {names}", n=len(rest), names=names),
            ]
        )
    )


def _shell(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


def from_csv(path: Path, text: str, card: Card, date: datetime | None = None) -> Travelling:
    """A session from an event table of ours, with the learner whose card it is. Without a date, the file's own: a guess."""
    events = parse_table(text, str(path))
    one = table_of(path, date)
    one.length = events[-1].t if events else 0.0
    if not events or events[-1].kind is not Kind.ENDED:
        one.length_from = said("its last event")
    if one.length > LONGEST_S:
        raise Refusal("{where}: it lasts longer than two days.", where=path)
    return session(one, "", card, events)


def table_of(path: Path, date: datetime | None) -> Observation:
    """An event table as an observation, but for its events."""
    started = date or datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    why = (
        said("given with --date")
        if date
        else said("when the file was last written; a guess, --date says better")
    )
    return Observation(path.stem, path, 0.0, said("its end"), started=started, date_from=why, ours=True)


def from_boris(path: Path, mapping: Mapping) -> Iterable[Travelling]:
    """The sessions of a BORIS project. Raises Refusal."""
    return _sessions(path, mapping)


def from_elan(path: Path, mapping: Mapping) -> Iterable[Travelling]:
    """The session of an ELAN file. Raises Refusal."""
    return _sessions(path, mapping)


def _sessions(path: Path, mapping: Mapping) -> Iterable[Travelling]:
    found = Incoming(path, mapping, Card)
    found.check()
    return [one for one, _ in found.sessions() if one is not None]
