"""The catalogues: what the code says, gathered, and each language brought up to it.

python3 .ci/go.py words            gather from the code, bring every data/<language>/ii_companion.po up to date
python3 .ci/go.py words --check    say what is missing or does not fit, change nothing; exit 1 if anything is wrong
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

sys.path.insert(0, str(Path(__file__).parent))  # the tests load this file by itself
from catalogue import read

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None,
    "N_": None,
    "said": None,
    "Refusal": None,
    "Damaged": None,
    "Unreadable": None,
    "Wrong": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
CONVERSION = re.compile(r"%(?:\(\w+\))?[-#0+]*\d*(?:\.\d+)?[a-zA-Z%]")
"""A place of the standard library's, such as `%s` or `%(prog)s`: argparse fills those, not we."""
PLACES = (ROOT / "ii_companion", ROOT / "widgets", ROOT / "data" / "en")


def gathered() -> Catalog:
    """Every sentence of the code and of the templates, in order of file and line."""
    found = Catalog(project="ii-companion", charset="utf-8")
    for place in PLACES:
        for name, line, message, comments, context in extract_from_dir(
            str(place), METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        ):
            where = (place / name).relative_to(ROOT).as_posix()
            found.add(message, None, [(where, line)], auto_comments=comments, context=context)
    return found


def catalogues() -> Iterator[tuple[Path, Catalog]]:
    """Every language's catalogue with its file."""
    for path in sorted(ROOT.glob("data/*/ii_companion.po")):
        yield path, read(path)


def update() -> int:
    """Bring every catalogue up to what the code says; what is no longer said goes."""
    wanted = gathered()
    for path, catalogue in catalogues():
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        head = header(path)
        with path.open("wb") as file:
            file.write(head.encode())
            write_po(
                file,
                catalogue,
                sort_by_file=True,
                include_lineno=False,
                width=100,
                ignore_obsolete=True,
                omit_header=bool(head),
            )
        print(
            f"{path.relative_to(ROOT)}: {len(catalogue)} sentences, {_missing(catalogue)} still to be translated"
        )
    return 0


def header(path: Path) -> str:
    """A catalogue's comment and headers as they stand, if it has any: Babel drops what it does not know (X-Draft)."""
    head, blank, _ = path.read_text("utf-8").partition("\n\n")
    return head + blank if 'msgid ""\n' in head else ""


def check() -> int:
    """What in the catalogues is missing, left over, or has other places than the English. 1 if anything is.

    What is not translated yet is said, and is English until it is; a plural with some of its forms is a problem.
    """
    wanted = gathered()
    problems = []
    for path, catalogue in catalogues():
        known = {message.id for message in catalogue if message.id}
        for message in wanted:
            if message.id and message.id not in known:
                problems.append(f"{path.name} ({path.parent.name}): “{_first(message)}” is not there")
        for message in catalogue:
            if not message.id:
                continue
            if message.id not in {m.id for m in (wanted.get(_first(message)),) if m}:
                problems.append(f"{path.name} ({path.parent.name}): “{_first(message)}” is not said any more")
            problems += [f"{path.name} ({path.parent.name}): {what}" for what in misfits(message)]
        if missing := _missing(catalogue):
            print(f"{path.relative_to(ROOT)}: {missing} still to be translated")
    print("\n".join(problems) or "The catalogues fit the code.")
    return 1 if problems else 0


def misfits(message: Message) -> list[str]:
    """Translations whose named places are not among those of the English, or that lack a plural form.

    Where the English has no named places, argparse may fill the sentence: the translation has the same conversions.
    """
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    allowed = {place for pattern in ids for place in places(pattern)}
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    found = []
    if any(strings) and not all(strings):
        found.append(f"“{ids[0]}” has {sum(map(bool, strings))} of {len(strings)} plural forms")
    for text in filter(None, strings):
        try:
            strange = places(text) - allowed
        except ValueError as error:
            found.append(f"“{text}”: {error}")
            continue
        if strange:
            found.append(f"“{text}” has {', '.join(sorted(strange))}, which “{ids[0]}” has not")
        if not allowed and sorted(conversions(text)) != sorted(conversions(ids[0])):
            found.append(f"“{text}” has other % places than “{ids[0]}”")
        if text.endswith("\n") != ids[0].endswith("\n"):
            found.append(
                f"“{text}” and “{ids[0]}” do not end alike: one has a line's end, the other has none"
            )
    return found


def places(pattern: str) -> set[str]:
    """The named places of a pattern."""
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


def conversions(pattern: str) -> list[str]:
    """The % places of a pattern; a % that stands alone is one too, for argparse would stumble over it."""
    found = CONVERSION.findall(pattern)
    return found + ["%"] * CONVERSION.sub("", pattern).count("%")


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def _missing(catalogue: Catalog) -> int:
    return sum(not _full(message) for message in catalogue if message.id)


def _full(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv[1:] else update())
