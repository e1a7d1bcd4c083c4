"""Every sentence in the reader's language: gettext over the catalogues in `data/<language>/`.

English is the language of the code, needs no catalogue and costs nothing. `use` is called once, by `app` and `cli`,
before anything is shown. Rooms above this one mark and render a sentence in one step with `_` or `ngettext`; rooms
below make a `Said` (`session/said.py`), and whoever shows it calls `render`. What is kept in a file is never a
sentence.

    _("{n} kept in memory; trying again.", n=3)
    ngettext("{n} session", "{n} sessions", n)
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ii_companion.session.refusal import said_by
from ii_companion.session.said import N_, Said

if TYPE_CHECKING:
    from datetime import datetime
    from gettext import NullTranslations

DOMAIN = "ii_companion"
ENGLISH = "en"
LANGUAGES_VARIABLE = "II_COMPANION_LANGUAGES"
"""A folder of languages of one's own: a translator tries a draft without touching the installation."""
_CATALOGUE = f"LC_MESSAGES/{DOMAIN}.mo"

# as `strftime` has them in English; the system's own depend on a locale that may not be there
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_LONG_DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_LONG_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

_active: NullTranslations | None = None
_language = ENGLISH


def language() -> str:
    """The language that is in use, by its folder's name."""
    return _language


def is_draft() -> bool:
    """Whether the catalogue in use says that nobody who speaks the language has read it: a header `X-Draft: yes`."""
    return _active is not None and _active.info().get("x-draft", "").lower() == "yes"


def use(name: str) -> bool:
    """Say everything in the language of that folder from now on. False, and English, if it has no catalogue."""
    global _active, _language
    _active, _language = None, ENGLISH
    if name.partition("-")[0] == ENGLISH:
        return True
    for folder in folders():
        if (folder / name / _CATALOGUE).is_file():
            _load(folder, name)
            return True
    return False


def _load(folder: Path, name: str) -> None:
    global _active, _language
    import gettext  # argparse has loaded it already, where there is a command line

    _active, _language = gettext.translation(DOMAIN, folder, [name]), name
    # argparse's own words ("usage:") go through the standard library's default domain
    os.environ["LANGUAGE"] = name
    gettext.bindtextdomain(DOMAIN, folder)
    gettext.textdomain(DOMAIN)


@lru_cache(maxsize=1)
def shipped() -> Path | None:
    """The languages that came with the program: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    return next((f for f in (package / "data", package.parent / "data") if (f / ENGLISH).is_dir()), None)


def folders() -> list[Path]:
    """Where languages lie, the reader's own folder first: each holds a folder a language."""
    own, ours = os.environ.get(LANGUAGES_VARIABLE), shipped()
    return [*([Path(own)] if own else []), *([ours] if ours else [])]


def languages() -> list[str]:
    """Every language there is a catalogue for, English first."""
    found = {path.parent.parent.name for folder in folders() for path in folder.glob(f"*/{_CATALOGUE}")}
    return [ENGLISH, *sorted(found)]


def of_system() -> str:
    """The language the system asks for, if there is a catalogue for it; else English."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for asked in os.environ.get(variable, "").split(":"):
            name = asked.partition(".")[0].partition("@")[0].replace("_", "-")
            if not name or name in ("C", "POSIX"):
                continue
            for candidate in (name, name.partition("-")[0]):
                if candidate == ENGLISH or any((f / candidate / _CATALOGUE).is_file() for f in folders()):
                    return candidate
        if os.environ.get(variable):
            return ENGLISH
    return ENGLISH


def _(pattern: str, /, **places: Any) -> str:
    """The sentence in the reader's language, with values in its named places."""
    text = _active.gettext(pattern) if _active is not None and pattern else pattern
    return _filled(text, pattern, places) if places else text


def ngettext(one: str, many: str, n: int, /, **places: Any) -> str:
    """The sentence for the number `n`, which also stands in the place `{n}`."""
    text = _active.ngettext(one, many, n) if _active is not None else one if n == 1 else many
    return _filled(text, one if n == 1 else many, {"n": n, **places})


def render(sentence: str) -> str:
    """A sentence that came from below, in the reader's language; any other text as it is."""
    if _active is None or not isinstance(sentence, Said):
        return str(sentence)
    if sentence.many:
        return ngettext(sentence.pattern, sentence.many, sentence.n, **sentence.places)
    return _(sentence.pattern, **sentence.places)


def day(moment: datetime, *, year: bool = True) -> str:
    """A day and a time as a list shows them: “Mon 23 Nov 2026 10:15”; without `year`, “Mon 23 Nov 10:15”."""
    places = {
        "weekday": _(_DAYS[moment.weekday()]),
        "day": f"{moment.day:02d}",
        "month": _(_MONTHS[moment.month - 1]),
        "time": f"{moment:%H:%M}",
    }
    if year:
        return _("{weekday} {day} {month} {year} {time}", year=f"{moment.year:04d}", **places)
    return _("{weekday} {day} {month} {time}", **places)


def long_day(moment: datetime) -> str:
    """A day and a time as a sentence says them: “Monday 23 November, 10:15”."""
    return _(
        "{weekday} {day} {month}, {time}",
        weekday=_(_LONG_DAYS[moment.weekday()]),
        day=f"{moment.day:02d}",
        month=_(_LONG_MONTHS[moment.month - 1]),
        time=f"{moment:%H:%M}",
    )


def day_of_year(moment: datetime) -> str:
    """A date as a sentence says it: “2 March 2026”."""
    return _(
        "{day} {month} {year}",
        day=moment.day,
        month=_(_LONG_MONTHS[moment.month - 1]),
        year=f"{moment.year:04d}",
    )


def date_and_time(moment: datetime) -> str:
    """A date and a time as a sentence says them: “2 March 2026 10:00”."""
    return _(
        "{day} {month} {year} {time}",
        day=moment.day,
        month=_(_LONG_MONTHS[moment.month - 1]),
        year=f"{moment.year:04d}",
        time=f"{moment:%H:%M}",
    )


def of(error: BaseException) -> str:
    """What an error of ours says, in the reader's language; of any other error its own words."""
    return render(said_by(error))


def _filled(text: str, english: str, places: dict[str, Any]) -> str:
    values = {name: render(value) if isinstance(value, Said) else value for name, value in places.items()}
    try:
        return text.format(**values)
    except (KeyError, IndexError, ValueError):  # a catalogue whose places do not fit; the English ones do
        return english.format(**values)


__all__ = [
    "N_",
    "_",
    "day",
    "is_draft",
    "language",
    "languages",
    "long_day",
    "ngettext",
    "of",
    "of_system",
    "render",
    "shipped",
    "use",
]
