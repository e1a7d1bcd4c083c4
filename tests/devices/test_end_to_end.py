"""The real program on two terminals: one shares, the other joins with the figures it shows, and each sees what the other did."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.pty, pytest.mark.skipif(sys.platform == "win32", reason="pty")]


def test_a_mentor_joins_watches_and_sends(tmp_path: Path) -> None:
    from e2e.terminal import companion

    settings = tmp_path / "config" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text('language = "en"\n[share]\naddress = "127.0.0.1"\nport = 47314\n')
    env = {"II_COMPANION_CONFIG": str(settings.parent)}
    shown = re.compile(r"(\d{3} \d{3}).*mentor (127\.0\.0\.1:\d+)", re.DOTALL)
    with companion(
        "start", "--learner", "p17", "--me", "k7", "--share", "mentor", home=tmp_path / "a", env=env
    ) as ours:
        found = shown.search(
            ours.wait_until(lambda: bool(shown.search(ours.text())), "the figures and the place")
        )
        assert found is not None
        code, place = found.groups()
        with companion("mentor", place, "--me", "k9", home=tmp_path / "b", env=env) as theirs:
            theirs.wait_for("The six figures on the other screen:")
            theirs.keys(code.replace(" ", "") + "\r")
            theirs.wait_for("p17")
            ours.wait_for("k9  a mentor's laptop")
            ours.keys(" ")
            theirs.wait_for("learner 1")
            theirs.keys("w")
            theirs.wait_for("A few words for the practitioner")
            theirs.keys("Leave the drum\r")
            theirs.wait_for("sent: Leave the drum")
            ours.keys("\x1b")
            ours.wait_for("k9 watches")
            ours.keys("\x11")
            ours.wait_for("End the session?")
            ours.keys("\r")
            theirs.wait_for("No session is running there")
            ours.keys("\x11")
            assert ours.wait_until_gone() == 0
            theirs.wait_for("sharing is over")
            theirs.keys("\x1b")
            assert theirs.wait_until_gone() == 0
    journals = tmp_path / "a" / "journals"
    (journal,) = [path for path in journals.glob("*.jsonl") if ".watched" not in path.name]
    assert '"own:Leave the drum mentor"' in journal.read_text()
    assert '"what":"joined"' in next(journals.glob("*.watched.jsonl")).read_text()
