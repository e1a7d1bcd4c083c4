"""What is no local film is refused in a sentence, before anything is started."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ii_companion.player.film import film_path, fingerprint
from ii_companion.player.found import needed, program, to_install, version
from ii_companion.player.look import same_film
from ii_companion.session.refusal import Refusal


@pytest.mark.parametrize(
    "name",
    [
        "-", "--", "--input-conf=x.mp4", "-x.mp4", "http://example.org/film.mp4", "https://x/y", "file:///etc/passwd",
        "edl://a;b", "memory://x", "av://lavfi:testsrc", "lavf://x", "ytdl://x", "dvd://", "fd://0", "smb://x/y", "data:x",
        "", "  ", "a\0b",
    ],
)  # fmt: skip
def test_options_and_addresses_are_refused(name: str) -> None:
    with pytest.raises(Refusal):
        film_path(name)


def test_a_folder_and_what_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="folder"):
        film_path(str(tmp_path))
    with pytest.raises(Refusal, match="no such film"):
        film_path(str(tmp_path / "film.mp4"))
    with pytest.raises(Refusal):  # whose home is not known; on Windows, that it is not there
        film_path("~nobody-of-that-name/film.mp4")


def test_a_films_name_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("-x.mp4", "a b; rm -rf $HOME.mp4", "$(id).mp4", "ëä.mp4"):
        (tmp_path / name).write_bytes(b"x")
        assert film_path(str(tmp_path / name)) == tmp_path / name
    monkeypatch.chdir(tmp_path)
    assert film_path("./-x.mp4") == tmp_path / "-x.mp4"


def test_a_film_is_known_again_by_its_first_and_last_mib(tmp_path: Path) -> None:
    film, mib = tmp_path / "film.mp4", 2**20
    film.write_bytes(b"a" * mib + b"b" * mib + b"c" * mib)
    known = fingerprint(film)
    assert known == hashlib.sha256(b"a" * mib + b"c" * mib).hexdigest()
    assert same_film(str(film), known).path == film
    film.write_bytes(b"a" * mib + b"b" * mib + b"d" * mib)
    with pytest.raises(Refusal, match="another film"):
        same_film(str(film), known)
    short = tmp_path / "short.mp4"
    short.write_bytes(b"xyz")
    assert fingerprint(short) == hashlib.sha256(b"xyzxyz").hexdigest()


def test_without_mpv_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert program("linux") == ""
    if program():
        pytest.skip("mpv lies where this system's installers put it")
    with pytest.raises(Refusal, match="Install mpv"):
        needed()
    assert {str(to_install(system)) for system in ("linux", "darwin", "win32")} == {
        "Install mpv (the package mpv) to play films beside the terminal.",
        "Install mpv (brew install mpv, or mpv.io) to play films beside the terminal.",
        "Install mpv (winget install mpv, or mpv.io) to play films beside the terminal.",
    }
    assert version("/nowhere/mpv") == ""
