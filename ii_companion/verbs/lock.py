"""`ii-companion lock`: seal the data folder, open it for good, and what belongs to its keys."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.verbs.bar import bar
from ii_companion.verbs.common import Verbs, add_json, command, noted, print_json
from ii_companion.verbs.passphrase import asked, new_passphrase, opened
from ii_companion.words import _, ngettext

if TYPE_CHECKING:
    from ii_companion.log.locking import Lock, Standing

ACTS = ("on", "off", "status", "passphrase", "recover")
TRIES = 3
LAST = 12
"""How many of the recovery key's letters are asked back, its last: whoever wrote it down has them."""


def add(verbs: Verbs, shared: argparse.ArgumentParser) -> None:
    lock = command(
        verbs,
        shared,
        "lock",
        _("seal the data folder, so that nobody reads it without its key"),
        _("Seal the data folder, so that nobody reads it without its key."),
        "ii-companion lock on",
        run_status,
    )
    acts = lock.add_subparsers(metavar=" | ".join(ACTS))
    on = command(
        acts,
        shared,
        "on",
        _("seal every file, after showing a recovery key once; again: go on with what was stopped"),
        _("Seal every file, after showing a recovery key once. Run again, it goes on with what was stopped."),
        "ii-companion lock on",
        run_on,
    )
    on.add_argument(
        "--passphrase", action="store_true", help=_("under a passphrase, though there is a keyring")
    )
    command(
        acts,
        shared,
        "off",
        _("make every file plain again"),
        _("Make every file plain again."),
        "ii-companion lock off",
        run_off,
    )
    status = command(
        acts,
        shared,
        "status",
        _("say whether the folder is sealed"),
        _("Say whether the folder is sealed."),
        "ii-companion lock status",
        run_status,
    )
    add_json(status)
    command(
        acts,
        shared,
        "passphrase",
        _("keep the key under a new passphrase"),
        _("Keep the key under a new passphrase, in place of the one before or of the keyring."),
        "ii-companion lock passphrase",
        run_passphrase,
    )
    recover = command(
        acts,
        shared,
        "recover",
        _("open a folder with its recovery key"),
        _(
            "Open a folder with its recovery key, and keep the key on this machine: after a forgotten passphrase, "
            "a lost keyring, or a move to another machine."
        ),
        "ii-companion lock recover recovery.txt",
        run_recover,
    )
    recover.add_argument(
        "file",
        metavar=_("FILE"),
        type=Path,
        help=_("a file with the recovery key in it; remove it afterwards"),
    )


def _lock(arguments: argparse.Namespace) -> Lock:
    lock: Lock = arguments.open_store(unlock=False).lock
    return lock


def run_on(arguments: argparse.Namespace) -> int:
    lock = _lock(arguments)
    standing = lock.standing()
    if standing.turning == "off":
        raise Refusal("The folder is being made plain. Finish that first: ii-companion lock off")
    if standing.sealed and not standing.turning and not standing.plain:
        print(_("The folder is sealed already."))
        return 0
    if standing.sealed:
        opened(lock)
        lock.begin_again()
        with bar(_("Sealing")):
            lock.finish()
    else:
        _seal(lock, by_passphrase=arguments.passphrase)
    noted(arguments, "locked")
    print(_("Everything in {folder} is sealed.", folder=lock.folder))
    print(
        _(
            "What was there before may still be found on the disk by those who know how, "
            "and in backups that were made of it; the disk's own encryption helps against that."
        )
    )
    return 0


def _seal(lock: Lock, *, by_passphrase: bool) -> None:
    if not sys.stdin.isatty():
        raise Refusal(
            "`lock on` shows a recovery key and asks it back, so it needs a terminal. Nothing was sealed."
        )
    new = lock.draw()
    lock.refuse_running()
    passphrase = None
    if by_passphrase or not lock.has_keyring():
        if not by_passphrase:
            print(
                _(
                    "This system has no keyring that works here, so the folder's key is kept under a passphrase."
                )
            )
        passphrase = new_passphrase()
    print(
        _(
            "This is the recovery key. Write it down, or print it, and keep it apart from this computer: "
            "if the keyring or the passphrase is lost, nothing else opens what is kept here. It is shown this once."
        )
    )
    print(f"\n    {new.recovery}\n", flush=True)
    for _n in range(TRIES):
        answer = asked(_("Type its last {n} letters, or all of it: ", n=LAST))
        if _same(answer, new.recovery):
            break
        print(_("That is not what stands there."))
    else:
        raise Refusal(
            "The recovery key was not typed back. Nothing was sealed, and that key is worth nothing."
        )
    with bar(_("Sealing")):
        lock.put_on(new, passphrase)


def _same(answer: str, key: str) -> bool:
    typed = "".join(answer.split()).replace("-", "").upper()
    letters = key.replace("-", "")
    return typed == letters or (len(typed) >= LAST and letters.endswith(typed))


def run_off(arguments: argparse.Namespace) -> int:
    lock = _lock(arguments)
    if not lock.standing().sealed:
        print(_("The folder is not sealed."))
        return 0
    opened(lock)
    with bar(_("Opening")):
        lock.take_off()
    noted(arguments, "unlocked")
    print(_("Every file in {folder} is plain now, and its keys are worth nothing.", folder=lock.folder))
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    lock = _lock(arguments)
    standing = lock.standing()
    if getattr(arguments, "json", False):
        print_json(standing)
        return 0
    print(in_words(standing))
    return 0


def in_words(standing: Standing) -> str:
    """A folder's standing in a sentence or two."""
    if not standing.sealed:
        return _("Not sealed.")
    if standing.turning == "off":
        return _("Being made plain, and not finished. Go on: ii-companion lock off")
    kept = (
        _("Sealed; its key is in this system's keyring.")
        if standing.kept == "keyring"
        else _("Sealed; its key is under a passphrase.")
    )
    if not standing.plain and not standing.turning:
        return kept
    left = ngettext(
        "{n} file of {files} is not sealed yet. Go on: ii-companion lock on",
        "{n} files of {files} are not sealed yet. Go on: ii-companion lock on",
        standing.plain,
        files=standing.files,
    )
    return f"{kept} {left}"


def run_passphrase(arguments: argparse.Namespace) -> int:
    lock = _lock(arguments)
    if not lock.standing().sealed:
        raise Refusal("The folder is not sealed, so there is no passphrase: ii-companion lock on")
    opened(lock)
    lock.change_passphrase(new_passphrase())
    print(_("From now on the folder opens with the new passphrase; the recovery key is as it was."))
    return 0


def run_recover(arguments: argparse.Namespace) -> int:
    lock = _lock(arguments)
    lock.recover(arguments.file, new_passphrase)
    print(
        _("The folder opens on this machine now. Remove {path}, and keep the key apart.", path=arguments.file)
    )
    return 0
