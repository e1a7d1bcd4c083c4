"""Learners' cards, field by field: one field is one register, so that two edits of a card seldom meet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from ii_companion.school import parts
from ii_companion.school.common import Common, is_true
from ii_companion.school.membership import Cards, Graves
from ii_companion.school.parts import Row
from ii_companion.school.remote import (
    Version,
)
from ii_companion.session.card import Card
from ii_companion.session.codes import code
from ii_companion.session.refusal import Refusal


class CardSync(Common):
    """What a sync does with cards."""

    def _take_cards(self, versions: Iterable[Version]) -> None:
        """A card is two files: what is known of it says what is to come, then the card is put, then that is cleared."""
        graves = self.graves
        by_learner: dict[str, list[Version]] = {}
        for one in versions:
            learner, _slash, field = one.key.partition("/")
            with contextlib.suppress(Refusal):
                if (
                    code(learner) == learner
                    and field
                    and is_true(one)
                    and self.is_card_wanted(learner, graves)
                ):
                    by_learner.setdefault(learner, []).append(one)
        cards, to_put = dict(self.desk.cards().rows), {}
        for learner, some in by_learner.items():
            try:
                card = self.desk.card(learner)
            except Refusal as refusal:
                if isinstance(refusal.__cause__, OSError):  # for now: what came is not to be passed over
                    raise
                self.out.told.append(refusal.sentence)
                continue
            rows, changed = self._lay_card(card, cards.get(learner, ()), some)
            cards[learner] = rows
            if changed:
                to_put[learner] = changed
        if cards != self.desk.cards().rows:
            self.desk.put_cards(Cards(cards))
        self._put_cards(to_put)

    def is_card_wanted(self, learner: str, graves: Graves) -> bool:
        return not graves.learner(learner)

    def _lay_card(
        self, card: Card, known: tuple[Row, ...], versions: list[Version]
    ) -> tuple[tuple[Row, ...], dict[str, str]]:
        said_now = parts.fields_of(card)
        if card.code not in self.desk.learners() and not any(row.before is not None for row in known):
            known = ()  # somebody removed the file: that empties no field at the school
        rows = {row.id: row for row in known}
        learner = card.code
        changed: dict[str, str] = {}
        for field, body in said_now.items():
            key = f"{learner}/{field}"
            row = self.notice_part(rows.get(key, Row(key, "card")), body)
            some = [one for one in versions if one.key == key]
            if some:
                bodies = {
                    one.vid: one.body
                    for one in some
                    if one.body is not None and _fits_card(card, field, one.body)
                }
                laid = self.lay(row, body, {one.vid: (one.replaces, one.author) for one in some}, bodies)
                seen = tuple(dict.fromkeys([*row.sent, *(one.vid for one in some)]))
                after = replace(laid.row, sent=seen)
                if laid.body is not None:
                    after = self.to_come(after, row.shown if row.before is None else row.before, laid.body)
                row = after
            if row.before is not None:  # now, or since a crash
                changed[field] = row.bodies[max(row.shown)]
            if row.versions:
                rows[key] = row
        return tuple(rows.values()), changed

    def to_come(self, row: Row, shown: tuple[str, ...], body: str) -> Row:
        """What the card's file says until it is put is no edit, should a crash come between."""
        return replace(row, before=shown, bodies={**row.bodies, max(row.shown): body})

    def _put_cards(self, to_put: dict[str, dict[str, str]]) -> None:
        for learner, changed in to_put.items():
            self.desk.put_card(parts.card_with(self.desk.card(learner), changed))
        if to_put:
            cards = dict(self.desk.cards().rows)
            for learner in to_put:
                cards[learner] = tuple(
                    parts.put(row) if row.before is not None else row for row in cards[learner]
                )
            self.desk.put_cards(Cards(cards))

    def _notice_cards(self) -> None:
        cards, graves = dict(self.desk.cards().rows), self.graves
        to_put: dict[str, dict[str, str]] = {}
        for learner in self.desk.learners():
            if graves.learner(learner):
                continue
            try:
                card = self.desk.card(learner)
            except Refusal as refusal:
                self.out.told.append(refusal.sentence)
                continue
            rows, changed = self._lay_card(card, cards.get(learner, ()), [])
            if rows:
                cards[learner] = rows
            if changed:
                to_put[learner] = changed
        for learner in set(cards) - set(self.desk.learners()):
            changed = self._lay_card(self.desk.card(learner), cards[learner], [])[1]
            if changed:
                to_put[learner] = changed
        if cards != self.desk.cards().rows:
            self.desk.put_cards(Cards(cards))
        self._put_cards(to_put)

    def _cards_to_send(self) -> tuple[Version, ...]:
        found, graves = [], self.graves
        for learner, rows in self.desk.cards().rows.items():
            if graves.learner(learner) or not any(parts.unsent(row, self._me) for row in rows):
                continue
            said_now = parts.fields_of(self.desk.card(learner))
            for row in rows:
                for one in parts.unsent(row, self._me):
                    body = parts.body_of(row, one, said_now[row.id.partition("/")[2]])
                    if body is not None:
                        found.append(Version("card", row.id, one, row.versions[one][0], self._me, body))
        return tuple(found)


def _fits_card(card: Card, field: str, body: str) -> bool:
    with contextlib.suppress(ValueError, msgspec.DecodeError):
        parts.card_with(card, {field: body})
        return True
    return False
