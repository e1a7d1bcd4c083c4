"""`ii-companion import`: sessions from files, each whole or not at all, none twice, with a receipt of what became of each event."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.printable import plain
from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import Verbs, add_me, command, store_of
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from ii_companion.files.incoming import Incoming
    from ii_companion.files.receipt import Receipt
    from ii_companion.files.sessions import Travelling
    from ii_companion.log.store import Store


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    parser = command(
        verbs,
        shared,
        "import",
        _("take sessions in from files"),
        _("Take sessions in from files."),
        "ii-companion import coded.boris",
        run,
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar=_("PATH"),
        type=Path,
        help=_(".json or .csv of ours; BORIS's .boris, .boris.gz and tabular events; .eaf, .cha, .opf"),
    )
    parser.add_argument(
        "--mapping",
        metavar=_("FILE"),
        type=Path,
        help=_("TOML: who and what is which of ours; without it one is written, or asked for, to fill in"),
    )
    parser.add_argument("--learner", metavar=_("CODE"), help=_("whose session it is"))
    parser.add_argument("--date", metavar=_("DATE"), help=_("when it began, where the file does not say"))
    parser.add_argument("--dry-run", action="store_true", help=_("tell the receipt, take nothing in"))
    parser.add_argument(
        "--leave-out", metavar=_("NAME"), action="append", default=[], help=_("an observation not to be read")
    )
    add_me(parser)
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--replace", action="store_true", help=_("replace what is here with other events; your words stay")
    )
    again.add_argument(
        "--again", action="store_true", help=_("take it in beside what is here with other events")
    )


def run(arguments: argparse.Namespace) -> int:
    from ii_companion.files.standing import Meeting, Standings
    from ii_companion.files.taking import take_in
    from ii_companion.progress import going_through
    from ii_companion.session.codes import code
    from ii_companion.verbs.bar import bar

    kept = store_of(arguments)
    learner = code(arguments.learner) if arguments.learner else ""
    day = _date(arguments.date) if arguments.date else None
    meeting = Meeting.REPLACE if arguments.replace else Meeting.AGAIN if arguments.again else Meeting.REFUSE
    sources = [_source(path, arguments, kept, learner, day) for path in arguments.paths]
    for source in sources:
        source.check()
    standings, replacing, known = Standings(kept, meeting), set(), 0
    conflicts: list[str] = []
    n = 0
    for source in sources:
        for session, receipt in source.sessions():
            if session is not None:
                standing = standings.of(session)
                receipt.standing = standing.words
                n += 1
                known += standing.session.log.id != session.log.id
                if standing.replaces:
                    replacing.add(standing.session.log.id)
                if standing.conflict:
                    conflicts.append(_conflict(receipt))
            _tell(source.path, receipt)
    if conflicts:
        from ii_companion.files.lines import lines

        raise Refusal(lines(conflicts))
    if arguments.dry_run:
        print(_("Nothing was taken in: --dry-run."))
        return 0

    def coming() -> Iterator[Travelling]:
        for source in sources:
            for session, _receipt in source.sessions():
                if session is not None:
                    yield standings.of(session).session

    with bar(_("Taking in")):
        taken = take_in(kept, going_through(coming(), n), replacing=frozenset(replacing))
    parts = [
        ngettext("{n} taken in", "{n} taken in", taken.new),
        ngettext(
            "{n} known already and left as it was", "{n} known already and left as they were", taken.known
        ),
    ]
    if taken.replaced:
        parts.append(ngettext("{n} replaced", "{n} replaced", taken.replaced))
    print(_("{parts}.", parts=", ".join(parts)))
    return 0


def _conflict(receipt: Receipt) -> str:
    from ii_companion.session.said import said
    from ii_companion.words import date_and_time

    when = date_and_time(receipt.started.astimezone()) if receipt.started else ""
    return said(
        "{name} of {when} is there, with other events: --replace or --again", name=receipt.name, when=when
    )


def _tell(path: Path, receipt: Receipt) -> None:
    """The receipt of one observation, on stdout; its words are somebody's, so they are made plain."""
    from ii_companion.files.receipt import told

    for line in told(receipt):
        print(plain(line))


class Ours:
    """A file of ours: its sessions need no mapping."""

    def __init__(
        self, path: Path, sessions: Iterable[Travelling], date_from: str = "", length_from: str = ""
    ) -> None:
        self.path = path
        self._sessions, self._date_from, self._length_from = list(sessions), date_from, length_from

    def check(self) -> None:
        """Whoever read it has checked it."""

    def sessions(self) -> Iterator[tuple[Travelling, Receipt]]:
        from ii_companion.files.receipt import Receipt
        from ii_companion.session.said import said

        for one in self._sessions:
            log = one.log
            yield one, Receipt(
                log.id, log.learner, log.started_at, self._date_from or said("our own file"), log.duration_s,
                self._length_from or said("our own file"), len(one.events), len(one.events),
            )  # fmt: skip


def _source(
    path: Path, arguments: argparse.Namespace, kept: Store, learner: str, day: datetime | None
) -> Incoming | Ours:
    """A file, read as far as must be to know whose words it holds. Raises Refusal."""
    from ii_companion.files.incoming import Incoming, reader_of, table_of

    suffix = path.suffix.lower()
    if suffix == ".json":
        from ii_companion.files.sessions import decode, read_file

        return Ours(path, decode(read_file(path), str(path)))
    if suffix in (".csv", ".tsv", ".txt"):
        from ii_companion.files.boris_tabular import is_tabular
        from ii_companion.files.incoming import from_csv
        from ii_companion.log.table import read_text

        text = read_text(path)
        if not is_tabular(text):
            if not learner:
                raise Refusal(
                    "{path}: an event table does not say whose it is; add --learner CODE.", path=path
                )
            one = table_of(path, day)
            return Ours(path, [from_csv(path, text, kept.card(learner), day)], one.date_from, one.length_from)
    reader_of(path)
    from ii_companion.files.mapping import read_mapping
    from ii_companion.verbs.mapping import mapping_for

    chosen = arguments.mapping or mapping_for(path, learner)
    return Incoming(path, read_mapping(chosen, learner), kept.card, day, frozenset(arguments.leave_out))


def _date(text: str) -> datetime:
    from ii_companion.files.coding import dated

    found = dated(text)
    if found is None:
        raise Refusal(
            "“{text}” is no date; expected one such as {example}.", text=text, example="2026-03-02T10:00"
        )
    return found
