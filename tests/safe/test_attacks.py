"""What attacks on the store, the terminal and the limits once did, each held shut. One test a symptom."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from conftest import FakeClock, Tried
from faults.test_attacked import files_with, travelling
from faults.test_files import EVENTS, HEADER
from makers import coded
from msgspec.structs import replace

from ii_companion.app import CompanionApp
from ii_companion.cli import main
from ii_companion.content.folder import read_toml
from ii_companion.files.sessions import Travelling, decode, encode
from ii_companion.files.taking import take_in
from ii_companion.log.closing import brief_log
from ii_companion.log.documents import clock_disagrees, says_learner
from ii_companion.log.journal import Journal, journal_path
from ii_companion.log.journal_reader import read_journal
from ii_companion.log.live import is_live
from ii_companion.log.local import LocalStore, open_store
from ii_companion.log.places import Places, make_folder, prove, ready, sync_folder
from ii_companion.log.storage import locked
from ii_companion.log.table import guarded, unguarded
from ii_companion.log.whole import write_whole
from ii_companion.opening import read_whole
from ii_companion.printable import MARK, PlainStream, plain
from ii_companion.session.refusal import Refusal

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX's files and locks")

# Erase


def test_a_code_beyond_ascii_is_erased_from_a_month_that_stock_tinydb_wrote(places: Places) -> None:
    take_in(LocalStore(places), [travelling("ørn"), travelling("heron")])
    for path in (places.log / "2026-11.json",):
        path.write_text(json.dumps(json.loads(path.read_text())))  # `\u00f8rn`, as stock TinyDB has it
        assert b"\\u00f8rn" in path.read_bytes()
    LocalStore(places).erase("ørn")
    assert files_with(places, "ørn") == files_with(places, "\\u00f8rn") == []
    assert [log.learner for log in LocalStore(places).logs()] == ["heron"]


def test_any_letter_may_be_escaped_and_is_matched_all_the_same() -> None:
    assert says_learner(b'{"\\u006cearner":"\\u0068eron"', "heron")
    assert not says_learner(b'{"learner":"heron-2"}', "heron")


def test_erase_takes_drafts_clocks_lists_without_a_log_and_what_was_half_written(places: Places) -> None:
    take_in(LocalStore(places), [travelling("wren"), travelling("heron")])
    name = travelling("wren").log.id
    (places.root / "drafts").mkdir()
    (places.root / "drafts" / f"notes-{name}.json").write_text("{")
    (places.journals / f"{name}.clock").write_text("1")
    (places.journals / f".{name}.jsonl.abc.tmp").write_text('{"learner": "wr')
    month = places.log / "2026-11.json"
    tables = json.loads(month.read_text())
    tables["checklists"] = {"1": {"id": "20261101-101500-wren-00ff", "strength": "words"}}
    month.write_text(json.dumps(tables))
    LocalStore(places).erase("wren")
    assert files_with(places, "wren") == []


@posix
def test_a_session_is_noticed_from_its_first_moment(places: Places) -> None:
    ready(places)
    journal = Journal.begin(places.journals, HEADER)
    assert is_live(journal.path)
    with pytest.raises(Refusal, match="is running"):
        LocalStore(places).erase("heron")
    journal.close()


def test_deleting_takes_the_words_of_an_old_half_written_file_too(places: Places) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    month = places.log / "2026-11.json"
    (places.log / ".2026-11.json.99.tmp").write_bytes(month.read_bytes())
    assert main(["--data-dir", str(places.root), "log", "delete", travelling("wren").log.id, "--yes"]) == 0
    assert [path.name for path in files_with(places, "wren")] == ["activity.jsonl"]


def test_tidy_takes_old_damaged_and_half_written_files(places: Places) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    old = [
        places.log / "2019-01.json.damaged-1",
        places.log / ".2019-01.json.1.tmp",
        places.journals / "odd.jsonl",
    ]
    for path in old:
        path.write_text("words")
        os.utime(path, (1_550_000_000, 1_550_000_000))
    doomed = LocalStore(places).older_than(12, datetime(2026, 12, 1, tzinfo=UTC))
    LocalStore(places).remove(doomed)
    assert not [path for path in old if path.exists()]
    assert len(LocalStore(places).ids()) == 1


# Removal and import


def test_a_session_whose_journal_a_power_cut_took_is_whole_after_importing_again(places: Places) -> None:
    one = travelling("wren")
    take_in(LocalStore(places), [one])
    path = journal_path(places.journals, one.log.id)
    for damage in (
        path.unlink,
        lambda: path.write_bytes(b""),
        lambda: path.write_bytes(b"\0" * 90),
    ):
        damage()
        assert take_in(LocalStore(places), [one]).known == 1
        assert read_journal(path).events == one.events


def test_an_intent_is_finished_at_the_next_opening_and_not_by_a_second_window(places: Places) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    folder = places.root / "intents"
    folder.mkdir(exist_ok=True)
    (folder / "a.json").write_text('{"act": "erase", "learner": "wren"}')
    with locked(folder / "all"):
        open_store(str(places.root))
        assert files_with(places, "wren")
    open_store(str(places.root))
    assert files_with(places, "wren") == []
    assert not list(folder.glob("*.json"))


# Success is proved


@posix
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_said_before_a_session_starts(
    places: Places, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(Refusal, match="--data-dir"):
        ready(places)
    assert LocalStore(places).proved()


@posix
def test_a_folder_that_cannot_be_synced_by_itself_is_no_failure(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(places)
    real = os.fsync
    said = errno.EINVAL

    def fsync(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(said, os.strerror(said))
        real(handle)

    for number in (errno.EINVAL, errno.EIO):
        said = number
        monkeypatch.setattr(os, "fsync", fsync)
        if number == errno.EINVAL:
            sync_folder(places.log)
        else:
            with pytest.raises(Refusal, match="did not confirm"):  # it is not said to be as it was
                LocalStore(places).save(brief_log(HEADER, EVENTS))
        monkeypatch.undo()


@posix
@pytest.mark.parametrize("how", ["fsync fails", "removed"])
def test_a_journal_that_does_not_last_is_said(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.begin(tmp_path, HEADER)
    if how == "removed":
        journal.path.unlink()
    else:
        monkeypatch.setattr(os, "fsync", _io_error)
    journal.append(coded("1L")[0])
    end = time.monotonic() + 10
    while not journal.trouble:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert ("removed" in journal.trouble) == (how == "removed")
    monkeypatch.undo()
    journal.close()


def _io_error(_: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_every_error_on_every_call_of_a_save_is_a_refusal_and_changes_nothing_unsaid(
    places: Places, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    store = LocalStore(places)
    store.save(brief_log(HEADER, EVENTS))
    new = replace(brief_log(HEADER, EVENTS), next_time="new")
    for name in ("open", "fsync", "replace", "link", "write"):
        for number in (errno.EIO, errno.ENOSPC, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL):
            monkeypatch.setattr(os, name, _failing(number))
            try:
                store.save(new)
            except Refusal:
                pass
            except OSError as error:  # a fault of the copy that stands in for a link
                assert error.errno == number
            monkeypatch.undo()
            tried("errors injected into a save")
            (kept,) = store.logs()
            assert kept.next_time in ("", "new")
            assert not list(places.log.glob(".*.tmp"))
            store.save(brief_log(HEADER, EVENTS))


def _failing(number: int) -> object:
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def test_one_bad_line_of_a_journal_costs_that_line(tmp_path: Path) -> None:
    lines = [msgspec.json.encode(x) for x in (HEADER, *coded("1L 2i 3L 4i 9E"))]
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\n".join([*lines[:2], b"\0\0", *lines[3:]]) + b"\n")
    written = read_journal(path)
    assert [event.t for event in written.events] == [1, 3, 4, 9]
    assert [event.n for event in written.events] == [1, 2, 3, 4]
    assert written.damaged_line == 3


# The terminal

NASTY = "\x1b]52;c;aGk=\x07 \x9b31m \u202e \u2066 \ud800 [/x] [@click=app.quit]"


def test_plain_text_drives_no_terminal_and_lets_letters_be() -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800]", plain(NASTY))
    assert plain("naïve · مى\u200cخواهم · 👩‍👧\n\tcafé") == "naïve · مى\u200cخواهم · 👩‍👧\n\tcafé"


def test_plain_text_knows_every_character_that_unicode_calls_a_control() -> None:
    """This Python's table; a newer one may know a few more."""
    for c in map(chr, range(sys.maxunicode + 1)):
        drives = unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\n\t\u200c\u200d"
        if drives:
            assert plain(c) == MARK, hex(ord(c))


