"""Where in a TOML text an entry stands, so that a refusal can name its line. the parser tells only of syntax errors."""

from __future__ import annotations

import re

# compiled where something is refused: every start loads this
_TABLE = r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$"
_KEY = r"^\s*(?:\"([^\"]+)\"|'([^']+)'|([A-Za-z0-9_-]+))\s*="


def line_of(text: str, *path: str | int) -> int:
    """The line, from 1, of the entry at `path`, such as ("keys", "undo") or ("prompt", 3, "text").

    A number picks one of an array of tables. Where the key itself is not written, its table's line; else 1.
    """
    names = [part for part in path if isinstance(part, str)]
    wanted = next((part for part in path if isinstance(part, int)), None)
    table, key = (".".join(names[:-1]), names[-1]) if len(names) > 1 else ("", names[0] if names else "")
    if wanted is not None and isinstance(path[-1], int):
        table, key = ".".join(names), ""
    seen, here, header_line = -1, "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(_TABLE, line):
            here = found.group(1).strip()
            if here == table:
                seen += 1
            if here == key and not table:
                return number
            if here == table and (wanted is None or seen == wanted):
                header_line = number
                if not key:
                    return number
        elif (
            here == table
            and (wanted is None or seen == wanted)
            and (match := re.match(_KEY, line))
            and next(filter(None, match.groups())) == key
        ):
            return number
    return header_line
