"""The one-page report as a DOCX, through python-docx."""

from __future__ import annotations

import io
import unicodedata

from ii_companion.files import IDENTIFYING
from ii_companion.files.report import page
from ii_companion.files.sessions import Travelling


def document(session: Travelling, language: str) -> bytes:
    """The report as a Word document."""
    from docx import Document  # 120 ms, and only for a report
    from docx.shared import Mm, Pt

    said = page(session, language)
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    doc.styles["Normal"].font.size = Pt(10.5)
    doc.core_properties.title = said.title
    doc.core_properties.author = ""
    doc.add_heading(said.title, level=1)
    doc.add_paragraph(_clean(said.who))
    doc.add_heading("What it shows", level=2)
    for sentence in said.sentences:
        doc.add_paragraph(_clean(sentence), style="List Bullet")
    if said.texts:
        doc.add_heading("In words", level=2)
    for text in said.texts:
        paragraph = doc.add_paragraph()
        paragraph.add_run(text["name"] + ": ").bold = True
        paragraph.add_run(_clean(text["words"]))
    if said.facts:
        doc.add_paragraph(_clean(" · ".join(said.facts)))
    if said.fundamentals:
        doc.add_paragraph("Fundamentals of Communication: " + _clean("; ".join(said.fundamentals)))
    doc.add_paragraph(
        f"{IDENTIFYING} Figures describe pace and lead in one session; they are no score and no appraisal."
    )
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
