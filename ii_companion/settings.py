"""A person's settings: a TOML file in the platform's config folder. What is wrong is named, the rest applies.

Long because every setting stands here, with what it may be and how it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ii_companion.content.toml_lines import line_of
from ii_companion.language import can_name, resolved, settings_path
from ii_companion.log.places import expanded, reason
from ii_companion.log.whole import write_whole
from ii_companion.opening import read_whole
from ii_companion.session.prompts import PromptPhase
from ii_companion.session.refusal import Refusal
from ii_companion.session.said import Said, said

LARGEST_TEXT = 4 * 2**20
THEMES = ("dim", "light", "contrast")
VIEWS = ("glance", "mentor")


class Settings(msgspec.Struct, frozen=True):
    """What a person chose; the defaults are quiet."""

    theme: str = "dim"
    animation: bool = False
    default_view: str = "glance"
    plain: bool = False
    """Whether sessions and notes go line by line, for a screen reader or a braille line."""
    language: str = ""
    """A folder's name; empty: the system's language. `load` puts the system's in its place."""
    prompts_folder: str = ""
    """A folder of a person's own prompts; empty: `prompts` beside the settings file."""
    keep_months: int = 12
    """Sessions older than this are offered for removal; nothing goes by itself."""
    lock_after: float = 10
    """Minutes without a key, outside a session, after which the clock covers the screen; 0: never."""
    engagement_model: bool = False
    """Whether the Engagement Model's five areas are offered as tags beside the Fundamentals."""
    school_sync: str = ""
    """`leaving`: a sync with the school's log, as a process of its own, when the app is left; else when it is asked for."""
    keys: dict[str, tuple[str, ...]] = {}
    voice_on: bool = False
    voice: str = "en-us+whisper"
    voice_rate: int = 140
    """Words a minute, 60 to 400."""
    voice_volume: float = 0.4
    """0 to 1."""
    voice_phases: tuple[str, ...] = tuple(PromptPhase)
    """Which prompts are spoken, by what they speak of; signs always."""
    share_port: int = 47114
    """Where a host listens, or at the next free of ten."""
    share_address: str = ""
    """The address to share on; empty: that of the interface with the default route."""


class Loaded(msgspec.Struct, frozen=True):
    """Settings, the file they came from, and a sentence (for `words.render`) for each entry that could not be used."""

    settings: Settings
    path: Path
    complaints: tuple[str, ...] = ()

    @property
    def own_prompts(self) -> Path:
        """Where a person's own prompts lie, if they have any."""
        asked = self.settings.prompts_folder
        return expanded(asked) if asked else self.path.parent / "prompts"


def load(path: Path | None = None, *, voice: bool = False) -> Loaded:
    """Read the settings. Never fails: what cannot be used is complained of, with its line. `voice`: on, whatever they say."""
    loaded = _read(path or settings_path())
    if not voice:
        return loaded
    return msgspec.structs.replace(loaded, settings=msgspec.structs.replace(loaded.settings, voice_on=True))


def _read(path: Path) -> Loaded:
    try:
        text = read_whole(path, LARGEST_TEXT).decode("utf-8-sig")
    except FileNotFoundError:
        return _defaults(path)
    except UnicodeDecodeError:
        return _defaults(path, said("{path}: not UTF-8 text. The defaults are used.", path=path))
    except OSError as error:
        return _defaults(
            path,
            said("{path}: cannot be read: {why}. The defaults are used.", path=path, why=reason(error)),
        )
    import tomli  # 4 ms, and many have no settings

    try:
        table = tomli.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError of its own
        return _defaults(
            path, said("{path}: not TOML: {why}. The defaults are used.", path=path, why=str(error))
        )
    reader = _Reader(text, path)
    settings = reader.read(table)
    return Loaded(settings, path, tuple(reader.complaints))


def _defaults(path: Path, *complaints: Said) -> Loaded:
    return Loaded(Settings(language=resolved("")), path, complaints)


