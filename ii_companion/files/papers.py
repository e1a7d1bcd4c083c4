"""Papers a school can sign: templates of `data/<language>/papers/`, filled with facts of this machine, as HTML and DOCX.

A template is Markdown with Jinja's places. What stands in [[double brackets]] is for the school to fill in, and is marked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ii_companion import words
from ii_companion.content.folder import content_file
from ii_companion.files.docx import clean
from ii_companion.opening import read_whole

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

NAMES = ("dpia", "it", "families", "staff", "retention")
"""The papers there are, by their templates' names."""
_FILL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_BLANK = "……"
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 14mm; }}
body {{ font: {size}/1.35 Georgia, serif; color: #222; max-width: 182mm; margin: 0 auto; }}
h1 {{ font-size: 1.5em; margin: 0 0 2mm; }} h2 {{ font-size: 1.15em; margin: 4mm 0 1mm; break-after: avoid; }}
p, ul {{ margin: 0 0 2mm; }} ul {{ padding-left: 5mm; }}
table {{ border-collapse: collapse; width: 100%; margin: 0 0 2mm; }} tr {{ break-inside: avoid; }}
th, td {{ border: 1px solid #bbb; padding: 1mm 2mm; text-align: left; vertical-align: top; }}
thead th:empty {{ display: none; }} code {{ font-size: 0.88em; overflow-wrap: anywhere; }}
mark {{ background: #fff3a8; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
</style>
</head>
<body>
{body}</body>
</html>
"""


class Paper(msgspec.Struct, frozen=True):
    """One paper: its name, its title, and both its forms."""

    name: str
    title: str
    html: bytes
    docx: bytes


def papers(language: str, facts: Mapping[str, Any]) -> list[Paper]:
    """Every paper, filled in. Raises Refusal or OSError if a template cannot be read."""
    return [paper(name, _text(language, name), facts) for name in NAMES]


def language_of(language: str) -> str:
    """The language the papers come in: the one asked for, or English where that has none."""
    has = content_file(language, f"papers/{NAMES[0]}.md").parent.parent.name
    return language if has == language else words.ENGLISH


def _text(language: str, name: str) -> str:
    path: Path = content_file(language, f"papers/{name}.md")
    return read_whole(path).decode("utf-8")


def paper(name: str, template: str, facts: Mapping[str, Any]) -> Paper:
    """One paper from its template."""
    from jinja2 import Environment, StrictUndefined  # 30 ms, and only here

    environment = Environment(autoescape=False, undefined=StrictUndefined)  # noqa: S701 - Markdown, whose HTML is off
    text = environment.from_string(template).render({key: _plain(value) for key, value in facts.items()})
    tokens = _markdown().parse(text)
    title = next(
        (tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"), name
    )
    return Paper(name, title, _html(name, title, text), _docx(title, tokens))


def _plain(value: Any) -> Any:
    """A fact without what Markdown or a place to fill in would take for its own."""
    return re.sub(r"[`|\[\]<>*\r\n]", " ", value) if isinstance(value, str) else value


def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 20 ms; Textual brings it too

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _html(name: str, title: str, text: str) -> bytes:
    body = _markdown().render(text)
    body = _FILL.sub(lambda found: f"<mark>{found[1].strip() or _BLANK}</mark>", body)
    size = "9.5pt" if name == "it" else "10.5pt"
    return _PAGE.format(language=words.language(), title=escape(title), body=body, size=size).encode()


def _docx(title: str, tokens: list[Token]) -> bytes:
    from docx import Document  # 120 ms, and only here
    from docx.shared import Mm, Pt

    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    doc.styles["Normal"].font.size = Pt(10)
    doc.core_properties.title = title
    doc.core_properties.author = ""
    doc.core_properties.language = words.language()
    rows: list[list[Token]] | None = None
    style = None
    for n, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                _write(doc.add_heading("", level=int(token.tag[1])), tokens[n + 1])
            case "list_item_open":
                style = "List Bullet"
            case "list_item_close":
                style = None
            case "paragraph_open":
                _write(doc.add_paragraph(style=style), tokens[n + 1])
            case "table_open":
                rows = []
            case "tr_open" if rows is not None:
                rows.append([])
            case "th_open" | "td_open" if rows:
                rows[-1].append(tokens[n + 1])
            case "table_close" if rows is not None:
                _table(doc, rows)
                rows = None
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _table(doc: Any, rows: list[list[Token]]) -> None:
    named = any(cell.content for cell in rows[0])
    shown = rows if named else rows[1:]
    table = doc.add_table(rows=len(shown), cols=len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, shown, strict=True):
        for place, cell in zip(row.cells, cells, strict=True):
            _write(place.paragraphs[0], cell, bold=named and cells is rows[0])
    doc.add_paragraph()


def _write(paragraph: Any, inline: Token, *, bold: bool = False) -> None:
    """A line of Markdown as runs; what is to be filled in is marked yellow."""
    from docx.enum.text import WD_COLOR_INDEX

    strong = emphasised = filling = False
    for child in inline.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                strong = child.type == "strong_open"
            case "em_open" | "em_close":
                emphasised = child.type == "em_open"
            case "softbreak" | "hardbreak":
                paragraph.add_run(" ")
            case "text" | "code_inline":
                for part in re.split(r"(\[\[|\]\])", child.content):
                    if part in ("[[", "]]"):
                        filling = part == "[["
                    elif part:
                        run = paragraph.add_run(clean(part if part.strip() or not filling else _BLANK))
                        run.bold, run.italic = bold or strong, emphasised
                        if child.type == "code_inline":
                            run.font.name = "Consolas"
                        if filling:
                            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