def test_whatever_is_printed_is_plain() -> None:
    import io

    out = io.StringIO()
    print(NASTY, file=PlainStream(out))
    assert "\x1b" not in out.getvalue()
    assert "\x9b" not in out.getvalue()


async def test_what_a_screen_sends_is_plain_and_no_notice_is_markup(places: Places, clock: FakeClock) -> None:
    from rich.console import Console
    from rich.segment import Segment
    from textual.strip import Strip

    app = CompanionApp(LocalStore(places), clock=clock)
    async with app.run_test() as pilot:
        app.notify("[/x] [@click=app.quit]go[/] \x1b]52", markup=True)
        await pilot.pause()
        (notice,) = app._notifications
        assert not notice.markup
        assert "[@click=app.quit]" in notice.message
        assert "\x1b" not in notice.message
        assert "\x1b]" not in Strip([Segment("a\x1b]52;c;x\x07b\x9b")]).render(Console())


def test_no_text_on_a_screen_is_read_as_markup() -> None:
    """`Static` reads markup unless it is told not to; so does a label's like."""
    for path in (ROOT / "ii_companion" / "screens").glob("*.py"):
        for call in re.findall(r"Static\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", path.read_text()):
            assert "markup=False" in call, (path.name, call)


def test_a_theme_that_looks_like_markup_ends_nothing(
    places: Places, tmp_path: Path, clock: FakeClock
) -> None:
    import asyncio

    from ii_companion.settings import load

    path = tmp_path / "settings.toml"
    path.write_text('theme = "[/x]"\n')

    async def opened() -> None:
        async with CompanionApp(LocalStore(places), clock=clock, loaded=load(path)).run_test() as pilot:
            await pilot.pause()

    asyncio.run(opened())


