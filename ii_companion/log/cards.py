"""Learner cards, one small JSON file each in the data folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ii_companion.log.places import Places, make_folder, reason
from ii_companion.log.whole import write_whole
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal, said_by


def card_path(places: Places, learner: str) -> Path:
    return places.cards / f"{learner}.json"


def load_card(places: Places, learner: str) -> Card:
    """The learner's card, or one with the defaults. Raises Refusal if the file is there but not a card."""
    path = card_path(places, learner)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Card)
    except FileNotFoundError:
        return Card(learner)
    except OSError as error:
        raise Refusal("{path}: cannot be read: {why}.", path=path, why=reason(error)) from error
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
        write_whole(path, msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
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
