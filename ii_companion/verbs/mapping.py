"""The mapping that writes itself: listed and written for somebody to fill in, or asked for on a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.printable import plain
from ii_companion.session.refusal import Refusal
from ii_companion.verbs.common import tell
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.files.starter import Seen


def mapping_for(path: Path, learner: str) -> Path:
    """The mapping beside the file: one that is there, or asked for now. Raises Refusal once it is written to be filled in."""
    from ii_companion.files import starter
    from ii_companion.files.incoming import hints_of, observations
    from ii_companion.files.sessions import write_file

    beside = starter.starter_path(path)
    if beside.exists():
        tell(_("Using {path}.", path=plain(str(beside))))
        return beside
    found = list(observations(path))
    readable = [one for one in found if not isinstance(one, Refusal)]
    if found and not readable:
        from ii_companion.files.incoming import offering

        raise offering([one for one in found if isinstance(one, Refusal)], [])
    seen = starter.seen_in(readable)
    if not seen.subjects:
        raise Refusal("{path}: there are no events in it.", path=path)
    filled = starter.guessed(seen, hints_of(path), learner)
    _list(path, seen)
    if sys.stdin.isatty() and sys.stderr.isatty():
        filled = starter.asked(filled, seen, _ask)
        write_file(beside, starter.written(filled, seen).encode(), force=False)
        tell(_("Kept in {path}, for the next time.", path=plain(str(beside))))
        return beside
    write_file(beside, starter.written(filled, seen).encode(), force=False)
    raise Refusal(
        "{mapping} is written, with guesses: say in it who and what is which of ours, then "
        "ii-companion import {path} --mapping {mapping}",
        path=path,
        mapping=beside,
    )


def _list(path: Path, seen: Seen) -> None:
    """Every subject and code with its count, the most frequent first."""
    print(_("{path} holds, by the count of events:", path=plain(str(path))))
    for subject, n in seen.subjects.most_common():
        print("  " + plain(ngettext("subject “{word}”, {n}", "subject “{word}”, {n}", n, word=subject)))
    for code, n in seen.codes.most_common():
        print("  " + plain(ngettext("code “{word}”, {n}", "code “{word}”, {n}", n, word=code)))


def _ask(word: str, n: int, guess: str, known: tuple[str, ...]) -> str:
    """A line's answer: one of `known`, the guess for nothing said, “-” to leave it out."""
    from ii_companion.session.codes import code
    from ii_companion.words import of

    while True:
        if not known:
            answer = _input(_("The learner's code, such as p17: "))
            try:
                return code(answer)
            except Refusal as refusal:
                print(of(refusal), file=sys.stderr)
                continue
        offered = guess if guess in known else "-"
        answer = _input(
            plain(
                _(
                    "“{word}” ({n}): {known}, - leaves it out [{guess}]: ",
                    word=word,
                    n=n,
                    known=", ".join(known),
                    guess=offered,
                )
            )
        )
        answer = answer or offered
        if answer == "-":
            return ""
        if answer in known:
            return answer


def _input(question: str) -> str:
    """A line somebody types, asked on stderr. Raises Refusal where they end the input instead."""
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise Refusal("Nothing was taken in: the questions were not answered.")
    return line.strip()
