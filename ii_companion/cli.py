"""The command line: wiring only. Each verb lives in `verbs/` and loads what it needs when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

from ii_companion import __version__
from ii_companion.session.refusal import Refusal
from ii_companion.verbs import (
    agree,
    check,
    code,
    erase,
    export,
    glance,
    home,
    import_,
    log,
    practise,
    replay,
    start,
    training,
    trial,
)

VERBS: tuple[ModuleType, ...] = (
    start,
    practise,
    glance,
    log,
    replay,
    code,
    agree,
    export,
    import_,
    erase,
    training,
    trial,
    check,
)
DONE, FAILED, WRONG_USAGE, STOPPED = 0, 1, 2, 130


def parser() -> argparse.ArgumentParser:
    """The whole command line. `--help` of every command ends with an example."""
    top = argparse.ArgumentParser(
        prog="ii-companion",
        description="A quiet companion for Intensive Interaction. Without a command it opens the home screen.",
        epilog="example: ii-companion start --learner heron --me k7",
    )
    top.add_argument("--version", action="version", version=f"ii-companion {__version__}")
    top.set_defaults(run=home.run)
    shared = argparse.ArgumentParser(add_help=False)
    for one in (top, shared):
        one.add_argument(
            "--data-dir",
            metavar="DIR",
            default=argparse.SUPPRESS if one is shared else None,
            help="where logs live (or set II_COMPANION_HOME)",
        )
    verbs = top.add_subparsers(title="commands", metavar="COMMAND")
    for verb in VERBS:
        verb.add(verbs, shared)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code: 0 done, 1 the request failed, 2 wrong usage."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except Refusal as refusal:
        print(f"ii-companion: {refusal}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        return STOPPED


def run() -> None:
    """The console script."""
    sys.exit(main())
