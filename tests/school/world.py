"""A school in a test: laptops, people who write, failures of every kind, and what must be true when all is quiet again."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from school.memory import Crash, MemoryDesk, MemoryRemote, MemoryServer, document

from ii_companion.school import parts
from ii_companion.school.membership import Consent
from ii_companion.school.remote import Remote
from ii_companion.school.sync import Engine
from ii_companion.session.refusal import Refusal

PEOPLE = {"k7": "k7", "k7b": "k7", "k8": "k8", "m1": "m1", "c1": "c1"}
"""Laptops, and whose they are."""
OPEN = Consent(2, 2)
FIELDS = ("enjoys", "touch")


class Lost(Exception):  # noqa: N818 - what it is
    """A request or its answer was lost on the way."""


class Line:
    """A remote behind a bad line. `fault` is how many calls go well before one does not, and how that one fails."""

    def __init__(self, remote: Remote, fault: tuple[int, str] | None, late: list[Callable[[], Any]]) -> None:
        self._remote, self._fault, self._late, self._calls = remote, fault, late, 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._remote, name)

        def call(*arguments: Any) -> Any:
            self._calls += 1
            if name in ("push", "erase", "remove", "share"):
                self._late.append(lambda: real(*copy.deepcopy(arguments)))
            if self._fault and self._fault[0] == self._calls:
                if self._fault[1] == "request":
                    raise Lost
                answer = real(*arguments)
                if self._fault[1] == "answer":
                    raise Lost
                return real(*arguments) if self._fault[1] == "twice" else answer
            return real(*arguments)

        return call


class World:
    """Everybody. What is written is a number of its own, so that it can be looked for."""

    def __init__(
        self, engine: type[Engine] = Engine, server: Any = None, people: dict[str, str] | None = None
    ) -> None:
        self.engine = engine
        self.people = people or PEOPLE
        self.server = server or MemoryServer({"c1"})
        self.desks = {name: MemoryDesk(person, OPEN) for name, person in self.people.items()}
        self.backup: tuple[Any, int] | None = None
        self.late: list[Callable[[], Any]] = []
        self.number = 0
        self.time = 0
        self.texts: dict[str, tuple[str, str, str]] = {}
        """By what was written: key, kind, laptop."""
        self.replaced: set[str] = set()
        self.made: dict[str, str] = {}
        """By session: the laptop it was made on."""
        self.deleted: dict[str, tuple[str, int]] = {}
        """By session: the laptop on which it was deleted, and when."""
        self.erased: dict[str, tuple[str, int]] = {}
        """By learner: the laptop that asked, and when."""
        self.lost: dict[str, int] = {}
        self.restored: list[tuple[int, int]] = []
        """When the server was put back, and to when."""
        self.writes: dict[tuple[str, str], int] = {}

    def remote(self, person: str) -> Remote:
        return MemoryRemote(self.server, person)

    # What people do

    def _text(self, key: str, kind: str, laptop: str, on_screen: list[str]) -> str:
        self.number += 1
        text = f"text{self.number}."
        self.texts[text] = (key, kind, laptop)
        self.replaced |= {one for one in self.texts if any(one in shown for shown in on_screen)}
        self.replaced.discard(text)
        self.writes[key, kind] = self.writes.get((key, kind), 0) + 1
        return text

    def new(self, laptop: str, learner: str = "p17", mentor: str = "") -> str:
        session_id = f"s{len(self.made) + 1}-{learner}"
        text = self._text(session_id, "words", laptop, [])
        self.desks[laptop].save(
            document(session_id, learner, self.people[laptop], mentor, what_happened=text)
        )
        self.made[session_id] = laptop
        return session_id

    def _on_screen(self, laptop: str, session_id: str) -> list[str]:
        month = self.desks[laptop].month("2026-11", own=True)
        row = month.row(session_id, "words")
        return [str(month.logs[session_id].get("what_happened", "")), *row.bodies.values()]

    def edit(self, laptop: str, session_id: str) -> None:
        log = self.desks[laptop].month("2026-11", own=True).logs.get(session_id)
        if log is not None:
            text = self._text(session_id, "words", laptop, self._on_screen(laptop, session_id))
            self.desks[laptop].save({**log, "what_happened": text})

    def delete(self, laptop: str, session_id: str) -> None:
        if session_id in self.desks[laptop].month("2026-11", own=True).logs:
            self.desks[laptop].delete(session_id)
            self.time += 1
            self.deleted[session_id] = (laptop, self.time)

    def card(self, laptop: str, learner: str = "p17", field: str = "enjoys") -> None:
        if learner in self.erased:
            return  # the code is retired
        desk = self.desks[laptop]
        rows = {row.id: row for row in desk.cards().rows.get(learner, ())}
        row = rows.get(f"{learner}/{field}")
        now = getattr(desk.card(learner), field)
        beside = [] if row is None or row.before is not None else list(row.bodies.values())
        text = self._text(f"{learner}/{field}", "card", laptop, [now, *beside])
        desk.card_files[learner] = replace(desk.card(learner), **{field: text})

    def share(self, laptop: str, session_id: str, figures: int, words: int) -> None:
        desk = self.desks[laptop]
        month = desk.month("2026-11", own=True)
        if session_id in month.logs:
            row = replace(month.row(session_id, "session"), audience=(figures, words))
            desk._months[True, "2026-11"] = month.with_rows(row)

    def erase(self, laptop: str, learner: str) -> None:
        desk = self.desks[laptop]
        desk._gone = replace(desk.gone(), asked=(*desk.gone().asked, learner))
        desk.crash_at = 0
        desk.erase(learner)
        desk._cards = type(desk._cards)(
            {one: rows for one, rows in desk._cards.rows.items() if one != learner}
        )
        self.time += 1
        self.erased.setdefault(learner, (laptop, self.time))

    def mentor(self, *, ends: bool = False) -> None:
        self.server.mentor("m1", "k7", ends=ends)

    # What fails

    def keep_backup(self) -> None:
        self.time += 1
        self.backup = (self.server.backup(), self.time)

    def restore(self) -> None:
        if self.backup is not None:
            self.time += 1
            self.server.restore(self.backup[0])
            self.restored.append((self.time, self.backup[1]))
            self.late.clear()  # a server that is put back answers no old connection

    def lose(self, laptop: str) -> None:
        self.time += 1
        self.desks[laptop] = MemoryDesk(self.people[laptop], OPEN)
        self.lost[laptop] = self.time

    def replay(self) -> None:
        """A request that was late, or came twice, once more."""
        if self.late:
            with contextlib.suppress(Refusal):
                self.late[self.number % len(self.late)]()

    def sync(self, laptop: str, crash_at: int = 0, fault: tuple[int, str] | None = None) -> bool:
        """Whether it came to its end."""
        desk = self.desks[laptop]
        desk.steps, desk.crash_at = 0, crash_at
        line = Line(self.remote(self.people[laptop]), fault, self.late)
        try:
            self.engine(desk, line).sync()  # type: ignore[arg-type]
        except (Crash, Lost):
            return False
        finally:
            desk.crash_at = 0
        return True

    # What must be true

    def quiet(self) -> None:
        """Everybody syncs until nothing changes."""
        for _round in range(6):
            before = self._state()
            for laptop in self.desks:
                assert self.sync(laptop)
            if before == self._state():
                return
        raise AssertionError("it never comes to rest")

    def _state(self) -> list[str]:
        return [desk.everything() + repr(desk.gone()) for desk in self.desks.values()]

    def check(self) -> None:
        self.quiet()
        self._nothing_erased_is_left()
        self._nothing_is_lost()
        self._all_are_alike()

    def _gone_for_good(self, at: int, laptop: str) -> bool:
        """Whether what `laptop` knew at a time may be gone: its disk was lost and the server put back to before."""
        dead = self.lost.get(laptop, 0) > at
        return dead and any(to < at or when > at for when, to in self.restored)

    def _erased_now(self) -> set[str]:
        return {
            learner for learner, (laptop, at) in self.erased.items()
            if not self._gone_for_good(at, laptop) and not (self.lost.get(laptop, 0) > at)
        }  # fmt: skip

    def _nothing_erased_is_left(self) -> None:
        for learner in self._erased_now():
            for name, desk in self.desks.items():
                assert learner not in desk.everything(), f"{learner} is left on {name}"
            assert learner not in self.on_server(), f"{learner} is left on the server"

        for session_id, (laptop, at) in self.deleted.items():
            if self.lost.get(laptop, 0) <= at:
                for name, desk in self.desks.items():
                    assert session_id not in desk.everything(), (
                        f"{session_id}, removed on {laptop}, is left on {name}"
                    )
                assert session_id not in self.on_server(), (
                    f"{session_id}, removed on {laptop}, is left on the server"
                )

    def on_server(self) -> str:
        return repr(self.server.kept.sessions) + repr(self.server.kept.parts)

    def _learner(self, key: str) -> str:
        return key.partition("/")[0] if "/" in key else key.partition("-")[2]

    def _nothing_is_lost(self) -> None:
        for session_id, laptop in self.made.items():
            if session_id in self.deleted or self._learner(session_id) in self.erased or laptop in self.lost:
                continue
            assert session_id in self.desks[laptop].month("2026-11", own=True).logs, (
                f"{session_id} is lost on {laptop}"
            )
            assert session_id in self.server.kept.sessions, f"{session_id} never came to the server"
        for text, (key, kind, laptop) in self.texts.items():
            if (
                text in self.replaced
                or laptop in self.lost
                or self._learner(key) in self.erased
                or key in self.deleted
            ):
                continue
            if kind == "words" and self.made[key] in self.lost:
                continue
            assert text in self.desks[laptop].everything(), f"{text} of {key} is lost on {laptop}"
            assert text in self.on_server(), f"{text} of {key} is not on the server"

    def _all_are_alike(self) -> None:
        kept = self.server.kept
        by_part: dict[tuple[str, str], dict[str, Any]] = {}
        for (key, kind, vid), (_at, version) in kept.parts.items():
            by_part.setdefault((key, kind), {})[vid] = version
        for (key, kind), versions in by_part.items():
            if kind in ("words", "card"):
                assert len(versions) <= self.writes.get((key, kind), 0), (
                    f"{key} {kind} has a version that nobody wrote"
                )
            heads = parts.heads({vid: (v.replaces, v.author) for vid, v in versions.items()})
            shown = versions[heads[-1]].body
            for name, desk in self.desks.items():
                if kind == "card":
                    learner, _slash, field = key.partition("/")
                    rows = {row.id: row for row in desk.cards().rows.get(learner, ())}
                    if self.lost and self.restored and not set(rows[key].versions) <= set(versions):
                        continue  # work that only a lost laptop could send again is gone from the server
                    assert parts.fields_of(desk.card(learner))[field] == shown, f"{key} differs on {name}"
                    continue
                for own in (True, False):
                    month = desk.month("2026-11", own=own)
                    known = set(month.row(key, kind).versions)
                    if self.lost and self.restored and not known <= set(versions):
                        continue  # as with cards
                    if key in month.logs and (key, kind) in month.rows and kind != "journal":
                        assert month.body(key, kind) == shown, f"{key} {kind} differs on {name}"
        for name, desk in self.desks.items():
            listed = set(self.listing(name).sessions)
            here = {session_id for own in (True, False) for session_id in desk.month("2026-11", own=own).logs}
            assert listed <= here, f"{name} lacks {listed - here}"
            others = set(desk.month("2026-11", own=False).logs)
            assert others <= listed, f"{name} has {others - listed}"

    def listing(self, laptop: str) -> Any:
        return MemoryRemote(self.server, self.people[laptop]).list()
