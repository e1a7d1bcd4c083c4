"""The one-page report as a DOCX, through python-docx."""

from __future__ import annotations

import io
import unicodedata

from ii_companion import words
from ii_companion.files import IDENTIFYING, NO_SCORE
from ii_companion.files.report import page
from ii_companion.files.sessions import Travelling
from ii_companion.words import _


def document(session: Travelling, language: str) -> bytes:
    """The report as a Word document."""
    from docx import Document  # 120 ms, and only for a report
    from docx.shared import Mm, Pt

    told = page(session, language)
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    doc.styles["Normal"].font.size = Pt(10.5)
    doc.core_properties.title = told.title
    doc.core_properties.author = ""
    doc.core_properties.language = words.language()
    doc.add_heading(told.title, level=1)
    doc.add_paragraph(clean(told.who))
    doc.add_heading(_("What it shows"), level=2)
    for sentence in told.sentences:
        doc.add_paragraph(clean(sentence), style="List Bullet")
    if told.texts:
        doc.add_heading(_("In words"), level=2)
    for text in told.texts:
        paragraph = doc.add_paragraph()
        paragraph.add_run(_("{name}:", name=text["name"])).bold = True
        paragraph.add_run(" " + clean(text["words"]))
    if told.facts:
        doc.add_paragraph(clean(" · ".join(told.facts)))
    if told.fundamentals:
        tags = clean("; ".join(told.fundamentals))
        heading = _("Fundamentals of Communication:")
        doc.add_paragraph(f"{heading} {tags}")
    doc.add_paragraph(f"{_(IDENTIFYING)} {_(NO_SCORE)}")
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
