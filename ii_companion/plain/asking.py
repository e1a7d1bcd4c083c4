"""Questions, one at a time: numbered answers, words, and a list of which several may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ii_companion.dialogue.keeping import ASKED_TO_DISCARD
from ii_companion.plain.talk import INTERRUPT, no_draft
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.plain.talk import Talk

LEAVES = ("escape", "ctrl+s", "ctrl+q", INTERRUPT)
"""The keys that save what was answered and ask no more."""
NO_ANSWER = "–"


class Enough(Exception):  # noqa: N818 - nothing is wrong: whoever answers has said enough
    """No more questions; what was answered is to be saved. `interrupted`: with Ctrl+C."""

    def __init__(self, *, interrupted: bool = False) -> None:
        super().__init__()
        self.interrupted = interrupted


class Discarded(Exception):  # noqa: N818 - nothing is wrong: it was asked for
    """All of it is to go, and that was asked once more."""


def choose(
    talk: Talk,
    question: str,
    answers: Sequence[str],
    chosen: int | None,
    take: Callable[[int | None], object],
    *,
    discards: bool = True,
) -> None:
    """Ask for one of several; `take` has each answer at once. Raises Enough, or Discarded where that may be asked for."""
    now = NO_ANSWER if chosen is None else answers[chosen]
    talk.say(_("{question}: {answer}", question=question, answer=now))
    for n, answer in enumerate(answers, 1):
        talk.say(f"{n} {answer}")
    hint = _("A number answers, Enter goes on, Backspace takes the answer away, Esc saves and leaves.")
    everything = _("d discards it all.")
    talk.say_once(f"{hint} {everything}" if discards else hint)
    numbers = {str(n): n - 1 for n in range(1, len(answers) + 1)}
    while (key := talk.key({*numbers, *LEAVES, "enter", "backspace", "d"}, alone=True)) != "enter":
        if key in numbers:
            take(numbers[key])
            talk.say(answers[numbers[key]])
        elif key == "backspace":
            take(None)
            talk.say(_("no answer"))
        elif key in LEAVES:
            raise Enough(interrupted=key == INTERRUPT)
        elif key == "d" and discards:
            if sure(talk, _(ASKED_TO_DISCARD)):
                raise Discarded
        else:
            talk.say(hint)


def choose_one(talk: Talk, title: str, answers: Sequence[str]) -> int | None:
    """One of at most nine, by its number alone; None for none."""
    talk.say(title)
    for n, answer in enumerate(answers, 1):
        talk.say(f"{n} {answer}")
    numbers = {str(n): n - 1 for n in range(1, len(answers) + 1)}
    while (key := talk.key({*numbers, *LEAVES}, alone=True)) not in numbers:
        if key in LEAVES:
            return None
        talk.say(_("1 to {most}; Esc goes back.", most=len(answers)))
    return numbers[key]


def sure(talk: Talk, question: str) -> bool:
    """Ask once; Enter is yes, whatever else is struck is no."""
    talk.say(question)
    if talk.key({"enter"}, alone=True) == "enter":
        return True
    talk.say(_("It stays."))
    return False


def words(
    talk: Talk,
    question: str,
    now: str,
    take: Callable[[str], object],
    *,
    about: str = "",
    draft: Callable[[str], object] = no_draft,
) -> None:
    """Ask for words; what stands stays if none are typed. `about` is said first. Raises Enough once they are taken."""
    if about:
        talk.say(about)
    if now:
        said = _("{question}: {answer}", question=question, answer=" ".join(now.split()))
        talk.say(said)
        talk.say(_("Enter keeps it; new words take its place."))
    line = talk.text(f"{question}:", draft)
    if line.text.strip():
        take(line.text.strip())
    if line.by in LEAVES:
        raise Enough(interrupted=line.by == INTERRUPT)


def several(
    talk: Talk,
    question: str,
    names: Sequence[str],
    marked: Sequence[int],
    take: Callable[[list[int]], object],
) -> None:
    """Ask for any number of a list, by their numbers. Raises Enough once they are taken."""
    talk.say(question)
    for n, name in enumerate(names, 1):
        talk.say(f"{n} {name}")
    if marked:
        talk.say(_("Marked: {names}.", names=", ".join(names[n] for n in marked)))
    while True:
        line = talk.text(_("Numbers, or nothing:"))
        typed = [int(number) - 1 for number in re.findall(r"\d+", line.text)]
        wrong = [n + 1 for n in typed if not 0 <= n < len(names)]
        if wrong and line.by == "enter":
            talk.say(_("There is no number {n}; they go from 1 to {most}.", n=wrong[0], most=len(names)))
            continue
        good = [n for n in dict.fromkeys(typed) if 0 <= n < len(names)]
        if good:
            take(good)
            talk.say(_("Marked: {names}.", names=", ".join(names[n] for n in good)))
        if line.by in LEAVES:
            raise Enough(interrupted=line.by == INTERRUPT)
        return


def pick(talk: Talk, title: str, names: Sequence[str]) -> int | None:
    """One of a numbered list, by its number and Enter; None for nothing, or Esc."""
    talk.say(title)
    for n, name in enumerate(names, 1):
        talk.say(f"{n} {name}")
    while True:
        line = talk.text(_("Number, or nothing to go back:"))
        typed = line.text.strip()
        if line.by != "enter" or not typed:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= len(names):
            return int(typed) - 1
        talk.say(_("There is no number {n}; they go from 1 to {most}.", n=typed, most=len(names)))
