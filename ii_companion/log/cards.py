"""Learner cards, one small JSON file each in the data folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ii_companion.log.places import Places, make_folder, reason
from ii_companion.log.versions import CARD, FIRST, refuse_newer, written
from ii_companion.log.whole import write_whole
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal, said_by


class _CardFile(Card, frozen=True, forbid_unknown_fields=True):
    """A card as its file has it; the first version does not say which it is."""

    version: int = FIRST


def card_path(places: Places, learner: str) -> Path:
    return places.cards / f"{learner}.json"


def load_card(places: Places, learner: str) -> Card:
    """The learner's card, or one with the defaults. Raises Refusal if the file is there but not a card."""
    path = card_path(places, learner)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Card(learner)
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
    refuse_newer(data, CARD, str(path))
    try:
        kept = msgspec.json.decode(data, type=_CardFile)
        return Card(**{name: getattr(kept, name) for name in Card.__struct_fields__})
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            "{path}: not a learner's card: {why}. Mend it, or remove it to start afresh.",
            path=path,
            why=said_by(error),
        ) from error


def save_card(places: Places, card: Card) -> None:
    """Keep the card. Raises Refusal, and then the old one stays."""
    make_folder(places.root)
    make_folder(places.cards)
    path = card_path(places, card.code)
    try:
        document, version = written(card, CARD)
        if version > FIRST:
            document["version"] = version
        write_whole(path, msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    except OSError as error:
        raise Refusal(
            "{path} cannot be written: {why}. The card is as it was.", path=path, why=reason(error)
        ) from error


def cards(places: Places) -> list[str]:
    """The codes of the learners who have a card."""
    try:
        return sorted(
            path.stem for path in places.cards.iterdir() if path.suffix == ".json" and path.name[0] != "."
        )
    except OSError:
        return []
