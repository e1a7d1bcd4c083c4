"""Erasing a learner on a laptop that has joined: a co-ordinator erases them everywhere, others are told whom to ask."""

from __future__ import annotations

import msgspec

from ii_companion.log.places import Places
from ii_companion.school.desk import SESSION
from ii_companion.school.file_desk import FileDesk
from ii_companion.school.membership import Cards, Graves, Membership
from ii_companion.session.refusal import Refusal


def refuse_others(places: Places, learner: str) -> Membership:
    """Whose laptop this is. Raises Refusal if the learner is in the school's log, and this is no co-ordinator's."""
    desk = FileDesk(places)
    mine = desk.membership()
    if not mine.co_ordinator and is_at_school(desk, learner):
        raise Refusal(
            "{learner} is in {school}'s log. A co-ordinator erases a learner there: ask {who}. Nothing was erased.",
            learner=learner,
            school=mine.school,
            who=", ".join(mine.co_ordinators) or "–",
        )
    return mine


def is_at_school(desk: FileDesk, learner: str) -> bool:
    """Whether the school's log is known to hold anything about a learner."""
    if any(row.sent for row in desk.cards().rows.get(learner, ())):
        return True
    for own in (True, False):
        for name in desk.months(own=own):
            month = desk.month(name, own=own)
            for session_id, log in month.logs.items():
                if log.get("learner") == learner and (
                    not own or month.row(session_id, SESSION).state == "sent"
                ):
                    return True
    return False


def ask(places: Places, learner: str) -> None:
    """Note on disk that a learner is to be erased at the school; the next sync says so there. Raises Refusal."""
    desk = FileDesk(places)
    gone = desk.gone()
    if learner not in gone.asked:
        desk.put_gone(msgspec.structs.replace(gone, asked=(*gone.asked, learner)))


def forget_card(places: Places, learner: str) -> None:
    """Forget what was known of the versions of a learner's card."""
    desk = FileDesk(places)
    rows = {one: known for one, known in desk.cards().rows.items() if one != learner}
    if rows != desk.cards().rows:
        desk.put_cards(Cards(rows))


def refuse_retired(places: Places, learner: str) -> None:
    """Raise Refusal for the code of a learner who was erased at the school."""
    desk = FileDesk(places)
    mine, gone = desk.membership(), desk.gone()
    if learner in gone.asked or (mine.salt and Graves(mine.salt, gone).learner(learner)):
        raise Refusal(
            "{learner} was erased at {school}, and the code is not used again. Choose another.",
            learner=learner,
            school=mine.school,
        )
