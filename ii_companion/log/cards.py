"""Learner cards, one small JSON file each in the data folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ii_companion.log.places import Places, make_folder, reason
from ii_companion.log.sealing import read, write_whole
from ii_companion.log.versions import CARD, FIRST, refuse_newer, written
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal, said_by
from ii_companion.words import _


class _CardFile(Card, frozen=True, forbid_unknown_fields=True):
    """A card as its file has it; the first version does not say which it is."""

    version: int = FIRST


def card_path(places: Places, learner: str) -> Path:
    return places.cards / f"{learner}.json"


def files_of(places: Places, learner: str) -> tuple[Path, Path, Path]:
    """Everything that lies there of a learner's card: the card, its digest and its lock."""
    path = card_path(places, learner)
    return path, _digest_path(path), path.with_name(f"{path.name}.lock")


def load_card(places: Places, learner: str) -> Card:
    """The learner's card, or one with the defaults. Raises Refusal if the file is there but not a card."""
    path = card_path(places, learner)
    try:
        data = read(path)
    except FileNotFoundError:
        return Card(learner)
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    refuse_newer(data, CARD, str(path))
    try:
        kept = msgspec.json.decode(data, type=_CardFile)
        return Card(**{name: getattr(kept, name) for name in Card.__struct_fields__})
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(
            "{path}: not a learner's card: {why}. Mend it, or remove it to start afresh.",
            path=path,
            why=said_by(error),
        ) from error


def save_card(
    places: Places, card: Card, over: Card | None = None, tell: Callable[[str], None] | None = None
) -> None:
    """Keep the card. Raises Refusal, and then the old one stays.

    One that is not `over`, the card this was made from, was saved by another window: it is put by and told of. If
    there was one and it is gone, it was erased, and is not brought back.
    """
    from ii_companion.log.storage import locked  # brings TinyDB, which a start does without

    make_folder(places.root)
    make_folder(places.cards)
    path = card_path(places, card.code)
    with locked(path):
        if over is not None:
            _compare(path, load_card(places, card.code), card, over, tell)
        _write(path, card)


def _compare(path: Path, there: Card, card: Card, over: Card, tell: Callable[[str], None] | None) -> None:
    if not path.exists():
        if over != Card(card.code):
            raise Refusal(
                "The card of {learner} has been removed meanwhile. It is not brought back.", learner=card.code
            )
    elif there not in (over, card):
        aside = path.with_name(f"{path.name}.earlier-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        _write(aside, there)
        if tell is not None:
            tell(
                _(
                    "Another window has saved the card of {learner} meanwhile. Both are kept, that one as {name}.",
                    learner=card.code,
                    name=aside.name,
                )
            )


def _write(path: Path, card: Card) -> None:
    try:
        document, version = written(card, CARD)
        if version > FIRST:
            document["version"] = version
        data = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
        _note_digest(path, card.code, data)
        write_whole(path, data)
    except OSError as error:
        raise Refusal(
            "{path} cannot be written: {why}. The card is as it was.", path=path, why=reason(error)
        ) from error


class _Digest(msgspec.Struct, omit_defaults=True):
    """What a card was when it was saved. `before`: of the one it replaced, should the save have been cut short."""

    learner: str
    at: datetime
    sha256: str
    before: str = ""


def _digest_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}.digest")


def _note_digest(path: Path, learner: str, data: bytes) -> None:
    """Keep a card's digest, on disk before the card is: whichever is there after a power cut is known."""
    if path.suffix != ".json":  # one that is put by
        return
    import hashlib  # 5 ms, which a start need not pay

    try:
        before = hashlib.sha256(read(path)).hexdigest()
    except OSError:
        before = ""
    made = hashlib.sha256(data).hexdigest()
    kept = _Digest(learner, datetime.now(UTC).replace(microsecond=0), made, before)
    write_whole(_digest_path(path), msgspec.json.encode(kept) + b"\n")


def with_digest(places: Places) -> list[str]:
    """The codes of the learners of whose card a digest is kept."""
    try:
        return sorted(path.stem for path in places.cards.iterdir() if path.suffix == ".digest")
    except OSError:
        return []


def changed_since(places: Places, learner: str) -> datetime | None:
    """When the card was saved, if it is not as it was saved then. A digest that cannot be read itself has changed."""
    path = card_path(places, learner)
    try:
        kept = msgspec.json.decode(read(_digest_path(path)), type=_Digest)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return datetime.fromtimestamp(_digest_path(path).stat().st_mtime, UTC)
    import hashlib

    try:
        made = hashlib.sha256(read(path)).hexdigest()
    except OSError:
        made = ""
    return None if made in (kept.sha256, kept.before) and made else kept.at


def cards(places: Places) -> list[str]:
    """The codes of the learners who have a card."""
    try:
        return sorted(
            path.stem for path in places.cards.iterdir() if path.suffix == ".json" and path.name[0] != "."
        )
    except OSError:
        return []
