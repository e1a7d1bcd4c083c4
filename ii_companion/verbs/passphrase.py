"""Asking for a passphrase or a key at the terminal, unseen; nowhere else are they ever taken from."""

from __future__ import annotations

import getpass
import sys
import warnings
from typing import TYPE_CHECKING

from ii_companion.session.refusal import Refusal
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.locking import Lock

SHORTEST = 12
"""Letters."""


def opened(lock: Lock) -> None:
    """Open a sealed folder for this process: by the keyring, or by its passphrase, asked once. Raises Refusal."""
    if lock.needs_passphrase():
        lock.unlock(asked(_("Passphrase: ")))
    else:
        lock.open()


def asked(prompt: str) -> str:
    """What a person types, unseen. Raises Refusal where nobody can be asked, or what is typed would be seen."""
    if not sys.stdin.isatty():
        raise Refusal(
            "This folder is sealed under a passphrase, and nobody can be asked for it here. Run the command at a terminal."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except getpass.GetPassWarning as error:
        raise Refusal("This terminal would show what you type, so nothing was asked.") from error
    except EOFError as error:
        raise Refusal("Nothing was typed; nothing was changed.") from error


def new_passphrase() -> str:
    """A passphrase for a folder, asked twice. Raises Refusal if they differ or it is short."""
    first = asked(_("New passphrase, {n} letters or more: ", n=SHORTEST))
    if len(first) < SHORTEST:
        raise Refusal(
            "A passphrase has {n} letters or more; four or five words do well. Nothing was changed.",
            n=SHORTEST,
        )
    if asked(_("The same once more: ")) != first:
        raise Refusal("The two were not the same. Nothing was changed.")
    return first
