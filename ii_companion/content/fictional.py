"""The codes that are kept for practice. Apart from the learners themselves: a start asks this, and needs no more of them."""

from __future__ import annotations

from functools import lru_cache

from ii_companion.content.folder import FALLBACK_LANGUAGE, layers
from ii_companion.session.refusal import Refusal


@lru_cache(maxsize=1)
def fictional_codes() -> frozenset[str]:
    """The codes of the fictional learners, which no language changes; none if their file cannot be read."""
    try:
        return frozenset(
            row["id"] for layer in layers(FALLBACK_LANGUAGE, "learners.toml", "learner") for row in layer.rows
        )
    except (Refusal, LookupError, TypeError):  # whoever needs the learners says what is wrong with the file
        return frozenset()


def refuse_fictional(code: str) -> None:
    """Raise Refusal if a real learner would have a code that is kept for practice: their records would mix."""
    if code in fictional_codes():
        raise Refusal(
            "The code {code} is a fictional learner's and kept for practice, so that records do not mix. "
            "Use another, such as p17.",
            code=code,
        )
