"""The laptop's identity: in the system's keyring by a native backend, or under a passphrase; and the recovery identity.

Loaded only where something sealed is opened. An identity is held in this process's memory, and nowhere else: never on
a command line, in the environment, in a log or on a screen; a process that holds one writes no core file.
"""

from __future__ import annotations

import contextlib
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ii_companion.log.places import reason
from ii_companion.log.seal import Seal, seal_at
from ii_companion.opening import read_whole
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

SERVICE = "ii-companion"
SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")
BACKENDS: tuple[str, ...] = (
    ("keyring.backends.Windows:WinVaultKeyring",)
    if sys.platform == "win32"
    else ("keyring.backends.macOS:Keyring",)
    if sys.platform == "darwin"
    else ("keyring.backends.SecretService:Keyring", "keyring.backends.kwallet:DBusKeyring")
)
"""By name, and never whatever is installed: others have asked for a password on the terminal, or kept keys in a file."""


class Locked(OSError):  # noqa: N818 - it is no failure of the file
    """A sealed file, and no identity to open it with."""


_held: dict[Path, tuple[str, Any]] = {}
"""By data folder: the laptop's public key, and its identity."""


def age() -> Any:
    """The library for age files. Raises Refusal where it is not installed."""
    try:
        import pyrage  # 0.5 ms
    except ImportError as error:
        raise Refusal(
            "Sealed files need the package {package}, which is not installed here: pip install {package}",
            package="pyrage",
        ) from error
    return pyrage


def native_keyring() -> Any | None:
    """The system's own keyring, None if there is none that works here. Loading it costs 130 to 150 ms."""
    for name in BACKENDS:
        module, _colon, cls = name.partition(":")
        with contextlib.suppress(Exception):  # whatever a backend says of a system it was not made for
            backend = getattr(import_module(module), cls)
            if backend.priority > 0:
                return backend()
    return None


def new_pair() -> tuple[str, str]:
    """A new identity, `AGE-SECRET-KEY-1…`, and its public key."""
    identity = age().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def public_of(secret: str) -> str:
    return str(age().x25519.Identity.from_str(secret).to_public())


def encrypted(data: bytes, recipients: tuple[str, ...]) -> bytes:
    lib = age()
    return bytes(lib.encrypt(data, [lib.x25519.Recipient.from_str(one) for one in recipients]))


def kept_text(secret: str, recovery: str) -> str:
    """What is kept of the laptop's identity: beside it the recovery key it goes with, so that nobody puts theirs in its place."""
    return f"{secret}\n{recovery}\n"


def hold(top: Path, seal: Seal, text: str) -> None:
    """Keep the identity for this process. Raises Refusal if it is not the one the folder is sealed for."""
    secret, _newline, recovery = text.strip().partition("\n")
    try:
        identity = age().x25519.Identity.from_str(secret)
        public = str(identity.to_public())
    except age().IdentityError as error:
        raise _foreign(top) from error
    if (public, recovery.strip()) != seal.recipients:
        raise _foreign(top)
    _no_core_file()
    _held[top] = (public, identity)


def _foreign(top: Path) -> Refusal:
    return Refusal(
        "{folder} is sealed for other keys than those kept here. Nothing was changed. The recovery key opens it: ii-companion lock recover FILE",
        folder=top,
    )


def is_held(top: Path, seal: Seal) -> bool:
    return _held.get(top, ("",))[0] == seal.laptop


def forget(top: Path) -> None:
    """Hold the folder's identity no longer."""
    _held.pop(top, None)


def identity_of(top: Path) -> Any:
    """The identity that opens the folder's files. Raises Locked where a person is needed first, or it is gone."""
    try:
        return opened(top)
    except Refusal as refusal:
        why = _("it is sealed, and its key is not at hand; see: ii-companion lock status")
        raise Locked(1, why, str(top)) from refusal


def opened(top: Path) -> Any:
    """As `identity_of`. Raises Refusal, which says what to do."""
    seal = seal_at(top)
    held = _held.get(top)
    if held is not None and (seal is None or held[0] == seal.laptop):
        return held[1]
    if seal is None:
        raise Refusal("{folder} is not sealed.", folder=top)
    if seal.kept != "keyring":
        raise Refusal("{folder} is sealed under a passphrase, which was not given.", folder=top)
    hold(top, seal, from_keyring(top, seal))
    return _held[top][1]


