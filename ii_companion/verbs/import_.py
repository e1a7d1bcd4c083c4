"""`ii-companion import`: sessions from files, each whole or not at all, none twice."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, command
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.files.sessions import Travelling
    from ii_companion.session.card import Card


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "import",
        _("take sessions in from files"),
        _("Take sessions in from files."),
        "ii-companion import coded.boris --mapping ours.toml",
        run,
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar=_("PATH"),
        type=Path,
        help=_(".json or .csv of ours, .boris, or ELAN's .eaf"),
    )
    parser.add_argument(
        "--mapping",
        metavar=_("FILE"),
        type=Path,
        help=_("TOML: which of their subjects and codes are which of ours"),
    )
    parser.add_argument("--learner", metavar=_("CODE"), help=_("whose session a CSV file holds"))


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.files.taking import take_in
    from ii_companion.session.codes import code

    kept = arguments.open_store()
    card = kept.card(code(arguments.learner)) if arguments.learner else None
    read = [sessions_of(path, arguments.mapping, card) for path in arguments.paths]
    taken = take_in(kept, _tracked([session for sessions in read for session in sessions]))
    print(
        _(
            "{new}, {known}.",
            new=ngettext("{n} taken in", "{n} taken in", taken.new),
            known=ngettext(
                "{n} known already and left as it was", "{n} known already and left as they were", taken.known
            ),
        )
    )
    return 0


def _tracked(sessions: Iterable[Travelling]) -> Iterator[Travelling]:
    """The sessions, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        yield from sessions
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(sessions, _("Taking in"), console=Console(file=sys.__stderr__), transient=True)


def sessions_of(path: Path, mapping_path: Path | None, card: Card | None) -> Iterable[Travelling]:
    """The sessions a file holds. Raises Refusal before anything is kept."""
    from ii_companion.files import mapping as maps
    from ii_companion.files.sessions import decode, read_file

    suffix = path.suffix.lower()
    if suffix == ".json":
        return decode(read_file(path), str(path))
    if suffix == ".csv":
        if card is None:
            raise Refusal("{path}: an event table does not say whose it is; add --learner CODE.", path=path)
        from ii_companion.log.table import read_text

        return [maps.from_csv(path, read_text(path), card)]
    if suffix in (".boris", ".eaf"):
        if mapping_path is None:
            raise Refusal(
                "{path}: say with --mapping FILE which of its subjects and codes are which of ours.",
                path=path,
            )
        mapping = maps.read_mapping(mapping_path)
        return list(maps.from_boris(path, mapping) if suffix == ".boris" else maps.from_elan(path, mapping))
    if not path.exists():
        raise Refusal("{path}: there is no such file.", path=path)
    raise Refusal("{path}: not a file that can be taken in; expected .json, .csv, .boris or .eaf.", path=path)
