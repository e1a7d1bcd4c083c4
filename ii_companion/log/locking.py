"""Sealing a folder and opening it for good, a file at a time, so that it can be stopped at any: the next run goes on.

The seal stands in its place before the first file is sealed, and until after the last one is opened: both kinds are
read meanwhile. A file is replaced in one step by what was proved to open to the same bytes. Months are done last.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from ii_companion.log import activity, keys
from ii_companion.log.intents import folder_of
from ii_companion.log.live import is_live
from ii_companion.log.places import Places, make_folder, reason, removed
from ii_companion.log.relocking import MONTHS, files_of, looks_sealed, rewritten
from ii_companion.log.seal import (
    Seal,
    drop_seal,
    is_temporary,
    left_of_seal,
    seal_at,
    seal_file,
    top_and_name,
    write_seal,
)
from ii_companion.log.sealed_ends import renew_ends
from ii_companion.log.storage import locked, mend
from ii_companion.progress import going_through
from ii_companion.session.refusal import Refusal


class Standing(msgspec.Struct, frozen=True):
    """Whether a folder is sealed, and how far."""

    sealed: bool
    turning: str = ""
    kept: str = ""
    """`keyring` or `passphrase`."""
    files: int = 0
    plain: int = 0
    """How many of the files are not sealed."""


class NewKeys(msgspec.Struct, frozen=True):
    """The keys a folder is to be sealed for, before anything is."""

    laptop: str
    recovery: str

    @classmethod
    def drawn(cls) -> NewKeys:
        """Raises Refusal where what is needed for sealing is not installed."""
        try:
            from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: F401 - whether it is there
        except ImportError as error:
            raise Refusal(
                "Sealed files need the package {package}, which is not installed here: pip install {package}",
                package="cryptography",
            ) from error
        return cls(keys.new_pair()[0], keys.new_pair()[0])


class Lock:
    """The seal of one data folder, to put on, to take off and to open."""

    def __init__(self, places: Places, tell: Callable[[str], None]) -> None:
        self._places = places
        self._top = places.root
        self._tell = tell

    @property
    def seal(self) -> Seal | None:
        return seal_at(self._top)

    @property
    def folder(self) -> str:
        return str(self._top)

    def draw(self) -> NewKeys:
        """Keys to seal the folder for. Raises Refusal where what is needed for sealing is not installed."""
        return NewKeys.drawn()

    def has_keyring(self) -> bool:
        return keys.native_keyring() is not None

    def begin_again(self) -> None:
        """Files that came into the folder unsealed are to be sealed by `finish`."""
        seal = self._known()
        if not seal.turning:
            self._write(msgspec.structs.replace(seal, turning="on"))

    def standing(self) -> Standing:
        seal = self.seal
        files = [path for path in files_of(self._places) if not is_temporary(path)]
        if seal is None:
            return Standing(sealed=False, files=len(files), plain=len(files))
        plain = sum(not looks_sealed(path) for path in files)
        return Standing(True, seal.turning, seal.kept, len(files), plain)

    def needs_passphrase(self) -> bool:
        """Whether a person has to give the passphrase before this process can open anything."""
        seal = self.seal
        return seal is not None and seal.kept == "passphrase" and not keys.is_held(self._top, seal)

    def unlock(self, passphrase: str) -> None:
        """Open it for this process. Raises Refusal if it is the wrong one."""
        keys.unlock(self._top, self._known(), passphrase)

    def open(self) -> None:
        """Open it for this process, with the keyring or what is held. Raises Refusal."""
        keys.opened(self._top)

    def forget(self) -> None:
        keys.forget(self._top)

    def put_on(self, new: NewKeys, passphrase: str | None) -> None:
        """Seal the folder; without a passphrase, the laptop's key goes into the system's keyring. Raises Refusal."""
        self.refuse_running()
        laptop, recovery = keys.public_of(new.laptop), keys.public_of(new.recovery)
        if passphrase is None and not keys.into_keyring(new.laptop, recovery):
            raise Refusal("This system has no keyring that works here. Nothing was sealed.")
        seal = Seal(
            laptop=laptop,
            recovery=recovery,
            kept="keyring" if passphrase is None else "passphrase",
            escrow=keys.encrypted(keys.kept_text(new.laptop, recovery).encode(), (recovery,)),
            under_passphrase=b""
            if passphrase is None
            else keys.under_passphrase(new.laptop, recovery, passphrase),
            turning="on",
        )
        make_folder(self._top)
        self._write(seal)
        keys.hold(self._top, seal, keys.kept_text(new.laptop, recovery))
        self.finish()

    def take_off(self) -> None:
        """Make every file plain again, and forget the laptop's key. Raises Refusal; what is done by then stays done."""
        self.refuse_running()
        self.open()
        self._write(msgspec.structs.replace(self._known(), turning="off"))
        self.finish()

    def finish(self) -> None:
        """Go on with what was begun. Raises Refusal; the next run goes on again."""
        seal = self._known()
        if not seal.turning:
            return
        self.open()
        on = seal.turning == "on"
        running: list[Path] = []
        with self._alone():
            for left in left_of_seal(self._top):
                removed(left)
            for path in going_through(files_of(self._places)):
                if path.suffix == ".jsonl" and is_live(path):
                    running.append(path)
                elif path.parent.name == MONTHS:
                    self._month(path, on=on)
                else:
                    self._file(path, on=on)
        if running:
            raise Refusal(
                "A session is running ({id}). End it, then do this again; the rest is done.",
                id=running[0].stem,
            )
        if on:
            self._write(msgspec.structs.replace(seal, turning=""))
        else:
            drop_seal(self._top)
            keys.forget(self._top)
            if seal.kept == "keyring":
                keys.out_of_keyring(seal.laptop)

    def change_passphrase(self, passphrase: str) -> None:
        """Keep the laptop's key under this passphrase from now on, and nowhere else. Raises Refusal."""
        seal = self._known()
        self.open()
        text = keys.held_text(self._top, seal)
        secret = text.partition("\n")[0]
        under = keys.under_passphrase(secret, seal.recovery, passphrase)
        self._write(msgspec.structs.replace(seal, kept="passphrase", under_passphrase=under))
        if seal.kept == "keyring":
            keys.out_of_keyring(seal.laptop)

    def recover(self, file: Path, passphrase: Callable[[], str]) -> None:
        """Open it with the recovery key, and keep the laptop's key here: in the keyring, else under a new passphrase."""
        seal = self._known()
        text = keys.from_escrow(self._top, seal, keys.recovery_in(file))
        keys.hold(self._top, seal, text)
        secret = text.partition("\n")[0]
        if keys.into_keyring(secret, seal.recovery):
            self._write(msgspec.structs.replace(seal, kept="keyring", under_passphrase=b""))
        else:
            self.change_passphrase(passphrase())

    def _known(self) -> Seal:
        seal = self.seal
        if seal is None:
            raise Refusal("{folder} is not sealed.", folder=self._top)
        return seal

    def _write(self, seal: Seal) -> None:
        try:
            write_seal(self._top, seal)
        except OSError as error:
            path = seal_file(self._top)
            raise Refusal("{path} cannot be written: {why}.", path=path, why=reason(error)) from error

    def _parts(self) -> tuple[Places, Places, Places]:
        return self._places, self._places.practice, self._places.codings

    def refuse_running(self) -> None:
        for part in self._parts():
            for path in part.journals.glob("*.jsonl"):
                if is_live(path):
                    raise Refusal(
                        "A session is running ({id}). End it first; nothing was changed.", id=path.stem
                    )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No import, removal or other run of this goes on meanwhile."""
        with contextlib.ExitStack() as stack:
            for part in self._parts():
                if part is self._places or part.root.exists():
                    stack.enter_context(locked(folder_of(part) / "all"))
            yield

    def _month(self, path: Path, *, on: bool) -> None:
        home = path.with_name(top_and_name(path)[1].rpartition("/")[2])
        with locked(home):
            if not path.exists():
                return
            if path == home and (told := mend(path)):
                self._tell(told)
            self._file(path, on=on)
            if path == home:
                renew_ends(path, on=on)

    def _file(self, path: Path, *, on: bool) -> None:
        if is_temporary(path):  # what a killed program had not put in its place never counted
            removed(path)
            return
        is_card = path.parent.name == "cards" and path.suffix == ".json"
        guard = locked(path) if is_card or path.name in ("training.json", activity.NAME) else None
        with guard or contextlib.nullcontext():
            try:
                rewritten(self._top, path, on=on)
            except FileNotFoundError:
                pass  # removed meanwhile
            except OSError as error:
                raise Refusal(
                    "{path} cannot be written: {why}. It is as it was; do this again to go on.",
                    path=path,
                    why=reason(error),
                ) from error
