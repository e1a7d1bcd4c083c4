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
