"""Every id that a person reads has its words, the same in English as the id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from ii_companion.log.checklist import SEEN_WORDS, Seen
from ii_companion.log.header import MODE_WORDS, STAGE_WORDS, Mode
from ii_companion.log.records import (
    AROUSAL_WORDS,
    END_WORDS,
    NOVELTY_WORDS,
    TOUCH_WORDS,
    Arousal,
    EndReason,
    Novelty,
    Touch,
)
from ii_companion.session.agreement import CODED
from ii_companion.session.kinds import (
    ACT_WORDS,
    ACTOR_WORDS,
    BOTH,
    CHANNEL_WORDS,
    CHANNELS,
    KIND_WORDS,
    LEARNER,
    PRACTITIONER,
    Kind,
)
from ii_companion.session.prompts import PHASE_WORDS, PromptPhase
from ii_companion.session.triggers import KNOWN, MENTOR, TRIGGER_WORDS


@pytest.mark.parametrize(
    ("table", "ids"),
    [
        (END_WORDS, EndReason),
        (AROUSAL_WORDS, Arousal),
        (NOVELTY_WORDS, Novelty),
        (TOUCH_WORDS, Touch),
        (MODE_WORDS, Mode),
        (SEEN_WORDS, Seen),
        (KIND_WORDS, Kind),
        (PHASE_WORDS, PromptPhase),
        (CHANNEL_WORDS, CHANNELS),
        (ACTOR_WORDS, (LEARNER, PRACTITIONER, BOTH)),
        (ACT_WORDS, [act for _, act in CODED.values()]),
    ],
)
def test_every_id_has_its_words(table: Mapping[str, str], ids: Iterable[str]) -> None:
    assert table == {one: one.replace("_", " ") for one in ids}


def test_every_trigger_and_every_stage_has_its_words() -> None:
    assert set(TRIGGER_WORDS) == {*KNOWN, MENTOR}
    assert list(STAGE_WORDS) == [1, 2, 3, 4]
