"""Practice line by line: a learner from a numbered list, a session with them, and how it was from their side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ii_companion.content.learners import load_learners
from ii_companion.dialogue.beginning import begin_practice
from ii_companion.dialogue.fictional_words import about
from ii_companion.log.closing import brief_log
from ii_companion.log.counted import figures
from ii_companion.plain.asking import pick
from ii_companion.plain.session import PlainSession
from ii_companion.practice.companion import from_their_side
from ii_companion.session.refusal import Refusal
from ii_companion.words import _, of, render

if TYPE_CHECKING:
    from ii_companion.log.clock import Clock
    from ii_companion.log.plan import Plan, PracticePlan
    from ii_companion.log.recorder import Recorder
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.settings import Loaded


def practise(
    store: Store, plan: Plan, practice: PracticePlan, clock: Clock, loaded: Loaded, talk: Talk
) -> int:
    """Choose, practise, look back. The exit code. Raises Refusal if nothing could be kept, and Leaving."""
    talk.say(_("Nobody here is real; nothing counts."))
    learner = plan.learner or _chosen(loaded.settings.language, talk)
    if not learner:
        return 0
    begun = begin_practice(store, plan.changed(learner=learner), practice, clock, loaded)
    if begun.recorder.companion is not None:
        for line in about(begun.recorder.companion.nature):
            talk.say(line)
    PlainSession(begun, loaded.settings, talk).run()
    return _their_side(begun.recorder, talk)


def _chosen(language: str, talk: Talk) -> str:
    """The learner who is chosen; nothing for none. What to look for is said of each, and Enter begins."""
    natures = list(load_learners(language).natures.values())
    at = pick(talk, _("Who do you practise with?"), [f"{one.name}: {one.title}" for one in natures])
    return "" if at is None else natures[at].id


def _their_side(recorder: Recorder, talk: Talk) -> int:
    log = brief_log(recorder.header, recorder.events)
    companion, kept = recorder.companion, 0
    whole = recorder.close()
    try:
        recorder.store.save(log)
    except Refusal as refusal:
        talk.say(of(refusal))
        kept = 1
    if companion is not None and log.measures is not None:
        talk.say(_("{name}'s side:", name=companion.nature.name))
        for sentence in from_their_side(
            companion.nature, companion.seen, recorder.session.events(), log.measures
        ):
            talk.say(render(sentence))
    for said in figures(log):
        talk.say(said)
    return kept if whole else 1
