"""What the verbs share: how a command is declared, and how JSON is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from ii_companion.session.refusal import Refusal

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name


def command(
    verbs: Verbs,
    shared: argparse.ArgumentParser,
    name: str,
    words: str,
    example: str,
    run: Callable[[Any], int],
) -> argparse.ArgumentParser:
    """Declare a command with its help and an example."""
    parser = verbs.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ".",
        epilog=f"example: {example}",
        parents=[shared],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for other programs")


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout, a line at the end. Sentences stay English, so that programs can rely on it."""
    import msgspec  # 15 ms, which `--help` need not pay

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2) + b"\n")
    sys.stdout.flush()


def plain(text: str) -> str:
    """Text that changes nothing about a terminal: control and direction characters are shown as a mark."""
    import unicodedata  # a millisecond that only free text needs

    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "�" for c in text)


def tell(sentence: str) -> None:
    """Say a sentence on stderr, out of the way of what is printed."""
    print(f"ii-companion: {sentence}", file=sys.stderr)


def stage(text: str) -> int:
    """A stage from the command line."""
    if text not in ("1", "2", "3", "4"):
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a stage; it is 1 new, 2 practising, 3 fluent or 4 independent"
        )
    return int(text)


def sure(what: str, *, yes: bool) -> bool:
    """Ask, unless told not to. Raises Refusal where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise Refusal(f"This would remove {what}, for good. Say --yes to do so without being asked.")
    print(f"This removes {what}, for good.", file=sys.stderr)
    if input("Remove? Type yes: ").strip().lower() == "yes":
        return True
    print("Nothing was removed.")
    return False
