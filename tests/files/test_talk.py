"""The talk sheet: each marked moment with its times, what was keyed around it, what the coach said, and room to write."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document
from makers import coded

from ii_companion.cli import main
from ii_companion.files.sessions import Travelling
from ii_companion.files.taking import take_in
from ii_companion.files.talk import CELLS, html, lanes, talk_sheet
from ii_companion.files.talk_docx import document
from ii_companion.log.closing import brief_log
from ii_companion.log.header import ChosenPrompt, Header
from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places
from ii_companion.log.store import FilmLink
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.prompts import PromptDetail
from ii_companion.session.refusal import Refusal

NAME = "20261123-101500-p17-00a1"
FILM = FilmLink(NAME, "p17", "/films/<b>tuesday.mp4", 600.0, "ab" * 32, 12.4)


def session(text: str = "10L 29L 31i 40m 45e 61L 100m 140E", *more: Event) -> Travelling:
    header = Header(
        id=NAME, learner="p17", practitioner="k7", started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
        card=Card("p17"), chosen=(ChosenPrompt("own.1", "Remember the ribbon."),),
    )  # fmt: skip
    events = sorted([*coded(text), *more], key=lambda event: event.t)
    numbered = tuple(Event(n, event.t, event.kind, event.detail) for n, event in enumerate(events, 1))
    return Travelling(brief_log(header, numbered), header, numbered)


def test_a_moment_has_its_times_and_what_was_keyed_twenty_seconds_around_it() -> None:
    said = Event(1, 35.0, Kind.PROMPT, PromptDetail("own.1", "mentor").detail)
    noted = Event(1, 44.0, Kind.NOTE, "she <hummed>")
    sheet = talk_sheet(session("10L 29L 31i 40m 45e 61L 100m 140E", said, noted), FILM, "en")
    first, second = sheet.moments
    assert first.when == "session 0:40 · film 0:52"
    assert first.keyed == "-11 s learner act, -9 s imitate, +5 s enjoyed"
    assert first.coach == ("-5 s “Remember the ribbon.”",)
    assert first.notes == ("she <hummed>",)
    assert (second.when, second.keyed, second.coach) == ("session 1:40 · film 1:52", "", ())
    rows = lanes(first)
    assert [len(row) for row in rows] == [CELLS] * 3
    assert [row.replace("·", "") for row in rows] == ["█", "I", "me"]
    assert rows[2][CELLS // 2] == "m"
    assert sheet.lines == 6


def test_without_a_film_or_before_it_began_there_is_the_sessions_time_alone() -> None:
    assert [one.when for one in talk_sheet(session(), None, "en").moments] == ["session 0:40", "session 1:40"]
    late = FilmLink(NAME, "p17", "/films/f.mp4", 600.0, "ab" * 32, -60.0)
    assert [one.when for one in talk_sheet(session(), late, "en").moments] == [
        "session 0:40",
        "session 1:40 · film 0:40",
    ]


def test_many_moments_leave_less_room_to_write_and_none_is_refused() -> None:
    many = " ".join(f"{10 * n}m" for n in range(1, 8))
    assert talk_sheet(session(f"{many} 140E"), None, "en").lines == 1
    with pytest.raises(Refusal, match="No moment is marked"):
        talk_sheet(session("1L 2E"), None, "en")


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name in ("src", "href") or name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_and_the_document_say_the_same_and_nothing_in_them_runs() -> None:
    whole = session("10L 29L 31i 40m 45e 61L 100m 140E", Event(1, 44.0, Kind.NOTE, "<script>x</script>"))
    page = _Read()
    page.feed(html(whole, FILM, "en").decode())
    assert {"script", "b", "img"}.isdisjoint(page.tags)
    assert page.tags.count("section") == 2
    doc = Document(io.BytesIO(document(whole, FILM, "en")))
    text = "\n".join(paragraph.text for paragraph in doc.paragraphs)
    for words in (
        "session 0:40 · film 0:52", "keyed: -11 s learner act, -9 s imitate, +5 s enjoyed",
        "<script>x</script>", "<b>tuesday.mp4", "Codes only.",
    ):  # fmt: skip
        assert words in page.text
        assert words in text
    assert text.count("____") > 12


def test_the_command_writes_either_by_the_files_ending(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = LocalStore(places)
    store.ready()
    take_in(store, [session()])
    store.tie_film(FILM)
    assert main(["sheet", NAME]) == 0
    assert "2 moments written" in capsys.readouterr().err
    assert b"film 0:52" in (tmp_path / f"{NAME}-moments.html").read_bytes()
    assert main(["sheet", NAME]) == 1  # there already
    assert main(["sheet", NAME, "--out", "sheet.docx"]) == 0
    assert (tmp_path / "sheet.docx").read_bytes()[:2] == b"PK"
    assert main(["sheet", "20261123-101500-p17-0bad"]) == 1
    assert "There is no session" in capsys.readouterr().err