# Limits


def test_a_session_left_open_over_a_weekend_comes_back_from_our_own_json() -> None:
    events = tuple(coded("1L 2i 260000E"))
    one = Travelling(brief_log(HEADER, events), HEADER, events)
    assert list(decode(encode([one]), "x")) == [one]


def test_a_place_too_long_for_a_log_starts_no_session_that_could_not_have_one(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data-dir", str(places.root), "start", "--learner", "p17", "--place", "x" * 20_001]) == 1
    assert "20000" in capsys.readouterr().err.replace(",", "")
    assert not list(places.root.rglob("*.jsonl"))


# Code, clocks, names, nodes


def test_a_module_in_the_current_folder_is_never_run_by_the_voice(tmp_path: Path) -> None:
    from ii_companion.voice.process import _worker

    for name in ("pyttsx3", "msgspec", "json", "ii_companion"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').write('x')")
    subprocess.run(
        _worker({"do": "list"}),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert not (tmp_path / "ran").exists()


def test_tidy_under_a_clock_that_the_logs_contradict_removes_nothing_unasked(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    header = replace(HEADER, started_at=(now - timedelta(days=800)).replace(microsecond=0))
    LocalStore(places).save(brief_log(header, EVENTS))
    assert main(["--data-dir", str(places.root), "tidy", "--yes"]) == 1
    assert "clock" in capsys.readouterr().err
    assert len(LocalStore(places).ids()) == 1
    entries = LocalStore(places).entries()
    assert clock_disagrees(entries, header.started_at - timedelta(days=2))
    assert not clock_disagrees(entries, header.started_at + timedelta(days=3))


@posix
def test_a_planted_link_is_not_written_through_and_names_cannot_be_foreseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    monkeypatch.setattr(os, "urandom", lambda n: b"\0" * n)
    (tmp_path / f".a.{'00' * 8}.tmp").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a", b"x")
    assert victim.read_text() == "mine"
    monkeypatch.undo()
    write_whole(tmp_path / "a", b"x")


@posix
def test_modes_are_private_under_any_umask_and_check_speaks_of_an_open_folder(
    tmp_path: Path, places: Places
) -> None:
    before = os.umask(0)
    try:
        make_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "a", tmp_path / "a/b", tmp_path / "a/b/c")} == {
        0o700
    }
    ready(places)
    assert LocalStore(places).proved() == []
    places.root.chmod(0o777)
    assert "0777" in LocalStore(places).proved()[0]
    prove(places.root, whole=True)


@posix
@pytest.mark.parametrize("node", ["fifo", "zero", "folder", "socket"])
def test_what_is_no_file_is_a_sentence_at_once_for_every_verb_that_reads_one(
    tmp_path: Path, places: Places, node: str, tried: Tried
) -> None:
    for suffix in ("csv", "json", "boris", "eaf", "toml"):
        path = Path(f"/tmp/ii-{os.getpid()}-{node}.{suffix}")
        path.unlink(missing_ok=True)
        match node:
            case "fifo":
                os.mkfifo(path)
            case "zero":
                path.symlink_to("/dev/zero")
            case "folder":
                path.mkdir()
            case _:
                with socket.socket(socket.AF_UNIX) as door:  # what it leaves behind is there all the same
                    door.bind(str(path))
        try:
            mapping = tmp_path / "m.toml"
            mapping.write_text('learner = "p17"\n[subjects]\n[codes]\n')
            home = ["--data-dir", str(places.root)]
            argvs = {
                "csv": [[*home, "replay", str(path)], [*home, "import", str(path), "--learner", "p17"], [*home, "agree", str(path), str(path)]],
                "json": [[*home, "import", str(path)]],
                "boris": [[*home, "import", str(path), "--mapping", str(mapping)]],
                "eaf": [[*home, "import", str(path), "--mapping", str(mapping)]],
                "toml": [[*home, "import", str(tmp_path / "x.boris"), "--mapping", str(path)]],
            }[suffix]  # fmt: skip
            for argv in argvs:
                began = time.monotonic()
                assert main(argv) == 1, argv
                assert time.monotonic() - began < 10
                tried("verbs given what is no file")
        finally:
            path.rmdir() if node == "folder" else path.unlink()


@posix
def test_our_own_files_may_be_no_files_either(places: Places) -> None:
    ready(places)
    os.mkfifo(places.log / "2026-11.json")
    os.mkfifo(journal_path(places.journals, "x"))
    os.mkfifo(places.root / "last.json")
    assert LocalStore(places).logs() == []
    assert LocalStore(places).unfinished()[1]
    assert LocalStore(places).last_plan().learner == ""
    path = places.root / "big"
    path.write_bytes(b"x" * 100)
    with pytest.raises(OSError, match="larger"):
        read_whole(path, 10)


# Tracebacks


@pytest.mark.parametrize("home", ["~nobody-at-all/x"])
def test_nobody_s_home_is_a_sentence(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", home, "log"]) == 1
    assert "not known" in capsys.readouterr().err


def test_a_number_of_five_thousand_digits_in_toml_is_a_sentence(tmp_path: Path) -> None:
    from ii_companion.settings import load

    path = tmp_path / "x.toml"
    path.write_text("n = " + "9" * 5_000)
    with pytest.raises(Refusal):
        read_toml(path)
    assert load(path).complaints


def test_json_nested_very_deep_does_not_block_an_erase(places: Places) -> None:
    take_in(LocalStore(places), [travelling("wren")])
    (places.log / "2026-10.json").write_text("[" * 100_000)
    (places.journals / "odd.jsonl").write_text("[" * 100_000)
    LocalStore(places).erase("wren")
    assert files_with(places, "wren") == []


@pytest.mark.parametrize("text", ["\n=1+1", "＝1+1", ";=1+1", "\t=1", "=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


def test_an_id_that_is_a_path_is_a_sentence(places: Places) -> None:
    ready(places)
    for verb in (
        ["code", "../journals/x", "--me", "k7"],
        ["log", "show", "../x"],
        ["agree", "../journals/x", "b"],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "ii_companion", "--data-dir", str(places.root), *verb],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 1, ran.stderr
        assert "Traceback" not in ran.stderr
        assert "fault" not in ran.stderr


def test_the_lock_library_has_its_two_holes_mended() -> None:
    assert '"filelock>=3.20.3' in (ROOT / "pyproject.toml").read_text()


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@posix
@pytest.mark.usefixtures("tokyo")
def test_a_year_without_a_local_time_costs_that_log_alone(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(LocalStore(places), [travelling("p17")])
    (month,) = places.log.glob("*.json")
    last = re.sub(r'"started_at":"[^"]*"', '"started_at":"9999-12-31T23:00:00Z"', month.read_text())
    (places.log / "9999-12.json").write_text(last)
    home = ["--data-dir", str(places.root)]
    assert main([*home, "log"]) == 0
    out, err = capsys.readouterr()
    assert out.count("p17") == 2  # its code and its id
    assert "year 9999" in err
    assert main([*home, "log", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_a_driver_that_is_none_is_a_sentence(monkeypatch: pytest.MonkeyPatch, places: Places) -> None:
    monkeypatch.setattr("textual.constants.DRIVER", "x:y")
    monkeypatch.setenv("TEXTUAL_DRIVER", "x:y")
    with pytest.raises(Refusal, match="TEXTUAL_DRIVER names “x:y”"):
        CompanionApp(LocalStore(places))
