"""Between the terminal and the commands: what on the input line is a key that somebody struck, and what is not.

Terminals answer questions, report the mouse, the focus and their size, and leak all of that when a multiplexer
reattaches; none of it may become an event in the record of a session. So this file reads the line by the grammar of
ECMA-48 and of the kitty keyboard protocol, and lets through what its tables name: single printable characters, and
the named keys of `_TILDE`, `_LETTER`, `_CONTROL` and `_KITTY`. What began with Esc and is none of them is dropped whole,
however it is cut into reads.

`Parser` is a state machine over characters; it knows no Textual and no clock. `Fingers` then decides, with what the
screen has bound, whether a run of printables was struck or leaked, and what a capital means under Caps Lock.

Long because what may become a key has to be seen in one place, grammar and tables together.

Three delays, in seconds of silence: `escape_s` makes a lone Esc a key; `SEQUENCE_S` ends a sequence that was cut off,
and `STRING_S` one whose end (ST or BEL) never came, so that no answer without an end swallows keys for ever.

Long because the state machine and the tables that it reads by must be checked against each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container
from enum import Enum, auto
from functools import lru_cache

import msgspec

from ii_companion.session.said import N_

NOT_A_KEY = N_("The terminal sent something that is not a key; it was left out.")
ANOTHER_ALPHABET = N_(
    "The keyboard is in another alphabet, so letters do not count. Space, PageDown, digits and arrows go on."
)
CAPS_LOCK = N_("Caps Lock seems to be on. x is “had enough”; F8 is distress.")
ESC, BEL, CAN, SUB = "\x1b", "\x07", "\x18", "\x1a"
ST = ("\x9c", chr(0xDC9C))
SEQUENCE_S = 0.3
STRING_S = 1.0
LONGEST_SEQUENCE = 64
CAPS_LATELY_S = 120.0
"""A capital seen this lately says that Caps Lock is on, unless a small letter came since."""

_TILDE = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end",
    11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10",
    23: "f11", 24: "f12",
}  # fmt: skip
"""Keys that come as CSI number ~."""
_LETTER = {
    "A": "up", "B": "down", "C": "right", "D": "left", "F": "end", "H": "home", "P": "f1", "Q": "f2", "R": "f3",
    "S": "f4", "Z": "shift+tab",
}  # fmt: skip
"""Keys that come as CSI letter, or SS3 letter."""
_CONSOLE = {"A": "f1", "B": "f2", "C": "f3", "D": "f4", "E": "f5"}
"""Keys of the Linux console: CSI [ letter."""
_CONTROL = {"\r": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace", "\0": "ctrl+@"}
"""Control characters that are keys of their own; the others are a letter with Ctrl."""
_CTRL_OTHER = {
    "\x1c": "ctrl+backslash", "\x1d": "ctrl+right_square_bracket", "\x1e": "ctrl+circumflex_accent",
    "\x1f": "ctrl+underscore",
}  # fmt: skip
_KITTY = {
    27: "escape", 13: "enter", 9: "tab", 127: "backspace", 32: "space",
    57414: "enter", 57417: "left", 57418: "right", 57419: "up", 57420: "down", 57421: "pageup", 57422: "pagedown",
    57423: "home", 57424: "end", 57425: "insert", 57426: "delete",
}  # fmt: skip
"""Keys that the kitty protocol gives by number (`CSI number u`), the number pad's among them."""
_KITTY_PAD = {57399 + n: str(n) for n in range(10)} | {
    57409: ".",
    57410: "/",
    57411: "*",
    57412: "-",
    57413: "+",
}
_KITTY_CHARACTER = {"enter": "\r", "tab": "\t", "backspace": "\x7f", "space": " "}
_SHIFT, _ALT, _CTRL, _SUPER, _CAPS = 1, 2, 4, 8, 64
_OTHERS = {_ALT: "alt", _CTRL: "ctrl", _SUPER: "super", 16: "hyper", 32: "meta"}
_RELEASE = "3"
_PRIVATE_USE = range(57344, 63744)
_NAMES = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
_FIRST_NOT_LATIN = 0x250

_SGR_MOUSE = r"<\d+;-?\d+;-?\d+[Mm]"
_OTHER_MOUSE = r"\d+;\d+;\d+M"
_SIZE = r"48;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?t"
_MODE = r"\?(\d+);(\d)\$y"
_CURSOR = r"(\d+);(\d+)R"
_MODIFIED = r"(\d*)(?:;(\d*)(?::(\d*))?)?([A-Z~])"
_KITTY_KEY = r"(\d+)(?::(\d*))?(?::(\d*))?(?:;(\d*)(?::(\d*))?)?(?:;([\d:]*))?u"


def _whole(pattern: str, sequence: str) -> re.Match[str] | None:
    """Whether the pattern is the whole sequence. Compiled when first needed: most sessions meet few of them."""
    return re.fullmatch(pattern, sequence, re.ASCII)


class Printables(msgspec.Struct, eq=False):
    """A run: printable characters that came in one read, with nothing else between them."""

    text: str = ""
    counted: bool = False
    """Whether it was counted as dropped already."""


class Struck(msgspec.Struct, frozen=True):
    """A key. `name` as Textual calls it; `character` what a text field takes; None where the terminal did not tell."""

    name: str
    character: str | None = None
    shift: bool | None = None
    caps: bool | None = None
    run: Printables | None = None


class About(Enum):
    """What a terminal reports that is no key and is asked for."""

    MOUSE = auto()
    FOCUS = auto()
    BLUR = auto()
    SIZE = auto()
    MODE = auto()
    CURSOR = auto()
    PASTE = auto()
    IGNORED = auto()
    """A key let go, or one that is told by name and means nothing here."""
    DROPPED = auto()
    """No key, and nothing that was asked for."""


class Report(msgspec.Struct, frozen=True):
    """Something that is no key; `text` is the sequence after its introducer, or what was pasted."""

    about: About
    text: str = ""


Token = Struck | Report


class _At(Enum):
    """Where in the grammar the parser stands."""

    GROUND = auto()
    ESCAPE = auto()
    """After Esc."""
    BETWEEN = auto()
    """After Esc and an intermediate, such as ( of ESC ( B."""
    CSI = auto()
    CONSOLE = auto()
    """After CSI [: the Linux console's function keys."""
    OLD_MOUSE = auto()
    """After CSI M: three characters of a mouse report follow."""
    SS3 = auto()
    STRING = auto()
    """In OSC, DCS, APC, PM or SOS, up to ST."""
    STRING_ESCAPE = auto()
    PASTE = auto()


class Parser:
    """Reads the input line. `feed` takes the characters of one read, `silence` says how long nothing came."""

    def __init__(self, escape_s: float = 0.1) -> None:
        self._escape_s = escape_s
        self._at = _At.GROUND
        self._held = ""
        self._run: Printables | None = None
        self._bel_ends = False
        self._tokens: list[Token] = []
        self._take: dict[_At, Callable[[str], None]] = {
            _At.GROUND: self._ground,
            _At.ESCAPE: self._escape,
            _At.BETWEEN: self._between,
            _At.CSI: self._csi,
            _At.CONSOLE: self._console,
            _At.OLD_MOUSE: self._old_mouse,
            _At.SS3: self._ss3,
            _At.STRING: self._string,
            _At.STRING_ESCAPE: self._string_escape,
            _At.PASTE: self._paste,
        }

    @property
    def patience_s(self) -> float | None:
        """How long a silence decides something, in seconds; None where nothing waits."""
        match self._at:
            case _At.GROUND:
                return None
            case _At.ESCAPE:
                return self._escape_s
            case _At.STRING | _At.STRING_ESCAPE | _At.PASTE:
                return STRING_S
        return max(SEQUENCE_S, self._escape_s)

    def feed(self, text: str) -> list[Token]:
        """The tokens that these characters complete, in order."""
        self._run = None
        for character in text:
            self._take[self._at](character)
        found, self._tokens = self._tokens, []
        return found

    def silence(self, seconds: float) -> list[Token]:
        """The tokens that a silence of so many seconds completes: a lone Esc is a key, what was cut off is dropped."""
        patience = self.patience_s
        if patience is None or seconds < patience:
            return []
        if self._at is _At.ESCAPE:
            self._tokens.append(Struck("escape", ESC))
        elif self._at is _At.PASTE:
            self._tokens.append(Report(About.PASTE, self._held))
        else:
            self._drop()
        self._to(_At.GROUND)
        found, self._tokens = self._tokens, []
        return found

    def _to(self, at: _At) -> None:
        self._at, self._held = at, ""
        if at is not _At.GROUND:
            self._run = None

    def _done(self, token: Token) -> None:
        self._tokens.append(token)
        self._to(_At.GROUND)

    def _drop(self) -> None:
        self._done(Report(About.DROPPED, self._held))

    def _ground(self, character: str) -> None:
        if character == ESC:
            self._to(_At.ESCAPE)
        elif character in _C1:
            self._begin(_C1[character])
        elif unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
            self._run = None
            self._control(character)
        else:
            if self._run is None:
                self._run = Printables()
            self._run.text += character
            self._tokens.append(Struck(_name(character), character, run=self._run))

    def _control(self, character: str) -> None:
        name = _CONTROL.get(character) or _CTRL_OTHER.get(character)
        if name is None and "\x01" <= character <= "\x1a":
            name = f"ctrl+{chr(ord(character) + 0x60)}"
        self._tokens.append(Report(About.DROPPED, character) if name is None else Struck(name, character))

    def _begin(self, introducer: str) -> None:
        """Begin what the character after Esc introduces, or take it as a key with Alt."""
        if introducer == "[":
            self._to(_At.CSI)
        elif introducer == "O":
            self._to(_At.SS3)
        elif introducer in "]P_^X":
            self._to(_At.STRING)
            self._bel_ends = introducer == "]"
        else:
            self._drop()

    def _escape(self, character: str) -> None:
        if character == ESC:  # the first was a key by itself; the second may begin a sequence
            self._tokens.append(Struck("escape", ESC))
        elif character in "[O]P_^X":
            self._begin(character)
        elif " " <= character <= "/":
            self._to(_At.BETWEEN)
            self._held = character
        elif character == "\t":  # the Linux console's Shift+Tab
            self._done(Struck("shift+tab"))
        elif character == "\r":  # Esc and Enter, struck while the machine stalled; nothing has Alt+Enter
            self._tokens.append(Struck("escape", ESC))
            self._done(Struck("enter", "\r"))
        elif character in "\x7f\x08" or character.isprintable():
            name = _CONTROL.get(character) or _name(character)
            shifted = f"shift+{name.lower()}" if name.isupper() else name
            self._done(Struck(f"alt+{shifted}"))
        else:
            self._drop()

    def _between(self, character: str) -> None:
        if character == ESC:
            self._drop()
            self._to(_At.ESCAPE)
        elif " " <= character <= "/" and len(self._held) < LONGEST_SEQUENCE:
            self._held += character
        else:
            self._drop()
            if (
                "a" <= character <= "z"
            ):  # Esc, Space and a letter, struck while the machine stalled: no terminal says that
                self._ground(character)

    def _csi(self, character: str) -> None:
        held = self._held
        if character == ESC:
            self._drop()
            self._to(_At.ESCAPE)
        elif character in (CAN, SUB):
            self._drop()
        elif not held and character == "[":
            self._to(_At.CONSOLE)
        elif not held and character == "M":
            self._to(_At.OLD_MOUSE)
        elif held.startswith("<") and character not in "Mm" and _in_mouse(character):
            self._held = (held + character)[:LONGEST_SEQUENCE]  # some terminals report NaN for a place
        elif "@" <= character <= "~":
            self._whole_csi(held + character)
        elif " " <= character <= "?":
            self._held = held + character if len(held) < LONGEST_SEQUENCE else held
        else:
            self._drop()

    def _whole_csi(self, sequence: str) -> None:
        if sequence == "200~":
            self._to(_At.PASTE)
            return
        self._done(_csi_token(sequence))

    def _console(self, character: str) -> None:
        name = _CONSOLE.get(character)
        self._done(Struck(name) if name else Report(About.DROPPED, character))

    def _old_mouse(self, character: str) -> None:
        self._held += character
        if len(self._held) == 3:
            self._done(Report(About.IGNORED, self._held))

    def _ss3(self, character: str) -> None:
        if character == ESC:
            self._drop()
            self._to(_At.ESCAPE)
        elif character.isdecimal() or character == ";":
            self._held += character
        elif character == "M":
            self._done(Struck("enter", "\r"))
        elif not self._held and character in _LETTER and character != "Z":
            self._done(Struck(_LETTER[character]))
        else:
            self._drop()

    def _string(self, character: str) -> None:
        if character == ESC:
            self._at = _At.STRING_ESCAPE
        elif character in (*ST, CAN, SUB) or (character == BEL and self._bel_ends):
            self._drop()

    def _string_escape(self, character: str) -> None:
        self._drop()
        if character != "\\":  # the string was cut off, and another sequence begins
            self._to(_At.ESCAPE)
            self._take[self._at](character)

    def _paste(self, character: str) -> None:
        self._held += character
        if character == "~" and self._held.endswith(f"{ESC}[201~"):
            self._done(Report(About.PASTE, self._held[: -len(f"{ESC}[201~")]))


_EIGHT_BITS = {"\x8f": "O", "\x90": "P", "\x98": "X", "\x9b": "[", "\x9d": "]", "\x9e": "^", "\x9f": "_"}
_UNDECODED = 0xDC00
"""`surrogateescape` adds this to a byte that is no UTF-8."""
_C1 = _EIGHT_BITS | {chr(_UNDECODED + ord(c)): introducer for c, introducer in _EIGHT_BITS.items()}
"""Introducers as one character of eight bits, decoded, or as a byte that was no UTF-8."""


def _in_mouse(character: str) -> bool:
    return character.isalnum() or character in ";:-+."


def _csi_token(sequence: str) -> Token:
    """What a whole CSI sequence is; `sequence` without its introducer."""
    if _whole(_SGR_MOUSE, sequence):
        return Report(About.MOUSE, sequence)
    if sequence in ("I", "O"):
        return Report(About.FOCUS if sequence == "I" else About.BLUR)
    if _whole(_SIZE, sequence):
        return Report(About.SIZE, sequence)
    if _whole(_MODE, sequence):
        return Report(About.MODE, sequence)
    if _whole(_CURSOR, sequence):
        return Report(About.CURSOR, sequence)
    if _whole(_OTHER_MOUSE, sequence):
        return Report(About.IGNORED, sequence)
    return _kitty(sequence) or _modified(sequence) or Report(About.DROPPED, sequence)


def _modified(sequence: str) -> Token | None:
    """A named key with its modifiers: CSI 5;2~, CSI 1;5A, CSI Z."""
    match = _whole(_MODIFIED, sequence)
    if match is None:
        return None
    number, modifiers, kind, final = match.groups()
    if final == "~":
        name = _TILDE.get(int(number or "0"))
    else:
        name = _LETTER.get(final) if number in ("", "1") else None
    if name is None:
        return None
    if kind == _RELEASE:
        return Report(About.IGNORED, sequence)
    bits = max(0, int(modifiers or "1") - 1)
    return Struck(_with_modifiers(name, bits))


def _kitty(sequence: str) -> Token | None:
    """A key of the kitty protocol: CSI code:shifted:base ; modifiers:kind ; text u. Textual asks terminals for it."""
    match = _whole(_KITTY_KEY, sequence)
    if match is None:
        return None
    code, shifted, base, modifiers, kind, text = match.groups()
    number = int(code)
    if kind in (_RELEASE, "0"):
        return Report(About.IGNORED, sequence)
    bits = max(0, int(modifiers or "1") - 1)
    shift, caps = bool(bits & _SHIFT), bool(bits & _CAPS)
    if number in _KITTY:
        name = _KITTY[number]
        plain = not bits & ~(_SHIFT | _CAPS | 128)
        return Struck(_with_modifiers(name, bits), _KITTY_CHARACTER.get(name) if plain else None, shift, caps)
    if number in _KITTY_PAD and text is None:
        text = str(ord(_KITTY_PAD[number]))
    elif number in _PRIVATE_USE and text is None:
        return Report(About.IGNORED, sequence)
    typed = _typed(text) if text else None
    letter = _character(number) or typed
    if letter is None or (text and typed is None):
        return Report(About.DROPPED, sequence)
    if bits & ~(
        _SHIFT | _CAPS | 128
    ):  # with Ctrl or Alt: the key of the base layout, so that Ctrl+S is the same everywhere
        on_base = _character(int(base)) if base and _not_latin(letter) else letter
        return Struck(_with_modifiers(_name(on_base or letter), bits), None, shift, caps)
    if typed is None:
        high = _character(int(shifted)) if shifted else letter.upper()
        typed = (high or letter) if shift != (caps and letter.isalpha()) else letter
    if len(typed) > 1:
        return Report(About.DROPPED, sequence)
    meant = typed
    if _not_latin(typed) and base and (low := _character(int(base))):
        meant = low
    if meant.isalpha():  # what Shift says, whatever Caps Lock made of it
        meant = meant.upper() if shift else meant.lower()
    return Struck(_name(meant), typed, shift, caps)


def _character(number: int) -> str | None:
    """The printable character of that code point, if it is one."""
    if not 32 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return None
    character = chr(number)
    return character if character.isprintable() else None


def _typed(text: str) -> str | None:
    """The characters of `97:98`; None if one of them is not printable."""
    found = [
        _character(int(part)) if part.isdecimal() and len(part) < 8 else None for part in text.split(":")
    ]
    return None if None in found else "".join(c for c in found if c)


def _with_modifiers(name: str, bits: int) -> str:
    held = [word for bit, word in _OTHERS.items() if bits & bit]
    if bits & _SHIFT and not name.startswith("shift+"):
        held.append("shift")
    return "+".join([*sorted(held), name])


@lru_cache(1024)
def _name(character: str) -> str:
    """A printable character as Textual names its key: letters and digits as they are, others by their Unicode name."""
    if character == " ":
        return "space"
    if character.isalnum():
        return character
    try:
        name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    except ValueError:
        return character
    return _NAMES.get(name, name)


def _not_latin(character: str) -> bool:
    return character.isalpha() and ord(character) >= _FIRST_NOT_LATIN


class Meaning(Enum):
    """What a key that arrived is taken for."""

    KEY = auto()
    TEXT = auto()
    """Part of a run that no fingers struck; it goes nowhere."""
    ANOTHER_ALPHABET = auto()
    """A letter that no command can have here; somebody should be told."""


class Fingers:
    """Decides what keys mean where no text field has the focus; remembers what Caps Lock seems to be."""

    def __init__(self) -> None:
        self.dropped = 0
        """How many things the terminal sent that were no keys."""
        self._capital_at = float("-inf")

    def meant(self, key: Struck, bound: Container[str], now: float) -> tuple[Meaning, str]:
        """What `key` means to a screen that has bound the keys `bound`, and the name of the key it counts as.

        `now` in seconds on any clock that does not jump.
        """
        run = key.run
        if run is not None and len(run.text) > 1 and not all(_counts(c, bound) for c in run.text):
            if not run.counted:
                run.counted = True
                self.dropped += 1
            return Meaning.TEXT, ""
        name = key.name
        if len(name) != 1 or not name.isalpha():
            return Meaning.KEY, name
        if _not_latin(name):
            return (Meaning.KEY if name in bound else Meaning.ANOTHER_ALPHABET), name
        if key.shift is None:  # the terminal tells letters only
            self._learn(name, bound, now)
            locked = now - self._capital_at <= CAPS_LATELY_S
        else:
            locked = bool(key.caps) and not key.shift
        small = name.lower()
        if name.isupper() and small in bound and (locked or name not in bound):
            return Meaning.KEY, small
        return Meaning.KEY, name

    def _learn(self, name: str, bound: Container[str], now: float) -> None:
        """A capital that means nothing by itself says that Caps Lock is on; a small letter, that it is off.

        A small letter whose capital has a meaning says nothing: under Caps Lock, Shift makes it.
        """
        if name.isupper() and name not in bound:
            self._capital_at = now
        elif name.islower() and name.upper() not in bound:
            self._capital_at = float("-inf")

    @property
    def caps_seen(self) -> bool:
        """Whether the newest letter that tells said that Caps Lock is on."""
        return self._capital_at > float("-inf")


def _counts(character: str, bound: Container[str]) -> bool:
    """Whether a character of a run may be a finger's: bound, itself or as its small letter, or of another alphabet."""
    name = _name(character)
    return name in bound or _not_latin(character) or (name.isupper() and name.lower() in bound)
