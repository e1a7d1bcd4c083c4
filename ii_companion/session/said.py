"""Sentences before they are in anybody's language.

Below `words` nobody knows what language a person reads. A sentence there is a `Said`: its English pattern, which is
its name in the catalogues, and what stands in its places. It is an ordinary string as well, the English one, so that
tests, logs of faults and other programs can read it; `words.render` says it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self


class Said(str):
    """A sentence: `pattern` with named places such as `{code}`, and `places`, their values.

    With `many`, the pattern for numbers other than one; `n`, which also stands in the place `{n}`, decides. A value
    may be a `Said` itself: it is put in the reader's language too.
    """

    __slots__ = ("many", "n", "pattern", "places")
    pattern: str
    places: dict[str, Any]
    many: str
    n: int

    def __new__(cls, pattern: str, places: dict[str, Any] | None = None, many: str = "", n: int = 1) -> Self:
        places = places or {}
        chosen = pattern if not many or n == 1 else many
        made = super().__new__(cls, chosen.format(**places) if places or many else chosen)
        made.pattern, made.places, made.many, made.n = pattern, places, many, n
        return made


def N_(pattern: str) -> str:  # noqa: N802 - the name every gettext tool knows
    """Mark a pattern for the catalogues where it is declared; it is put in a language where it is shown."""
    return pattern


def said(pattern: str, /, **places: Any) -> Said:
    """A sentence with values in its named places: `said("{code} is no code", code=code)`."""
    return Said(pattern, places)


def counted(one: str, many: str, n: int, /, **places: Any) -> Said:
    """A sentence that depends on a number: `counted("{n} act", "{n} acts", n)`."""
    return Said(one, {"n": n, **places}, many, n)


def word(pattern: str) -> Said:
    """A word of a table, marked with `N_` where it is declared: `word(KIND_WORDS[kind])`."""
    return Said(pattern)


def listed(items: Iterable[str]) -> Said:
    """Items joined by commas, to stand in a sentence; each is put in the reader's language by itself."""
    places = {f"item{n}": item for n, item in enumerate(items, 1)}
    return Said(", ".join(f"{{{name}}}" for name in places), places)
