"""Two windows on one folder, their steps interleaved at random: whatever was saved is in some version, or was removed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from faults.test_attacked import travelling
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.records import BriefLog
from ii_companion.session.card import Card
from ii_companion.session.refusal import Refusal

LOG = travelling("heron").log
WINDOWS = st.sampled_from("ab")


class TwoWindows(RuleBasedStateMachine):
    """Each window has opened the log and the card at some time, and saves what it makes of that."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.places = Places(Path(self.folder.name) / "data")
        self.stores = {name: LocalStore(self.places) for name in "ab"}
        self.stores["a"].save(LOG)
        self.stores["a"].save_card(Card("heron"))
        self.opened: dict[str, BriefLog | None] = dict.fromkeys("ab", LOG)
        self.cards: dict[str, Card] = {name: Card("heron") for name in "ab"}
        self.words: set[str] = set()
        self.agreed: set[str] = set()
        self.n = 0

    def _word(self) -> str:
        self.n += 1
        return f"word{self.n}"

    @rule(window=WINDOWS)
    def open(self, window: str) -> None:
        self.opened[window] = self.stores[window].get(LOG.id)
        self.cards[window] = self.stores[window].card("heron")

    @rule(window=WINDOWS, edit=st.booleans())
    def save(self, window: str, edit: bool) -> None:
        before, word = self.opened[window], self._word()
        if before is None:
            return
        new = replace(before, next_time=f"{before.next_time} {word}".strip())
        try:
            self.stores[window].save(new, keep_earlier=edit, over=before)
        except Refusal:
            assert self.stores[window].get(LOG.id) is None  # nothing but its removal stands in the way
            return
        self.opened[window] = new
        self.words.add(word)

    @rule(window=WINDOWS)
    def save_card(self, window: str) -> None:
        before, word = self.cards[window], self._word()
        new = replace(before, enjoys=f"{before.enjoys} {word}".strip())
        try:
            self.stores[window].save_card(new, before)
        except Refusal:
            assert not self.stores[window].has_card("heron")
            return
        self.cards[window] = new
        self.agreed.add(word)

    @rule(window=WINDOWS)
    def delete(self, window: str) -> None:
        self.stores[window].remove(self.stores[window].of_session(LOG.id))
        self.words.clear()

    @rule(window=WINDOWS)
    def put_back_from_elsewhere(self, window: str) -> None:
        if self.stores[window].get(LOG.id) is None:
            self.stores[window].take_in([(LOG, None, ())])

    @invariant()
    def nothing_saved_is_in_no_version(self) -> None:
        if not hasattr(self, "places"):
            return
        store = self.stores["a"]
        now = store.get(LOG.id)
        versions = [*store.earlier(LOG.id), *([now] if now else [])]
        kept = {word for one in versions for word in one.next_time.split()}
        assert kept >= self.words
        cards = " ".join(path.read_text() for path in self.places.cards.iterdir() if path.is_file())
        assert all(f"{word}" in cards for word in self.agreed)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TwoWindows.TestCase.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
test_two_windows_on_one_folder_lose_nothing = TwoWindows.TestCase
