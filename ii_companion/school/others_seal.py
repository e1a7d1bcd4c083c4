"""The seal of others' sessions, which is always on: its key in the system's keyring, or under the login's passphrase.

There is no recovery key: what does not open any more is removed, and fetched again from the school's log.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from ii_companion.log import erase, keys
from ii_companion.log.locking import Lock, NewKeys
from ii_companion.log.places import Places
from ii_companion.log.seal import drop_seal, seal_at
from ii_companion.school.membership import membership
from ii_companion.school.secret import Ask
from ii_companion.session.refusal import Refusal


def put_on(places: Places, login: str, ask: Ask) -> None:
    """Seal others' sessions, those that are there and those to come. Raises Refusal."""
    lock = _lock(places)
    lock.put_on(NewKeys.drawn(), None if lock.has_keyring() else ask(login))


def opened(places: Places, login: str, ask: Ask) -> None:
    """Open them for this process; where their key is lost they go, and the sync fetches them again.

    Raises Refusal for a wrong passphrase.
    """
    lock = _lock(places)
    if lock.seal is None:
        put_on(places, login, ask)
    elif lock.needs_passphrase():
        lock.unlock(ask(login))
    else:
        try:
            lock.open()
        except Refusal:  # the keyring has lost the key
            forget(places)
            put_on(places, login, ask)
            _fetch_again(places)
    lock.finish()


def forget(places: Places) -> None:
    """Remove them, and their key."""
    top: Path = places.school.root
    erase.remove_folder(places.school.log)
    erase.remove_folder(places.school.journals)
    seal = seal_at(top)
    if seal is not None:
        drop_seal(top)
        keys.forget(top)
        if seal.kept == "keyring":
            keys.out_of_keyring(seal.laptop)


def _fetch_again(places: Places) -> None:
    """Let the next sync fetch everything again."""
    from ii_companion.school.file_desk import FileDesk

    mine = membership(places.root)
    FileDesk(places).put_membership(msgspec.structs.replace(mine, cursor="", acked="", laid="", epoch=""))


_shut: dict[Path, Refusal] = {}
"""What did not open in this process: a keyring is asked once, and it is told once."""


def closed(places: Places, tell: Callable[[Refusal], None]) -> bool:
    """Whether this process cannot open them; the first time, `tell` hears why."""
    top = places.school.root
    seal = seal_at(top)
    if seal is None or keys.is_held(top, seal):
        return False
    if top not in _shut:
        try:
            keys.opened(top)
        except Refusal as refusal:
            _shut[top] = refusal
            tell(refusal)
            return True
        return False
    return True


def needs_passphrase(places: Places) -> bool:
    """Whether a person has to give the passphrase before this process can open them."""
    return _lock(places).needs_passphrase()


def unlock(places: Places, passphrase: str) -> None:
    """Open them for this process. Raises Refusal if it is the wrong one."""
    _lock(places).unlock(passphrase)
    _shut.pop(places.school.root, None)


def _lock(places: Places) -> Lock:
    return Lock(places.school, lambda _sentence: None)
