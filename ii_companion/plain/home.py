"""Home line by line: a numbered menu of what there is to do, again after each, until somebody leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ii_companion.dialogue.beginning import with_them_now
from ii_companion.dialogue.home_words import ABOUT, ALLOWED, FIELDS, look
from ii_companion.log.plan import Plan, PracticePlan
from ii_companion.plain.asking import Enough, choose_one, sure, words
from ii_companion.plain.before import before
from ii_companion.plain.looking_back import look_back
from ii_companion.plain.unfinished import look_after
from ii_companion.session.refusal import Refusal
from ii_companion.words import N_, _, ngettext, of, render

if TYPE_CHECKING:
    from ii_companion.log.store import Store
    from ii_companion.plain.talk import Talk
    from ii_companion.plain.verbs import Plainly


class Home:
    """The menu."""

    def __init__(self, plainly: Plainly, store: Store, talk: Talk) -> None:
        self._plainly, self._store, self._talk = plainly, store, talk
        self._doings: list[tuple[str, Callable[[], object]]] = [
            (N_("start a session"), self._start),
            (N_("practise with somebody made up"), self._practise),
            (N_("note a moment afterwards"), self._note),
            (N_("look back at the logs"), self._look_back),
            (N_("look after sessions that never ended"), self._unfinished),
        ]

    def run(self) -> int:
        """Ask what to do until nothing more is to be done. The exit code. Raises Leaving."""
        talk = self._talk
        for said in self._around():
            talk.say(render(said))
        while True:
            chosen = choose_one(
                talk, _("What do you want to do? Esc leaves."), [_(said) for said, _do in self._doings]
            )
            if chosen is None:
                return 0
            try:
                self._doings[chosen][1]()
            except Refusal as refusal:
                talk.say(of(refusal))
            except Enough:
                """Whoever answers goes back to the menu."""

    def _around(self) -> list[str]:
        """What is wrong, or waits to be looked after; for `words.render`."""
        told = list(self._plainly.loaded.complaints)
        try:
            around = look(self._store, self._plainly.loaded, self._plainly.clock.utc())
        except Refusal as refusal:  # whatever can be done without the logs can be done
            return [*told, of(refusal)]
        told += around.told
        if around.waiting:
            told.append(
                ngettext(
                    "{n} session never ended; 5 looks after it.",
                    "{n} sessions never ended; 5 looks after them.",
                    len(around.waiting),
                )
            )
        return told

    def _start(self) -> None:
        plan = self._asked(self._store.last_plan())
        if running := with_them_now(self._store, plan.learner):
            self._talk.say(running)
        ready = before(self._store, plan, self._plainly.loaded, self._talk)
        if sure(self._talk, _("Enter starts.")):
            self._plainly.session(ready)(self._talk)

    def _asked(self, plan: Plan) -> Plan:
        """What a session is to be, a question at a time; what was last time stands as the answer. Raises Enough."""
        answers = {name: str(getattr(plan, name) or "") for name in FIELDS} | {"mentor": "", "for_min": ""}
        for name in FIELDS:
            while True:
                self._ask(name, answers)
                try:
                    plan = _planned(plan, name, answers[name])
                except Refusal as refusal:
                    self._talk.say(of(refusal))
                    answers[name] = ""
                    continue
                break
        return plan

    def _ask(self, name: str, answers: dict[str, str]) -> None:
        question, hint = FIELDS[name]
        words(
            self._talk,
            _("{question} ({hint})", question=_(question), hint=_(hint)),
            answers[name],
            lambda text: answers.update({name: text}),
            about=_(ABOUT[name]) if name in ABOUT else "",
        )

    def _practise(self) -> None:
        me = self._store.last_plan().practitioner
        self._plainly.practice(Plan(practitioner=me), PracticePlan())(self._talk)

    def _note(self) -> None:
        plan = replace(self._store.last_plan(), learner="", mentor="", place="")
        self._plainly.note(plan)(self._talk)

    def _look_back(self) -> None:
        look_back(self._store, self._plainly.loaded, self._talk)

    def _unfinished(self) -> None:
        look_after(self._store, self._plainly.loaded.settings, self._talk)


def _planned(plan: Plan, name: str, answer: str) -> Plan:
    """The plan with an answer in it. Raises Refusal for what is none."""
    if name in ALLOWED and not re.fullmatch(ALLOWED[name], answer):
        raise Refusal("“{text}” is not among the answers.", text=answer)
    if name == "stage":
        return plan.changed(stage=int(answer or 1))
    if name == "for_min":
        return replace(plan, for_min=float(answer or 0) or None)
    plan = plan.changed(**{name: answer})
    return plan.checked() if plan.learner or name == "learner" else plan
