"""The command line: wiring only. Each verb lives in `verbs/` and loads what it needs when it runs."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ii_companion import __version__, language, words
from ii_companion.faults import tell_fault, tell_faults
from ii_companion.printable import PlainStream
from ii_companion.session.refusal import Refusal
from ii_companion.verbs import home
from ii_companion.verbs.common import add_plain, tell
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.locking import Lock
    from ii_companion.log.places import Places
    from ii_companion.log.store import Store

VERBS = {
    "start": "start",
    "note": "note",
    "practise": "practise",
    "glance": "glance",
    "share": "share",
    "mentor": "mentor",
    "log": "log",
    "replay": "replay",
    "code": "code",
    "link": "link",
    "sheet": "sheet",
    "agree": "agree",
    "export": "export",
    "import": "import_",
    "erase": "erase",
    "tidy": "erase",
    "activity": "activity",
    "papers": "papers",
    "about": "about",
    "training": "training",
    "school": "school",
    "trial": "trial",
    "check": "check",
    "lock": "lock",
}
"""Each command, and the module in `verbs/` that declares it. Only the one that is asked for is loaded."""
READ_OTHERS = frozenset(("", "log", "export", "sheet", "agree", "about", "check", "erase"))
"""Commands that read others' sessions, where a school's log was joined; a session never waits for their passphrase."""
DONE, FAILED, WRONG_USAGE, STOPPED = 0, 1, 2, 130


def parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The command line, with the command that `argv` names, or with all of them. Every help ends with an example."""
    top = argparse.ArgumentParser(
        prog="ii-companion",
        description=_(
            "A quiet companion for Intensive Interaction. Without a command it opens the home screen."
        ),
        epilog=_("example: {command}", command="ii-companion start --learner p17 --me k7"),
    )
    top.add_argument(
        "--version",
        action="version",
        version=f"ii-companion {__version__}",
        help=_("show program's version number and exit"),
    )
    top.set_defaults(run=home.run)
    shared = argparse.ArgumentParser(add_help=False)
    for options in (top, shared):
        options.add_argument(
            "--data-dir",
            metavar=_("DIR"),
            default=argparse.SUPPRESS if options is shared else None,
            help=_("where logs live (or set II_COMPANION_HOME)"),
        )
    add_plain(top, top=True)
    verbs = top.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    for module in _needed(argv):
        import_module(f"ii_companion.verbs.{module}").add(verbs, shared)
    return top


def _needed(argv: Sequence[str] | None) -> list[str]:
    """The modules to load for what was typed: none for the home screen, all where help or a mistake names them."""
    if argv is not None:
        if verb := _verb(argv):
            return [VERBS[verb]]
        rest = [word for word in argv if word != "--plain"]
        if not rest or (len(rest) == 2 and rest[0] == "--data-dir"):
            return []
    return list(dict.fromkeys(VERBS.values()))


def _verb(argv: Sequence[str]) -> str:
    """The command that was typed; empty for the home screen."""
    return next((word for word in argv if word in VERBS), "")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code: 0 done, 1 the request failed, 2 wrong usage."""
    argv = sys.argv[1:] if argv is None else argv
    language.speak()
    top = parser(argv)
    arguments, unknown = top.parse_known_args(argv)
    if unknown:
        getattr(arguments, "parser", top).error(
            _("unrecognized arguments: {arguments}", arguments=" ".join(unknown))
        )
    arguments.open_store = lambda unlock=True: _store(arguments.data_dir, unlock, _verb(argv))
    try:
        return int(arguments.run(arguments))
    except Refusal as refusal:
        tell(words.of(refusal))
        return FAILED
    except BrokenPipeError:  # who read it has gone; that is no news to them
        return FAILED
    except OSError as error:  # a disk can fail anywhere; a sentence all the same
        why = error.strerror or str(error)
        tell(_("{path}: {why}.", path=error.filename, why=why) if error.filename else f"{why}.")
        return FAILED
    except KeyboardInterrupt:
        return STOPPED


def _store(data_dir: str | None, unlock: bool, verb: str) -> Store:
    """The store everything is kept in, opened where a command asks for it: `--help` need not pay for it."""
    from ii_companion.log.local import open_store

    store = open_store(data_dir, _unlocked if unlock else None)
    if store.places.school.joined:
        from ii_companion.school.together import together

        if unlock and verb in READ_OTHERS:
            _others_unlocked(store.places)
        return together(store)
    return store


def _others_unlocked(kept: Places) -> None:
    """Ask for the passphrase of others' sessions, where that is what opens them and somebody can be asked."""
    from ii_companion.school.others_seal import needs_passphrase, unlock

    if sys.stdin.isatty() and needs_passphrase(kept):
        from ii_companion.verbs.passphrase import asked

        unlock(kept, asked(_("Passphrase of others' sessions: ")))


def _unlocked(lock: Lock) -> None:
    from ii_companion.verbs.passphrase import opened  # for a sealed folder alone

    opened(lock)


def run() -> None:
    """The console script: what a start does not need is not paid for, and no key waits for a frame."""
    gc.disable()  # nothing loaded now is garbage, and collections at start-up cost 30 ms; the app enables them again
    # Textual paints at most so often; at its own 60 a second key can wait 20 ms for its turn. Nothing else uses it
    os.environ.setdefault("TEXTUAL_FPS", "120")
    tell_faults()
    sys.exit(_in_any_terminal(main))


def _in_any_terminal(act: Callable[[], int]) -> int:
    """Run with streams that may be closed, or in an encoding that lacks a letter; what was not written is a failure."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
        if name != "stdin":
            setattr(
                sys, name, PlainStream(getattr(sys, name))
            )  # whatever is printed of files drives no terminal
    try:
        code = act()
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets a sentence and a failing status
        tell_fault(error)
        code = FAILED
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else WRONG_USAGE
    try:
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            tell(_("what was to be printed cannot be written: {why}.", why=error.strerror))
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # so that it does not fail again at exit
        return FAILED
    return code
