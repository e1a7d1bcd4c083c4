"""What a note's detail means: ids are kept, words are shown, and what older journals hold is still read."""

from __future__ import annotations

import pytest

from ii_companion.session.notes import PAUSE_REASONS, PAUSE_WORDS, note_words, pause_detail


@pytest.mark.parametrize("reason", PAUSE_REASONS)
def test_the_reason_of_a_pause_is_kept_as_an_id_and_shown_in_words(reason: str) -> None:
    assert pause_detail(reason) == f"pause:{reason}"
    shown = note_words(pause_detail(reason))
    assert shown == f"pause: {PAUSE_WORDS[reason]}"
    assert shown.pattern == "pause: {reason}"


@pytest.mark.parametrize(
    "detail", ["", "pause: someone came in", "pause:", "pause:unheard-of", "new hum {n}", "noise"]
)
def test_everything_else_stands_as_it_was_written(detail: str) -> None:
    assert note_words(detail) == detail
