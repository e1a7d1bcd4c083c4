"""On a terminal the mapping is asked for, a line each, and the import goes on."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from ii_companion.log.local import LocalStore
from ii_companion.log.places import Places

CASES = Path(__file__).parent / "cases"


@pytest.mark.pty
@pytest.mark.skipif(sys.platform == "win32", reason="drives a pseudo-terminal")
def test_it_asks_a_line_each_and_goes_on(tmp_path: Path, places: Places) -> None:
    import pexpect

    path = tmp_path / "theirs.boris"
    shutil.copy(CASES / "plain.boris", path)
    argv = ["-m", "ii_companion", "import", str(path), "--data-dir", str(places.root)]
    child = pexpect.spawn(sys.executable, argv, encoding="utf-8", timeout=30, dimensions=(40, 200))
    child.expect("learner's code")
    child.sendline("heron")
    for word, guess in (
        ("Child", "learner"),
        ("Adult", "practitioner"),
        ("vocal", "act"),
        ("copies", "imitate"),
    ):
        child.expect(f"“{word}” .*{guess}.: ")
        child.sendline("")
    child.expect("1 taken in")
    child.expect(pexpect.EOF)
    (log,) = LocalStore(places).logs()
    assert (log.duration_s, log.measures.counts.imitate) == (120, 2)
    assert 'learner = "heron"' in (tmp_path / "theirs.boris.mapping.toml").read_text()


def test_escape_sequences_in_a_file_s_words_never_reach_the_terminal(
    places: Places, tmp_path: Path, capsys
) -> None:
    from ii_companion.cli import main

    path = tmp_path / "p.boris"
    path.write_text(
        (CASES / "plain.boris")
        .read_text()
        .replace('"o1"', '"o\\u001b[2J1"')
        .replace('"vocal"', '"v\\u001b[31m"')
    )
    main(["import", str(path), "--data-dir", str(places.root)])
    mapping = tmp_path / "m.toml"
    mapping.write_text('learner = "heron"\n')
    main(["import", str(path), "--data-dir", str(places.root), "--mapping", str(mapping)])
    out, err = capsys.readouterr()
    assert "\x1b" not in out
    assert "\x1b" not in err
