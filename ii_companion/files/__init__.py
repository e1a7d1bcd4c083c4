"""Files that other people's programs write and open: CSV, JSON, BORIS, GSEQ, ELAN, HTML, DOCX.

Touched: the files a person names, written whole or not at all. They hold codes for people, never names.
Imports: `feed`, `log`, `content`, `words`, `session`; never a screen.
"""

from __future__ import annotations

from ii_companion.session.said import N_

IDENTIFYING = N_("Codes only. Free text may identify a person: read it before you pass this on.")
NO_SCORE = N_("Figures describe pace and lead in one session; they are no score and no appraisal.")
