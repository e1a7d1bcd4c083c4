"""The page for phones: one file, put together here, with its sentences in the language in use and its policy by hash."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import msgspec

from ii_companion import words
from ii_companion.words import N_, _

HERE = Path(__file__).parent
SENTENCES = {
    "ask": N_("The six figures on the laptop"),
    "join": N_("join"),
    "asking": N_("Asking the laptop."),
    "looking": N_("Not connected. Looking for the laptop."),
    "altered": N_("Somebody altered what came over the network. Connecting again."),
    "closed": N_("Pairing is not open there. Ask for F9."),
    "used_up": N_("That code is used up. Ask for a new one."),
    "one_left": N_("That is not the code on the other screen. One try is left."),
    "two_left": N_("That is not the code on the other screen. Two tries are left."),
    "busy": N_("Too many ask at once. Trying again."),
    "full": N_("There is no room for another one there."),
    "version": N_("The other machine has another version of ii-companion; update both."),
    "away": N_("You were let go."),
    "over": N_("The session's sharing is over."),
    "other": N_("This page is open in another window."),
    "none": N_("No session is running."),
    "minutes": N_("{minutes} min"),
    "hushed": N_("hushed"),
    "moment": N_("moment"),
    "sent": N_("sent"),
    "marked": N_("moment marked"),
    "soon": N_("Not sent: one prompt in three seconds."),
    "no_hushed": N_("Not sent: prompts are hushed."),
    "no_stopped": N_("Not sent: a sign to stop was keyed."),
    "no_ended": N_("Not sent: the session is over."),
    "no_not_chosen": N_("Not sent: that prompt is not chosen for today."),
    "no_words": N_("Not sent: these words cannot be sent."),
    "honest": N_(
        "A listener on this Wi-Fi learns nothing. Somebody who can alter it could read the words on this screen."
    ),
}
"""Everything the page says, by the name its script has for it."""


@cache
def _parts() -> tuple[str, str]:
    """The page without its sentences, and its policy; both change with the program alone."""
    html = (HERE / "page.html").read_text("utf-8")
    html = html.replace("/* noble.js */", (HERE / "noble.js").read_text("utf-8").strip())
    hashes = {
        kind: " ".join(
            f"'sha256-{_sum(text)}'" for text in re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        )
        for kind in ("script", "style")
    }
    policy = (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _sum(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def page() -> bytes:
    """The page in the language in use."""
    said = {name: _(pattern) for name, pattern in SENTENCES.items()}
    data = msgspec.json.encode(said).decode().replace("<", "\\u003c")
    html = _parts()[0].replace("/* sentences */", data)
    return html.replace('lang="en"', f'lang="{words.language()}"', 1).encode()


def policy(here: str) -> str:
    """What the page may do: run its own script, wear its own style, and speak with us."""
    return f"{_parts()[1]}; connect-src ws://{here}"
