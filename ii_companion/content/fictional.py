"""The codes that are kept for practice. Apart from the learners themselves, which cost 10 ms to read: a start asks this."""

from __future__ import annotations

import re
from functools import lru_cache

from ii_companion.content.folder import FALLBACK_LANGUAGE, content_file
from ii_companion.session.refusal import Refusal

_ID = re.compile(r'^id = "([^"]+)"', re.MULTILINE)


def fictional_codes() -> frozenset[str]:
    """The codes of the fictional learners, which no language changes; none if their file cannot be read."""
    try:
        return _read()
    except OSError:  # asked again next time
        return frozenset()


@lru_cache(maxsize=1)
def _read() -> frozenset[str]:
    return frozenset(_ID.findall(content_file(FALLBACK_LANGUAGE, "learners.toml").read_text("utf-8")))


def refuse_fictional(code: str) -> None:
    """Raise Refusal if a real learner would have a code that is kept for practice: their records would mix."""
    if code in fictional_codes():
        raise Refusal(
            "The code {code} is a fictional learner's and kept for practice, so that records do not mix. "
            "Use another, such as p17.",
            code=code,
        )
