"""Prompts: a few words to the practitioner, what calls for them, and the rules every wording keeps."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

import msgspec

from ii_companion.session.kinds import CHANNELS
from ii_companion.session.said import N_, Said, counted, said

MOST_WORDS = 7
OWN = "own."
"""Ids of prompts in a pair's own words begin with this; nothing but a mentor's key calls for them."""


SENT = "own:"
"""A mentor's own words stand in an event's detail behind this, whole."""


def sent_words(prompt_id: str) -> str:
    """The words a mentor sent, of what stands for a prompt's id; empty if it is an id."""
    return prompt_id.removeprefix(SENT) if prompt_id.startswith(SENT) else ""


class PromptPhase(StrEnum):
    """What a prompt speaks of."""

    TUNE_IN = "tune_in"
    WAIT = "wait"
    RESPOND = "respond"
    JOIN_IN = "join_in"
    IMITATE = "imitate"
    COMMENT = "comment"
    PACE = "pace"
    LEARNER_LEADS = "learner_leads"
    ENJOY = "enjoy"
    WINDING_DOWN = "winding_down"
    HAD_ENOUGH = "had_enough"


PHASE_WORDS: dict[PromptPhase, str] = {
    PromptPhase.TUNE_IN: N_("tune in"),
    PromptPhase.WAIT: N_("wait"),
    PromptPhase.RESPOND: N_("respond"),
    PromptPhase.JOIN_IN: N_("join in"),
    PromptPhase.IMITATE: N_("imitate"),
    PromptPhase.COMMENT: N_("comment"),
    PromptPhase.PACE: N_("pace"),
    PromptPhase.LEARNER_LEADS: N_("learner leads"),
    PromptPhase.ENJOY: N_("enjoy"),
    PromptPhase.WINDING_DOWN: N_("winding down"),
    PromptPhase.HAD_ENOUGH: N_("had enough"),
}


class PromptDetail(NamedTuple):
    """What the detail of a `prompt` event says: which prompt was shown, and what called for it."""

    id: str
    trigger: str

    @classmethod
    def read(cls, detail: str) -> PromptDetail:
        """From an event's detail. The trigger is the last word: a mentor's own words may have spaces."""
        prompt_id, space, trigger = detail.rpartition(" ")
        return cls(prompt_id, trigger) if space else cls(detail, "")

    @property
    def detail(self) -> str:
        """For an event's detail."""
        return f"{self.id} {self.trigger}"


NEEDS = ("time", "log", "safety", *CHANNELS)
"""What must be so: nothing; acts were keyed; a sign was; the last learner act was keyed as made that way."""


class PromptText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One prompt, as the content file writes it."""

    id: str
    phase: PromptPhase
    text: str
    principle: str = ""
    fundamental: str = ""
    triggers: tuple[str, ...] = ()
    stage_last: int = 3
    needs: str = "log"
    invites_copying: bool = False
    """May be heard as “do what they do”."""

    @property
    def copies(self) -> bool:
        """Whether it invites imitation, by its phase or by what it says of itself."""
        return self.invites_copying or self.phase is PromptPhase.IMITATE


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wording rules that depend on the language; the content folder brings them."""

    forbidden: tuple[str, ...] = ()
    names_are_capitalised: bool = False


# compiled where a wording is checked: every start loads this
_ID = r"^[a-z_]+\.[a-z0-9-]+$"
_SENTENCE_START = r"(?:^|[.?:…]\s+)(\w)"


def wording_problems(text: str, rules: Rules) -> list[Said]:
    """What keeps a wording from being a prompt: each a sentence's end. For content and a pair's own words alike."""
    found = []
    words = text.split()
    if not words:
        found.append(said("it has no words"))
    if len(words) > MOST_WORDS:
        found.append(
            counted(
                "it has {n} word; at most {most} can be taken in at a glance",
                "it has {n} words; at most {most} can be taken in at a glance",
                len(words),
                most=MOST_WORDS,
            )
        )
    if "!" in text or "¡" in text:
        found.append(said("it has an exclamation mark; prompts are calm"))
    forbidden = next(
        (
            w
            for w in rules.forbidden
            if w.lower() in text.lower() and re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text, re.IGNORECASE)
        ),
        None,
    )
    if forbidden:
        found.append(said("it says “{words}”; say what the practitioner might do", words=forbidden))
    if rules.names_are_capitalised and (name := _name_in(text)):
        found.append(said("“{name}” looks like a name; prompts name nobody", name=name))
    if any(c.isdigit() for c in text):
        found.append(said("it has a figure; prompts set no targets"))
    if not text.isprintable():
        found.append(said("it has characters that cannot be shown"))
    return found


def _name_in(text: str) -> str:
    starts = {match.start(1) for match in re.finditer(_SENTENCE_START, text)}
    for match in re.finditer(r"\b[^\W\d_][\w’']*", text):
        if match.start() not in starts and match.group()[0].isupper() and match.group() != "I":
            return match.group()
    return ""


def problems(
    prompt: PromptText, rules: Rules, triggers: frozenset[str], fundamentals: frozenset[str]
) -> list[tuple[str, Said]]:
    """What is wrong with a prompt: the field, and a sentence's end."""
    found = [("text", what) for what in wording_problems(prompt.text, rules)]
    if not re.match(_ID, prompt.id):
        found.append(("id", said("“{id}” is not like phase.short-name in small letters", id=prompt.id)))
    unknown = [trigger for trigger in prompt.triggers if trigger not in triggers]
    if unknown:
        found.append(
            (
                "triggers",
                said(
                    "“{trigger}” is not a trigger; known are {known}",
                    trigger=unknown[0],
                    known=", ".join(sorted(triggers)),
                ),
            )
        )
    if not prompt.triggers:
        found.append(("triggers", said("it has none, so nothing would ever call for it")))
    if not 1 <= prompt.stage_last <= 4:
        found.append(("stage_last", said("{stage} is not a stage; it is 1 to 4", stage=prompt.stage_last)))
    if prompt.needs not in NEEDS:
        found.append(
            (
                "needs",
                said(
                    "“{needs}” is not known; it is one of {known}", needs=prompt.needs, known=", ".join(NEEDS)
                ),
            )
        )
    if prompt.fundamental and prompt.fundamental not in fundamentals:
        found.append(
            (
                "fundamental",
                said(
                    "“{fundamental}” is not a fundamental; known are {known}",
                    fundamental=prompt.fundamental,
                    known=", ".join(sorted(fundamentals)),
                ),
            )
        )
    return found


def with_own_words(prompts: tuple[PromptText, ...], own: dict[str, str]) -> tuple[PromptText, ...]:
    """The prompts, and a pair's own words for today as prompts nothing but a mentor's key calls for."""
    return prompts + tuple(
        PromptText(name, PromptPhase.TUNE_IN, text, needs="time") for name, text in own.items() if text
    )
