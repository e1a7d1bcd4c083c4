"""Engines that are deliberately wrong, each in one way that a real one was once: the stories must catch every one."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from ii_companion.school import parts
from ii_companion.school.desk import Month
from ii_companion.school.membership import Graves
from ii_companion.school.parts import Row, Versions
from ii_companion.school.remote import Hello, Session, Stone
from ii_companion.school.sync import Engine, Outcome


class NoAckMark(Engine):
    """Does not tell what of its own the server had: one that was put back lacks it for ever."""

    def marks(self, cursor: str, acked: str) -> tuple[str, str]:
        return cursor, ""


class NoMark(Engine):
    """Tells a place without a mark: one that was put back and has gone on since looks the same."""

    def marks(self, cursor: str, acked: str) -> tuple[str, str]:
        return cursor.rpartition(".")[0] + "." if cursor else "", acked


class NoEpoch(Engine):
    def is_known(self, hello: Hello) -> bool:
        return hello.known


class NoNotice(Engine):
    """Lays versions over a log without looking whether it was edited."""

    def _lay_all(self, month: Month, sessions: list[Session], *, own: bool) -> Month:
        real, self.notice = self.notice, lambda month, ids: month  # type: ignore[method-assign, assignment]
        try:
            return super()._lay_all(month, sessions, own=own)
        finally:
            self.notice = real  # type: ignore[method-assign]


class Clocks(Engine):
    """What came last wins, as with clocks: what it replaces is whatever there is, seen or not."""

    def lay(self, row: Row, body: str, versions: Versions, bodies: dict[str, str]) -> parts.Laid:
        every = {**row.versions, **versions}
        new = [one for one in parts.heads(versions) if one in bodies]
        if not new or new[-1] in row.versions:
            return parts.Laid(replace(row, versions=every), None)
        return parts.Laid(replace(row, versions=every, shown=(new[-1],), bodies={}), bodies[new[-1]])


class NoFilter(Engine):
    """Takes in what was erased."""

    def is_wanted(self, session: Session, graves: Graves) -> bool:
        return True

    def is_card_wanted(self, learner: str, graves: Graves) -> bool:
        return True

    def sync(self) -> Outcome:
        self._at_first = self.desk.gone().stones
        return super().sync()

    def _wipe(self) -> None:
        """Only what is erased while it syncs: what was erased before is thought to be gone."""
        if self.desk.gone().stones != self._at_first:
            super()._wipe()


class NoBefore(Engine):
    def to_come(self, row: Row, shown: tuple[str, ...], body: str) -> Row:
        return row


class CursorFirst(Engine):
    def move_cursor_early(self, cursor: str) -> None:
        self.desk.put_membership(replace(self.desk.membership(), cursor=cursor))


class TombstoneLater(Engine):
    """Notes that an erasure was answered before it keeps the answer."""

    def keep_erasure(self, learner: str, stone: Stone) -> None:
        gone = self.desk.gone()
        self.desk.put_gone(replace(gone, asked=tuple(one for one in gone.asked if one != learner)))
        self.keep_stones((stone,))

    def keep_stones(self, stones: Iterable[Stone]) -> None:
        super().keep_stones(stones)


EVERY = (NoAckMark, NoMark, NoEpoch, NoNotice, Clocks, NoFilter, NoBefore, CursorFirst, TombstoneLater)
