"""In and out: files that other people's programs open, written whole or not at all. Codes only."""

from __future__ import annotations

from ii_companion.session.said import N_

IDENTIFYING = N_("Codes only. Free text may identify a person: read it before you pass this on.")
NO_SCORE = N_("Figures describe pace and lead in one session; they are no score and no appraisal.")
