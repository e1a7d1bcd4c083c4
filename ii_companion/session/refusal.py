"""A request that cannot be met, said as a sentence: what was wrong, where, and what would be right."""

from __future__ import annotations

from typing import Any

from ii_companion.session.said import Said


class Refusal(Exception):  # noqa: N818 - the project's word for it
    """Shown to a person as it stands; never with a traceback.

    `Refusal("There is no log {id}.", id=session_id)`: the pattern is marked for the catalogues by being here. A `Said`
    made elsewhere may be given instead. `sentence` is the `Said`; `str()` is its English.
    """

    def __init__(self, pattern: str | Said, /, **places: Any) -> None:
        self.sentence = pattern if isinstance(pattern, Said) and not places else Said(pattern, places)
        super().__init__(str(self.sentence))


class Wrong(ValueError):  # noqa: N818 - as above
    """What a record's own check finds wrong: a sentence's end, with its `Said` in `sentence` as in a refusal.

    A ValueError, because msgspec takes that and no other for a mistake in what it decodes; `said_by` finds it again.
    """

    def __init__(self, pattern: str | Said, /, **places: Any) -> None:
        self.sentence = pattern if isinstance(pattern, Said) and not places else Said(pattern, places)
        super().__init__(str(self.sentence))


def said_by(error: BaseException) -> str:
    """What an error says, to stand in another sentence: a `Said` if the words are ours, else the error's own."""
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, Said):
        return sentence
    text, ours = str(error), getattr(error.__cause__, "sentence", None)
    if not isinstance(ours, Said) or not text.startswith(ours):
        return text
    # msgspec wrapped what a record's own check raised, and may have added the place: “ - at `$.card`”
    return Said("{ours}{where}", {"ours": ours, "where": text[len(ours) :]}) if text != ours else ours
