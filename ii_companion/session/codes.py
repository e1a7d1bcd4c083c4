"""Codes for people. Learners are codes, never names, and so are staff."""

from __future__ import annotations

import re
import unicodedata

from ii_companion.session.refusal import Refusal
from ii_companion.session.said import N_, counted, word

WHOSE_WORDS: dict[str, str] = {
    "learner": N_("learner"),
    "practitioner": N_("practitioner"),
    "mentor": N_("mentor"),
    "observer": N_("observer"),
}
LONGEST = 32
_NAME_SHAPES = r"^U[a]+[-.' ]?U[Ua]+|^U[-.' ]?U[a]{2,}"
"""Capitals U and other letters a: MarySmith, Mary-SMITH, J-Smith, JSmith; in any alphabet that has capitals."""


def code(text: str, whose: str = "learner") -> str:
    """The code as it is kept: trimmed, composed, in small letters. Raises Refusal for what is not one.

    Letters, digits and dashes, at most `LONGEST`. Two words, or two capitalised parts, look like a full name.
    """
    who = word(WHOSE_WORDS.get(whose, whose))
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        raise Refusal("The {whose} code is empty. Give a short code, such as p17.", whose=who)
    if len(text.split()) > 1 or re.match(_NAME_SHAPES, _shape(text)):
        raise Refusal(
            "“{text}” looks like a full name. Logs hold codes, never names, so that nobody can be "
            "recognised from them. Use a short {whose} code, such as p17 or k7.",
            text=text,
            whose=who,
        )
    text = unicodedata.normalize("NFC", text.lower())
    wrong = next((c for c in text if unicodedata.category(c)[0] not in "LMN" and c != "-"), None)
    if wrong is not None:
        raise Refusal(
            "The {whose} code “{text}” has “{wrong}” in it. A code is letters, digits and dashes.",
            whose=who,
            text=text,
            wrong=wrong,
        )
    if text.startswith("-") or text.endswith("-"):
        raise Refusal(
            "The {whose} code “{text}” begins or ends with a dash. Start and end with a letter or digit.",
            whose=who,
            text=text,
        )
    if len(text) > LONGEST:
        raise Refusal(
            counted(
                "The {whose} code has {n} character. At most {most} will do.",
                "The {whose} code has {n} characters. At most {most} will do.",
                len(text),
                whose=who,
                most=LONGEST,
            )
        )
    return text


def _shape(text: str) -> str:
    return "".join("U" if c.isupper() or c.istitle() else "a" if c.isalpha() else c for c in text)
