"""What fingers struck, worked out a second way: one regular expression over the whole input, and no state.

It knows complete input only. Sequences that were cut off, and what silence decides, are the parser's own tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STRING_END = r"(?:\x1b\\|\x9c|\x18|\x1a"
TOKEN = re.compile(
    rf"""
    (?P<osc>  (?:\x1b\]|\x9d) [^\x07\x1b\x9c\x18\x1a]* {_STRING_END}|\x07) )
  | (?P<string> (?:\x1b[PX^_]|[\x90\x98\x9e\x9f]) [^\x1b\x9c\x18\x1a]* {_STRING_END}) )
  | (?P<paste> (?:\x1b\[|\x9b)200~ .*? (?:\x1b\[201~|$) )
  | (?P<console> (?:\x1b\[|\x9b)\[. )
  | (?P<old> (?:\x1b\[|\x9b)M(?:...|.{{0,2}}$) )
  | (?P<mouse> (?:\x1b\[|\x9b)< (?:[^\W_Mm]|[\x20-\x3f])*+ [@-~] )
  | (?P<csi> (?:\x1b\[|\x9b)(?!<) (?P<body>[\x20-\x3f]* [@-~]) )
  | (?P<cut> (?: (?:\x1b\[|\x9b)(?:<(?:[^\W_Mm]|[\x20-\x3f])*|[\x20-\x3f]*) | (?:\x1bO|\x8f)[0-9;]* | \x1b[\x20-\x2f]+
            | (?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\x18\x1a]* | (?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c\x18\x1a]* ) (?=\x1b(?!\\)|$) )
  | (?P<broken> (?:\x1b\[|\x9b)(?:<(?:[^\W_Mm]|[\x20-\x3f])*|[\x20-\x3f]*) [^\x1b] )
  | (?P<ss3> (?:\x1bO|\x8f) (?P<third>[0-9;]* .) )
  | (?P<alt> \x1b(?:[\x20-\x2f]+(?:[^a-z\x20-\x2f\x1b]|(?=[a-z]))|[^\x1b\x20-\x2f\[O\]P_^X\r]) )
  | (?P<one> [\s\S] )
    """,
    re.VERBOSE | re.DOTALL,
)
_LETTERS = dict(
    zip("ABCDFHPQRS", ["up", "down", "right", "left", "end", "home", "f1", "f2", "f3", "f4"], strict=True)
)
_NUMBERS = dict(
    zip(
        (1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24),
        [
            "home",
            "insert",
            "delete",
            "end",
            "pageup",
            "pagedown",
            "home",
            "end",
            "f1",
            "f2",
            "f3",
            "f4",
            "f5",
            "f6",
            "f7",
            "f8",
            "f9",
            "f10",
            "f11",
            "f12",
        ],
        strict=True,
    )
)


_KITTY = {27: "escape", 13: "enter", 9: "tab", 127: "backspace", 32: "space"} | dict(
    zip(
        range(57414, 57427),
        [
            "enter",
            "=",
            ",",
            "left",
            "right",
            "up",
            "down",
            "pageup",
            "pagedown",
            "home",
            "end",
            "insert",
            "delete",
        ],
        strict=True,
    )
)
_PAD = dict(zip(range(57399, 57414), "0123456789./*-+", strict=True))


def named_keys(text: str) -> list[str]:
    """The keys in `text` without Ctrl or Alt, in order: named ones, or the single character that was meant."""
    return [key for keys, _ in _tokens(text) for key in keys]


def struck(text: str, bound: set[str]) -> list[str]:
    """The bound keys that fingers struck in one read: of characters side by side all, or none if one is not bound."""
    found: list[str] = []
    run: list[str] = []
    for keys, side_by_side in [*_tokens(text), ([], False)]:
        if side_by_side:
            run += [key.lower() if key not in bound else key for key in keys]
            continue
        if len(run) < 2 or bound.issuperset(run):
            found += run
        run = []
        found += keys
    return [key for key in found if key in bound]


def _tokens(text: str) -> Iterator[tuple[list[str], bool]]:
    """The keys of each token, and whether it is a printable character by itself."""
    for match in TOKEN.finditer(text):
        if match["csi"]:
            yield _csi(match["body"]), False
        elif match["ss3"]:
            third = match["third"]
            yield ["enter"] if third[-1] == "M" else [_LETTERS[third]] if third in _LETTERS else [], False
        elif match["console"]:
            yield (
                {"A": ["f1"], "B": ["f2"], "C": ["f3"], "D": ["f4"], "E": ["f5"]}.get(
                    match["console"][-1], []
                ),
                False,
            )
        elif match["one"]:
            one = match["one"]
            named = {"\r": "enter", "\x7f": "backspace", "\t": "tab", "\x1b": "escape"}.get(one)
            yield (
                [named or ("space" if one == " " else one)] if named or one.isprintable() else [],
                one.isprintable(),
            )
        else:
            yield [], False


def _csi(body: str) -> list[str]:
    numbers, final = body[:-1], body[-1]
    if not re.fullmatch(r"[0-9:;]*", numbers, re.ASCII):
        return []
    parts = [part.split(":") for part in numbers.split(";")]
    modifiers = parts[1] if len(parts) > 1 else [""]
    kind = modifiers[1] if len(modifiers) > 1 else ""
    bits = max(0, int(modifiers[0] or 1) - 1)
    if final == "u":
        return _kitty(parts, bits, kind) if len(modifiers) < 3 and len(parts) < 4 else []
    if len(parts) > 2 or len(parts[0]) > 1 or len(modifiers) > 2 or kind == "3":
        return []
    number = parts[0][0]
    name = (
        _NUMBERS.get(int(number or 0))
        if final == "~"
        else _LETTERS.get(final)
        if number in ("", "1")
        else None
    )
    if final == "R" and re.fullmatch(r"\d+;\d+", numbers):
        return []  # where the cursor is
    if final == "Z" and number in ("", "1"):
        name = "tab"
    return [name] if name and not bits & 62 else []


def _kitty(parts: list[list[str]], bits: int, kind: str) -> list[str]:
    codes, texts = parts[0], parts[2] if len(parts) > 2 and parts[2] != [""] else []
    if not codes[0] or len(codes) > 3 or kind in ("0", "3") or bits & 62 or "" in texts:
        return []
    code = int(codes[0])
    if code < 32 and code not in _KITTY:
        return []
    base = int(codes[2]) if len(codes) > 2 and codes[2] else 0
    if code in _KITTY:
        return [_KITTY[code]]
    typed = _PAD.get(code, "") if not texts else "".join(_chr(text) for text in texts)
    if not typed and not texts and not 57344 <= code < 63744:
        high = len(codes) > 1 and codes[1] and bits & 1
        typed = (_chr(codes[1]) if high else "") or _chr(codes[0])
    if len(typed) != 1 or len(typed) != max(1, len(texts)):
        return []
    other = _chr(str(base)) if base else ""
    meant = other if other and typed.isalpha() and ord(typed) >= 0x250 else typed
    return [meant.upper() if bits & 1 and meant.isalpha() else meant.lower() if meant.isalpha() else meant]


def _chr(number: str) -> str:
    n = int(number)
    return chr(n) if 32 <= n <= 0x10FFFF and not 0xD800 <= n <= 0xDFFF and chr(n).isprintable() else ""