def save_voice(path: Path, voice: str, rate: int, volume: float) -> None:
    """Put a voice into the settings file, leaving everything else in it as it is. Raises Refusal."""
    import tomlkit  # keeps a person's comments and layout; 20 ms, and only when something is saved

    try:
        text = read_whole(path, LARGEST_TEXT).decode("utf-8-sig") if path.exists() else ""
        table = tomlkit.parse(text)
        section = table.setdefault("voice", tomlkit.table())
        section.update({"voice": voice, "rate": rate, "volume": volume})
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, tomlkit.dumps(table).encode())
    except OSError as error:
        raise Refusal(
            "{path} cannot be written: {why}. The settings are as they were.", path=path, why=reason(error)
        ) from error
    except (tomlkit.exceptions.TOMLKitError, ValueError, RecursionError) as error:
        raise Refusal(
            "{path}: not TOML: {why}. Mend it first; it is as it was.", path=path, why=str(error)
        ) from error


class Rule(msgspec.Struct, frozen=True):
    """One entry of the file: the field it fills, what it may be, and that in words."""

    field: str
    good: Callable[[Any], bool]
    expected: str


def _one_of(field: str, allowed: tuple[str, ...]) -> Rule:
    return Rule(field, lambda value: value in allowed, said("one of {values}", values=", ".join(allowed)))


def _true_or_false(field: str) -> Rule:
    return Rule(field, lambda value: isinstance(value, bool), said("true or false"))