def from_keyring(top: Path, seal: Seal) -> str:
    """What the system's keyring has of the folder. Raises Refusal."""
    text = in_ring(SERVICE, seal.laptop)
    if not text:
        raise Refusal(
            "{folder} is sealed, and this system's keyring does not have or does not give its key. "
            "Unlock the keyring, or use the recovery key: ii-companion lock recover FILE",
            folder=top,
        )
    return text


def in_ring(service: str, name: str) -> str:
    """What the system's keyring has under a name; empty where it has nothing, or does not give it."""
    ring = native_keyring()
    if ring is not None:
        with contextlib.suppress(Exception):  # locked, refused by its owner, gone: all the same to a reader
            return str(ring.get_password(service, name) or "")
    return ""


def out_of_ring(service: str, name: str) -> None:
    """Take something out of the system's keyring, if it is there."""
    ring = native_keyring()
    if ring is not None:
        with contextlib.suppress(Exception):  # it was not there; each backend has its own words for that
            ring.delete_password(service, name)


def into_keyring(secret: str, recovery: str) -> bool:
    """Keep the laptop's identity in the system's keyring, and read it back. False where there is none that works."""
    ring = native_keyring()
    if ring is None:
        return False
    text, public = kept_text(secret, recovery), public_of(secret)
    with contextlib.suppress(Exception):  # a backend's own errors are as many as there are backends
        ring.set_password(SERVICE, public, text)
        return bool(ring.get_password(SERVICE, public) == text)
    return False


def out_of_keyring(public: str) -> None:
    """Take an identity out of the system's keyring, if it is there."""
    out_of_ring(SERVICE, public)


def under_passphrase(secret: str, recovery: str, passphrase: str) -> bytes:
    """The laptop's identity under a passphrase, by age's scrypt; a second or two."""
    return bytes(age().passphrase.encrypt(kept_text(secret, recovery).encode(), passphrase))


def unlock(top: Path, seal: Seal, passphrase: str) -> None:
    """Open the folder for this process with its passphrase; one try takes 2 to 3 s. Raises Refusal if it is wrong."""
    lib = age()
    try:
        text = bytes(lib.passphrase.decrypt(seal.under_passphrase, passphrase)).decode()
    except lib.DecryptError as error:
        raise Refusal("That is not the passphrase of {folder}. Nothing was opened.", folder=top) from error
    hold(top, seal, text)


def held_text(top: Path, seal: Seal) -> str:
    """The identity that is held, as it is kept. Raises Locked."""
    return kept_text(str(identity_of(top)), seal.recovery)


def recovery_in(path: Path) -> str:
    """The recovery identity in a file, in whatever lines around it. Raises Refusal."""
    try:
        text = read_whole(path, 2**16).decode("utf-8-sig", "replace")
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    found = SECRET.search(re.sub(r"[ \t\r-]", "", text.upper()).replace("AGESECRETKEY1", "AGE-SECRET-KEY-1"))
    if found is None:
        raise Refusal(
            "{path}: no recovery key in it; expected a line of 74 letters that begins with {start}.",
            path=path,
            start="AGE-SECRET-KEY-1",
        )
    try:
        public_of(found[0])
    except age().IdentityError as error:
        raise Refusal(
            "{path}: the recovery key in it has a wrong letter, or lacks one. Compare it with what was printed.",
            path=path,
        ) from error
    return found[0]


def from_escrow(top: Path, seal: Seal, recovery_secret: str) -> str:
    """The laptop's identity, opened with the recovery key. Raises Refusal if that is another folder's."""
    lib = age()
    try:
        return bytes(lib.decrypt(seal.escrow, [lib.x25519.Identity.from_str(recovery_secret)])).decode()
    except lib.DecryptError as error:
        raise Refusal("That is not the recovery key of {folder}. Nothing was opened.", folder=top) from error


def _no_core_file() -> None:
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
