"""A glance before a session, line by line: the learner's card, what was left for today, and which prompts there are to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ii_companion.content.prompts import load_prompts
from ii_companion.dialogue.before_words import (
    CHOSEN,
    NONE,
    PROBE,
    TODAY,
    WAYS,
    coachable,
    first_words,
    not_so_many,
)
from ii_companion.dialogue.card_words import card_lines
from ii_companion.dialogue.left_words import last_words
from ii_companion.log.header import ChosenPrompt
from ii_companion.log.last_time import last_times
from ii_companion.log.past import probe_is_due
from ii_companion.plain.asking import choose, several
from ii_companion.words import _

if TYPE_CHECKING:
    from ii_companion.log.plan import Plan
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.session.prompts import PromptText
    from ii_companion.settings import Loaded


def before(store: Store, plan: Plan, loaded: Loaded, talk: Talk) -> Plan:
    """Tell what there is to know, and ask for the prompts where there is a choice. The plan. Raises Enough, Leaving."""
    prompts = load_prompts(loaded.settings.language, loaded.own_prompts).prompts
    found = last_times(entry for entry in store.entries() if entry.learner == plan.learner)
    told = [*card_lines(store.card(plan.learner))]
    if plan.learner in found:
        told += last_words(found[plan.learner])
    for line in (*told, first_words(prompts, plan.stage)):
        talk.say(line)
    due = probe_is_due(store, plan.learner, plan.practitioner, plan.stage)
    if not (due or plan.mentor):
        return plan
    if due:
        talk.say(_(PROBE))
    way = [NONE if due else 0]
    choose(
        talk,
        _(TODAY),
        [_(one) for one in WAYS],
        way[0],
        lambda chosen: way.append(chosen or 0),
        discards=False,
    )
    if way[-1] == CHOSEN:
        plan = replace(plan, chosen=_chosen(coachable(prompts, plan.stage), talk))
    return replace(plan, probe=way[-1] == NONE)


def _chosen(prompts: list[PromptText], talk: Talk) -> tuple[ChosenPrompt, ...]:
    """Three to six of them. Raises Enough, Leaving."""
    marked: list[int] = []
    while True:
        several(talk, _(WAYS[CHOSEN]), [prompt.text for prompt in prompts], marked, marked.extend)
        wrong = not_so_many(len(marked))
        if not wrong:
            return tuple(ChosenPrompt(prompts[n].id) for n in marked)
        talk.say(wrong)
        marked.clear()
