"""What the verbs share: how a command is declared, and how JSON is printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from ii_companion.printable import plain
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, render

if TYPE_CHECKING:
    from ii_companion.log.store import Store

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name


def command(
    verbs: Verbs,
    shared: argparse.ArgumentParser,
    name: str,
    help: str,
    description: str,
    example: str,
    run: Callable[[Any], int],
) -> argparse.ArgumentParser:
    """Declare a command with its help, the same as a sentence, and an example."""
    parser = verbs.add_parser(
        name,
        help=help,
        description=description,
        epilog=_("example: {command}", command=example),
        parents=[shared],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("print JSON for other programs"))


def add_plain(parser: argparse.ArgumentParser, *, top: bool = False) -> None:
    """`top`: before any command, where it holds for the one that follows."""
    parser.add_argument(
        "--plain",
        action="store_true",
        default=False if top else argparse.SUPPRESS,
        help=_("line by line, for a screen reader or a braille line (or set ACCESSIBLE=1)"),
    )


def add_me(parser: argparse.ArgumentParser) -> None:
    """Who acts, for the record of activity."""
    parser.add_argument(
        "--me",
        metavar=_("CODE"),
        default=argparse.SUPPRESS,
        help=_("who does this, for `activity`; the practitioner last given here unless said"),
    )


def store_of(arguments: argparse.Namespace) -> Store:
    """The store, told of what is damaged, with the acts noted as those of who was named. Raises Refusal."""
    from ii_companion.session.codes import code

    store: Store = arguments.open_store().telling(tell)
    me = getattr(arguments, "me", "")
    return store.by(code(me, "practitioner")) if me else store


NAMED = 20
"""So many sessions are named in a line of the record of activity; of more it says how many they were."""


def noted(arguments: argparse.Namespace, act: str, sessions: Iterable[str] = (), n: int = 0) -> None:
    """Put an act in the record of activity; of more than a few sessions only how many they were."""
    from ii_companion.log.activity import Did

    store: Store = arguments.open_store(unlock=False).telling(tell)
    named = tuple(sessions)
    if len(named) > NAMED:
        store.did(Did(act), n=len(named))
    else:
        store.did(Did(act), named, n=0 if named else n)


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout, a line at the end. Sentences in it are English, for programs to rely on."""
    import msgspec  # 15 ms, which `--help` need not pay

    sys.stdout.buffer.write(
        msgspec.json.format(msgspec.json.encode(value, enc_hook=_english), indent=2) + b"\n"
    )
    sys.stdout.flush()


def _english(value: Any) -> str:
    """What msgspec does not encode by itself: a `Said`, which is a kind of string."""
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def tell(sentence: str) -> None:
    """Say a sentence on stderr, out of the way of what is printed."""
    print(plain(f"ii-companion: {render(sentence)}"), file=sys.stderr)


def stage(text: str) -> int:
    """A stage from the command line."""
    if text not in ("1", "2", "3", "4"):
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a stage; it is 1 new, 2 practising, 3 fluent or 4 independent", text=text)
        )
    return int(text)


def a_date(text: str) -> date:
    """A date from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a date; expected YYYY-MM-DD", text=text)
        ) from None


def sure(removes: str, *, yes: bool, unasked: Refusal) -> bool:
    """Ask, unless told not to: `removes` says what goes. Raises `unasked` where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise unasked
    print(removes, file=sys.stderr)
    word = _("yes")
    if input(_("Remove? Type {yes}: ", yes=word)).strip().lower() in ("yes", word):
        return True
    print(_("Nothing was removed."))
    return False
