"""A log's figures in sentences, or why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.log.header import Mode
from ii_companion.session.summary import summary
from ii_companion.words import _, render

if TYPE_CHECKING:
    from ii_companion.log.records import BriefLog


def figures(log: BriefLog) -> list[str]:
    """What the measures say; where nothing was counted, that it was not."""
    if log.measures is not None:
        return [render(sentence) for sentence in summary(log.measures)]
    if log.mode is Mode.AFTERWARDS:
        return [_("Noted afterwards; nothing was counted.")]
    return [_("No measures were kept with this log.")]
