"""The large letters: pyfiglet's fonts of block characters, those letters of them that the program can show.

A font of pyfiglet's holds up to three thousand; loading it, and pyfiglet, would take a twentieth of a start.
"""

from __future__ import annotations

import json
from pathlib import Path

from pyfiglet import FigletFont

NAMES = ("mono12", "smmono12", "smblock", "calvin_s")
"""All that `widgets/letters.py` names."""
LAST = 0x17F
"""Latin with the accents of Europe's languages: Unicode's Latin Extended-A."""
KERNED = 64
"""The bit of a font's layout that says: letters stand as close as they can without touching."""
ROW_END = "|"
"""Between a letter's rows: no font here draws with it, and JSON need not escape it."""
HARD_BLANK = "\u00a0"
"""A cell that is empty and yet no letter may enter, as the fonts have it. FIGfont 2, “hardblank”."""


def draw_letters(folder: Path) -> list[Path]:
    """Write each font's letters into `folder`, as `widgets.letters.Letters` reads them. The files that were written."""
    folder.mkdir(exist_ok=True)
    written = []
    for name in NAMES:
        font = FigletFont(font=name)
        if any(ROW_END in "".join(rows) for rows in font.chars.values()):
            raise ValueError(f"{name} draws with {ROW_END}; letters need another sign between their rows.")
        letters = {
            chr(code): ROW_END.join(
                row.replace(font.hardBlank, HARD_BLANK).ljust(max(map(len, rows))) for row in rows
            )
            for code, rows in sorted(font.chars.items())
            if ord(" ") <= code <= LAST and "".join(rows).strip()
        }
        target = folder / f"{name}.json"
        # whose font it is goes with its letters; no reader needs it
        drawn = {"about": font.comment, "height": font.height, "kerned": bool(font.smushMode & KERNED)}
        target.write_text(json.dumps(drawn | {"letters": letters}, ensure_ascii=False), "utf-8")
        written.append(target)
    return written
