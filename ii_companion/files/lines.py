"""Several sentences of one refusal, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from ii_companion.session.said import Said, counted

MOST = 40


def lines(sentences: Sequence[str]) -> Said:
    """The sentences below one another; of very many, the first and how many more."""
    shown: list[str] = list(sentences[:MOST])
    if len(sentences) > MOST:
        shown.append(counted("… and {n} more.", "… and {n} more.", len(sentences) - MOST))
    places = {f"line{n}": sentence for n, sentence in enumerate(shown)}
    return Said("\n".join(f"{{{name}}}" for name in places), places)
