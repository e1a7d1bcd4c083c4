"""CONTRIBUTING's table is true: a made-up kind of event is added by touching the places it names, and shows up everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KIND_ROW = """    SANG = "sang", Row(
        words=N_("sang"), acknowledged=N_("sang together"), actor=BOTH, word="sang", mark="s", boris_key="s",
        counted=True, compared=True, undoable=True, in_pause=False,
    )
    ENOUGH_MAYBE = "enough_maybe", Row("""
KEY_ROW = """    _live("sang", "s", N_("sang"), N_("You sang together."), Kind.SANG, footer=True),
    _live("enough_maybe","""
USE = """
import asyncio, json, sys
from datetime import UTC, datetime
from pathlib import Path
from ii_companion.app import CompanionApp
from ii_companion.commands import BY_ID
from ii_companion.files import sdis
from ii_companion.files.boris_out import project
from ii_companion.files.report import html
from ii_companion.files.sessions import Travelling, with_journal
from ii_companion.log.local import open_store
from ii_companion.log.plan import Plan
from ii_companion.log.table import write_table, parse_table
from ii_companion.screens.help import HelpScreen
from ii_companion.session.agreement import agree, coded
from ii_companion.session.events import fold

store = open_store(sys.argv[1])

async def session():
    app = CompanionApp(store, plan=Plan(learner="p17", practitioner="k7"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("space", "j", "s")
        await pilot.pause()
        from widgets.lines import Lines
        assert "sang together" in "\\n".join(app.screen.query_one("#under", Lines).lines), "acknowledged"
        await pilot.press("u", "s", "escape", "enter")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()

asyncio.run(session())
(log,) = store.logs()
whole = with_journal(store, log)
events = fold(whole.events).events()
assert [e.kind for e in events].count("sang") == 1, "undone once, keyed twice"
assert log.measures.counts.sang == 1, "counted"
table = write_table(events)
assert ",both,sang," in table and parse_table(table, "t")[2].kind == "sang", "in event tables and back"
document = json.loads(project([whole]))
assert any(b["code"] == "sang" and b["key"] == "s" for b in document["behaviors_conf"].values()), "in BORIS"
assert "sang," in sdis.sequences([whole]).decode(), "in GSEQ"
assert "sang" in html(whole, "en").decode(), "in the report"
assert ("both", "sang") in [c.code for c in coded(events)], "compared"
assert agree(coded(events), coded(events)).matched == 3
from ii_companion.screens.glyphs import GLYPHS
assert "s" in GLYPHS.values(), "in the lanes"
assert BY_ID["sang"].help == "You sang together.", "in help, foot and palette"
print("everywhere")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code, to be changed."""
    for name in ("ii_companion", "widgets", "data"):
        shutil.copytree(ROOT / name, tmp_path / "copy" / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "copy"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path.name} has no place for it"
    path.write_text(text.replace(old, new), "utf-8")


def used(copy: Path, program: str, tmp_path: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(copy), "II_COMPANION_HOME": str(tmp_path / "data")}
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        env=env,
        cwd=copy,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_made_up_kind_of_event_needs_its_row_and_its_key_and_is_everywhere(
    copy: Path, tmp_path: Path
) -> None:
    change(copy / "ii_companion/session/kinds.py", '    ENOUGH_MAYBE = "enough_maybe", Row(', KIND_ROW)
    change(copy / "ii_companion/commands.py", '    _live("enough_maybe",', KEY_ROW)
    assert used(copy, USE, tmp_path) == "everywhere\n"


MEASURE_USE = """
import sys
from datetime import UTC, datetime
import msgspec
from ii_companion.files.sheet import sheet
from ii_companion.files.report import html
from ii_companion.files.sessions import Travelling
from ii_companion.log.closing import brief_log
from ii_companion.log.header import Header
from ii_companion.log.local import open_store
from ii_companion.session.card import Card
from ii_companion.session.events import Event
from ii_companion.session.kinds import Kind
from ii_companion.session.figures import TRENDS
from ii_companion.session.summary import summary

header = Header(id="20261123-101500-p17-00a1", learner="p17", started_at=datetime(2026, 11, 23, 10, 15, tzinfo=UTC), card=Card("p17"))
events = [Event(1, 1.0, Kind.LEARNER_ACT), Event(2, 2.0, Kind.MOMENT), Event(3, 9.0, Kind.ENDED)]
log = brief_log(header, events)
assert log.measures.busy == 1 / 9 * 60, "taken"
assert msgspec.to_builtins(log.measures)["busy"], "in JSON and in the log"
assert "It was busy: 6.7." in summary(log.measures), "in the summary"
assert "It was busy: 6.7." in html(Travelling(log, header, tuple(events)), "en").decode(), "in the report"
head, row = sheet([log]).decode().splitlines()[:2]
assert head.split(",")[-1] == "busy" and row.split(",")[-1].startswith("6.6"), "in the spreadsheet"
assert TRENDS[-1].name == "busyness", "over time"
store = open_store(sys.argv[1])
store.ready()
store.save(log)
assert store.get(log.id) == log, "kept"
print("everywhere")
"""


def test_a_made_up_measure_needs_its_definition_its_row_and_its_sentence_and_is_everywhere(
    copy: Path, tmp_path: Path
) -> None:
    session = copy / "ii_companion/session"
    change(
        session / "measures.py",
        "    lead: Lead | None = None\n",
        "    lead: Lead | None = None\n    busy: float | None = None\n",
    )
    change(
        session / "measures.py", "        lead=Lead(*tally.lead),\n",
        "        lead=Lead(*tally.lead),\n        busy=(counts.learner + counts.responses) / exposure * 60 if exposure else None,\n",
    )  # fmt: skip
    change(
        session / "figures.py", ')  # fmt: skip\n"""In the order of',
        '    Row(columns={"busy": "busy"}, told=told.busy, place=12,\n'
        '        trend=Trend(N_("busyness"), lambda m: m.busy, lambda m: said("all acts")), trend_place=8),\n'
        ')  # fmt: skip\n"""In the order of',
    )  # fmt: skip
    change(
        session / "sentences.py", "def enjoyed(",
        'def busy(m: Measures) -> list[Said]:\n    return [said("It was busy: {rate}.", rate=f"{m.busy:.1f}")] if m.busy else []\n\n\ndef enjoyed(',
    )  # fmt: skip
    change(copy / "ii_companion/log/versions.py", '{2: ("lead",)}', '{2: ("lead",), 3: ("busy",)}')
    assert used(copy, MEASURE_USE, tmp_path) == "everywhere\n"
