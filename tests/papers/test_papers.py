"""Papers say what is true of this machine, mark what the school must fill in, and say it alike in HTML and DOCX."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from faults.test_attacked import travelling
from jinja2 import UndefinedError

from ii_companion import __version__, words
from ii_companion.cli import main
from ii_companion.content.folder import data_folder
from ii_companion.files.papers import NAMES, paper
from ii_companion.files.taking import take_in
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places


@pytest.fixture
def english_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The next test hears English, as every process begins, and so do the processes it starts."""
    monkeypatch.setenv("LANGUAGE", "en")
    yield
    words.use("en")


def words_of(html: str) -> str:
    """The text of a page, spaces as one."""
    html = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", html)
    for name, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(name, letter)
    return " ".join(text.split())


def said(document: bytes) -> str:
    found = []
    doc = Document(io.BytesIO(document))
    for part in doc.iter_inner_content():
        rows = getattr(part, "rows", None)
        found += [part.text] if rows is None else [cell.text for row in rows for cell in row.cells]
    return " ".join(" ".join(found).split())


def test_every_paper_is_written_dated_with_the_version_and_the_facts(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(LocalStore(places), [travelling("wren"), travelling("otter", 2)])
    config = tmp_path / "config" / "settings.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("keep_months = 7\n")
    out = tmp_path / "papers"
    assert main(["papers", "--out", str(out)]) == 0
    assert "drafts until somebody has signed" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {
        f"{name}.{form}" for name in NAMES for form in ("html", "docx")
    }
    for name in NAMES:
        page = (out / f"{name}.html").read_text()
        assert __version__ in page
        assert "<mark>" in page
        assert "[[" not in page
        assert "{{" not in page
        assert "http://" not in page.replace("http://www.w3.org", "")  # nothing is fetched
        in_docx = said((out / f"{name}.docx").read_bytes())
        assert in_docx.replace(" ", "") == words_of(page).replace(" ", "")
    dpia = words_of((out / "dpia.html").read_text())
    assert str(places.root) in dpia
    assert "2 brief logs, 2 learners" in dpia
    assert "Nothing is sent anywhere" in dpia
    assert "The folder is not sealed" in dpia
    assert "7 months" in words_of((out / "families.html").read_text())
    retention = words_of((out / "retention.html").read_text())
    assert "child-protection file" in retention.lower()
    assert "keep_months = 7" in retention
    assert main(["papers", "--out", str(out)]) == 1  # never over what somebody may have filled in
    assert "--force" in capsys.readouterr().err


def test_facts_of_a_sealed_folder_that_joined_a_school_are_said() -> None:
    facts = dict.fromkeys(
        [
            "version",
            "date",
            "folder",
            "settings",
            "logs",
            "learners",
            "since",
            "until",
            "old",
            "system",
            "dependencies",
            "log_server",
            "log_port",
            "share_port",
        ],
        "x",
    ) | {"months": 12, "sealed": True, "joined": True, "voice": True}
    for name in NAMES:
        template = (data_folder() / "en" / "papers" / f"{name}.md").read_text("utf-8")
        text = words_of(paper(name, template, facts).html.decode())
        assert "not sealed" not in text
        assert "Nothing is sent anywhere" not in text
    with pytest.raises(UndefinedError):  # a template that asks for what nobody knows is no paper
        paper("x", "# {{ weather }}", facts)


def test_a_language_without_papers_gets_them_in_english_dates_and_all(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str], english_again: None
) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    config = tmp_path / "config" / "settings.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('language = "cy"\n')
    assert main(["papers", "--out", str(tmp_path / "papers")]) == 0
    assert "Drafftiau ydynt" in capsys.readouterr().out  # what is said to whoever asked is Welsh
    page = (tmp_path / "papers" / "retention.html").read_text()
    assert '<html lang="en">' in page
    assert "1 brief log, 1 learner; the oldest session is of 23 November 2026" in words_of(page)


def test_a_fact_cannot_write_into_the_paper() -> None:
    made = paper("x", "# A\n\n`{{ folder }}` and {{ folder }} [[ ]]", {"folder": "</p>`|[[x]]<b>"})
    assert b"<b>" not in made.html
    assert made.html.count(b"<mark>") == 1


def test_figures_name_their_source() -> None:
    """Every sum and every term of days or years stands beside a source."""
    for path in (data_folder() / "en" / "papers").glob("*.md"):
        for line in path.read_text("utf-8").splitlines():
            if re.search(r"£[\d,]+|\d+ years", line):
                assert re.search(r"ICO|IRMS", line), line
            if "15 school days" in line and "applies" not in line:
                assert "Regulations" in line, line