def _number(field: str, low: float, high: float, *, whole: bool = False) -> Rule:
    def good(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            return False
        return bool(low <= value <= high)

    limits = {"low": f"{low:g}", "high": f"{high:g}"}
    expected = (
        said("a whole number from {low} to {high}", **limits)
        if whole
        else said("a number from {low} to {high}", **limits)
    )
    return Rule(field, good, expected)


def _is_address(value: Any) -> bool:
    """Four numbers of an address, or nothing; looked at without the library, which costs a start 5 ms."""
    parts = value.split(".") if isinstance(value, str) else ()
    return value == "" or (
        len(parts) == 4 and all(one.isascii() and one.isdigit() and int(one) < 256 for one in parts)
    )


ENTRIES = {
    "theme": _one_of("theme", THEMES),
    "animation": _true_or_false("animation"),
    "default_view": _one_of("default_view", VIEWS),
    "plain": _true_or_false("plain"),
    "language": Rule(
        "language", can_name, said("the name of a folder such as en, or nothing for the system's language")
    ),
    "prompts_folder": Rule(
        "prompts_folder", lambda value: isinstance(value, str), said("the path of a folder")
    ),
    "keep_months": _number("keep_months", 1, 1200, whole=True),
    "lock_after": _number("lock_after", 0, 1440),
    "engagement_model": _true_or_false("engagement_model"),
    "school.sync": _one_of("school_sync", ("", "leaving")),
    "voice.on": _true_or_false("voice_on"),
    "voice.voice": Rule(
        "voice", lambda value: isinstance(value, str) and value.isprintable(), said("a voice's name")
    ),
    "voice.rate": _number("voice_rate", 60, 400, whole=True),
    "voice.volume": _number("voice_volume", 0, 1),
    "voice.phases": Rule(
        "voice_phases",
        lambda value: isinstance(value, list) and all(phase in tuple(PromptPhase) for phase in value),
        said("a list of {values}", values=", ".join(PromptPhase)),
    ),
    "share.port": _number("share_port", 1024, 65_526, whole=True),
    "share.address": Rule("share_address", _is_address, said("an address such as 192.168.1.23, or nothing")),
}
"""Every entry there is but the keys."""
SECTIONS = ("voice", "share", "school")


class _Reader:
    def __init__(self, text: str, path: Path) -> None:
        self.complaints: list[Said] = []
        self._text = text
        self._path = path

    def complain(self, place: tuple[str, ...], what: Said) -> None:
        line = line_of(self._text, *place)
        self.complaints.append(said("{path}, line {line}: {what}", path=self._path, line=line, what=what))

    def read(self, table: dict[str, Any]) -> Settings:
        chosen: dict[str, Any] = {}
        for name, value in table.items():
            if name == "keys" and isinstance(value, dict):
                chosen["keys"] = self._keys(value)
            elif name in SECTIONS and isinstance(value, dict):
                for part, asked in value.items():
                    self._entry(f"{name}.{part}", asked, (name, part), chosen)
            else:
                self._entry(name, value, (name,), chosen)
        return Settings(**{**chosen, "language": resolved(chosen.get("language", ""))})

    def _entry(self, name: str, value: Any, place: tuple[str, ...], chosen: dict[str, Any]) -> None:
        """Take one entry in, or complain of it."""
        entry = ENTRIES.get(name)
        if entry is None:
            known = ", ".join([*ENTRIES, "keys"])
            self.complain(
                place, said("“{name}” is not a setting; known are {known}.", name=name, known=known)
            )
        elif entry.good(value):
            chosen[entry.field] = tuple(value) if isinstance(value, list) else value
        else:
            self.complain(
                place,
                said(
                    "{name} is {value}; expected {expected}.",
                    name=name,
                    value=repr(value),
                    expected=entry.expected,
                ),
            )

    def _keys(self, table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        from ii_companion.commands import (  # 5 ms, and only where keys are chosen
            BY_ID,
            clashes,
            is_key,
            with_keys,
        )

        chosen: dict[str, tuple[str, ...]] = {}
        for name, value in table.items():
            if name not in BY_ID:
                self.complain(
                    ("keys", name),
                    said("“{name}” is not a command; known are {known}.", name=name, known=", ".join(BY_ID)),
                )
                continue
            wanted = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
            if not isinstance(wanted, list) or not wanted or not all(isinstance(key, str) for key in wanted):
                self.complain(
                    ("keys", name),
                    said(
                        '{name} is {value}; expected a key such as "j" or "j,f5".',
                        name=name,
                        value=repr(value),
                    ),
                )
                continue
            wrong = next((key for key in wanted if not is_key(key)), None)
            if wrong is not None:
                self.complain(
                    ("keys", name),
                    said(
                        "{name}: there is no key {key}; expected a letter, a digit, f1, space, pagedown or ctrl+s.",
                        name=name,
                        key=repr(wrong),
                    ),
                )
                continue
            attempt = {**chosen, name: tuple(wanted)}
            clash = next((c for c in clashes(with_keys(attempt)) if name in (c[1].id, c[2].id)), None)
            if clash is not None and not self._moves_away(
                clash[1].id if clash[2].id == name else clash[2].id, table
            ):
                other = clash[1] if clash[2].id == name else clash[2]
                self.complain(("keys", name), _taken(name, clash[0], other.id))
                continue
            chosen = attempt
        return self._without_clashes(chosen)

    @staticmethod
    def _moves_away(command_id: str, table: dict[str, Any]) -> bool:
        """Whether the same file gives the other command keys of its own, so that a swap is possible."""
        return command_id in table

    def _without_clashes(self, chosen: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        from ii_companion.commands import clashes, with_keys

        while found := clashes(with_keys(chosen)):
            key, first, second = found[0]
            loser = second if second.id in chosen else first
            winner = first if loser is second else second
            self.complain(("keys", loser.id), _taken(loser.id, key, winner.id))
            chosen = {name: keys for name, keys in chosen.items() if name != loser.id}
        return chosen


def _taken(name: str, key: str, owner: str) -> Said:
    return said(
        "{name}: the key {key} belongs to {owner} already; {name} keeps its own.",
        name=name,
        key=repr(key),
        owner=owner,
    )
