"""The talk sheet as a DOCX, through python-docx."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ii_companion import words
from ii_companion.files import IDENTIFYING, NO_SCORE
from ii_companion.files.docx import clean
from ii_companion.files.talk import LANE_WORDS, Moment, lanes, talk_sheet
from ii_companion.session.kinds import ACTOR_WORDS
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.files.sessions import Travelling
    from ii_companion.log.store import FilmLink

RULE = "_" * 88


def document(session: Travelling, film: FilmLink | None, language: str) -> bytes:
    """The sheet as a Word document. Raises Refusal if no moment was marked."""
    from docx import Document  # 120 ms, and only for a sheet
    from docx.shared import Mm, Pt

    told = talk_sheet(session, film, language)
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(14)
    doc.styles["Normal"].font.size = Pt(10)
    doc.styles["Normal"].paragraph_format.space_after = Pt(2)
    doc.core_properties.title = told.title
    doc.core_properties.author = ""
    doc.core_properties.language = words.language()
    doc.add_heading(clean(told.title), level=1)
    doc.add_paragraph(clean(told.who))
    for moment in told.moments:
        doc.add_heading(f"{moment.number} · {moment.when}", level=2)
        _line_of_time(doc, moment, Pt(8))
        doc.add_paragraph(clean(_keyed(moment)))
        if moment.coach:
            doc.add_paragraph(clean(_("the coach said: {what}", what="; ".join(moment.coach))))
        if moment.notes:
            doc.add_paragraph(clean(_("noted: {what}", what="; ".join(moment.notes))))
        for _line in range(told.lines):
            doc.add_paragraph(RULE)
    doc.add_paragraph(f"{_(IDENTIFYING)} {_(NO_SCORE)}")
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _keyed(moment: Moment) -> str:
    return _("keyed: {what}", what=moment.keyed) if moment.keyed else _("nothing was keyed near it")


def _line_of_time(doc: Any, moment: Moment, size: Any) -> None:
    """Its lanes in letters of one width."""
    names = [_(ACTOR_WORDS[lane]) for lane in LANE_WORDS]
    wide = max(map(len, names)) + 1
    paragraph = doc.add_paragraph()
    run = paragraph.add_run(
        "\n".join(name.ljust(wide) + row for name, row in zip(names, lanes(moment), strict=True))
    )
    run.font.name = "Courier"
    run.font.size = size
