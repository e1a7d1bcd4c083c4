"""The login's password: in the system's keyring, or in a file under a passphrase; never in the open.

Loading keyring costs 130 to 150 ms: only the `school` command does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from ii_companion.log import keys
from ii_companion.log.places import reason, removed
from ii_companion.opening import read_whole
from ii_companion.school import sealed
from ii_companion.session.refusal import Refusal

SERVICE = "ii-companion school"
FILE = "secret.age"
Ask = Callable[[str], str]


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def store(folder: Path, login: str, secret: str, ask: Ask) -> None:
    """Keep a login's password. `ask` asks for a new passphrase, where there is no keyring. Raises Refusal."""
    if (keyring := keys.native_keyring()) is not None:
        keyring.set_password(SERVICE, login, secret)
        return
    import pyrage  # 0.5 ms

    passphrase = ask(login)
    if not passphrase:
        raise no_keyring()
    try:
        sealed.put_as_it_is(folder / FILE, pyrage.passphrase.encrypt(secret.encode(), passphrase))
    except OSError as error:
        raise Refusal("{path} cannot be written: {why}.", path=folder / FILE, why=reason(error)) from error


def load(folder: Path, login: str, ask: Ask) -> str:
    """A login's password. Raises Refusal."""
    path = folder / FILE
    if path.exists():
        import pyrage

        try:
            return str(pyrage.passphrase.decrypt(read_whole(path), ask(login)), "utf-8")
        except pyrage.DecryptError as error:
            raise Refusal("That is not the passphrase. Nothing was sent.") from error
        except OSError as error:
            raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    found = keys.in_ring(SERVICE, login)
    if not found:
        raise Refusal(
            "The password of this laptop's login {login} is not in the keyring any more. Ask your technician for a new "
            "join file; your log stays here.",
            login=login,
        )
    return found


def forget(folder: Path, login: str) -> None:
    """Remove the password, wherever it is."""
    removed(folder / FILE)
    keys.out_of_ring(SERVICE, login)


def no_keyring() -> Refusal:
    return Refusal(
        "No keyring on this machine can be used (no Secret Service). Choose a passphrase, or stop here."
    )
