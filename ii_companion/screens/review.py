"""A session looked back on: the whole line of time, a cursor that tells, the summary and the notes."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ii_companion.commands import Where
from ii_companion.content.prompts import load_prompts
from ii_companion.files.sessions import Travelling, with_journal
from ii_companion.log.places import Places
from ii_companion.log.records import BriefLog
from ii_companion.screens.commanded import CommandedPage
from ii_companion.screens.glyphs import GLYPHS, WEIGHT
from ii_companion.screens.keys import bindings, foot
from ii_companion.screens.session_start import coaching
from ii_companion.session.events import RESPONSES, Event, Kind
from ii_companion.session.look_back import LookBack, look_back
from ii_companion.session.refusal import Refusal
from ii_companion.session.summary import clock_time, seconds, summary
from ii_companion.session.tally import parameters
from widgets.foot import Foot
from widgets.lines import Lines
from widgets.timeline import Mark, Timeline

LANES = ("learner", "you", "shared", "coach", "opened", "their pace", "your pace")
LEARNER, PRACTITIONER, SHARED, COACH, OPENED, THEIR_PACE, YOUR_PACE = range(len(LANES))
PACE_EVERY_S = 30.0
BUSIEST = 9
"""Acts a minute that one figure can show; more stand as `+`."""
_TEXTS = ("what_happened", "typical_moment", "best_moment", "next_time")


class ReviewScreen(CommandedPage):
    """One session."""

    WHERE = Where.REVIEW
    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "Timeline"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.REVIEW), ("escape", "screen.back", "back")]

    def __init__(self, places: Places, log: BriefLog) -> None:
        super().__init__()
        self._places = places
        self._session: Travelling = with_journal(places, log)
        self._back: LookBack | None = None
        self._texts: dict[str, str] = {}
        """The words of prompts, by their ids."""

    def compose(self) -> ComposeResult:
        yield Lines(id="title")
        yield Timeline(LANES, stops=OPENED, id="timeline")
        yield Lines(id="here")
        with VerticalScroll(id="said", can_focus=False):
            yield Static(id="words", markup=False)
        yield Foot(foot(Where.REVIEW, self.app.settings), id="foot")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        log = self._session.log
        self.query_one("#title", Lines).show(
            [
                f"{log.learner} · {log.started_at.astimezone():%a %d %b %Y %H:%M} · {log.end_reason.replace('_', ' ')}",
                "",
            ]
        )
        words = summary(log.measures) if log.measures else ["No measures were kept with this log."]
        words += [f"{name.replace('_', ' ')}: {getattr(log, name)}" for name in _TEXTS if getattr(log, name)]
        self.query_one("#words", Static).update("\n".join(words))
        if not self._session.events:
            self.query_one("#here", Lines).show(["Its journal is gone, so there is no line of time to show."])
            return
        header = self._session.head()
        content = load_prompts(self.app.settings.language, self.app.loaded.own_prompts)
        agreed = coaching(header, content.prompts)
        self._texts = {prompt.id: prompt.text for prompt in agreed.prompts}
        back = look_back(list(self._session.events), agreed, parameters(header.card.wait_s))
        self._back = back
        self.query_one(Timeline).show(_marks(back), back.end)
        self._tell(0.0)

    @on(Timeline.Moved)
    def _moved(self, event: Timeline.Moved) -> None:
        self._tell(event.t)

    def _tell(self, t: float) -> None:
        """What happened at the cursor, whose exchange it was, the pace, and what the coach thought."""
        back = self._back
        if back is None:
            return
        here = [f"{clock_time(t)}  " + "; ".join(self._said(event) for event in back.at(t))]
        found = back.exchange_at(t)
        if found is not None:
            number, one = found
            who = "the learner" if one.opened_by_learner else "you"
            here.append(
                f"exchange {number} of {len(back.exchanges)}, opened by {who}: {one.turns} turns in {seconds(one.end - one.start)}"
            )
        else:
            here.append("between exchanges")
        learner, practitioner = back.pace(t)
        here.append(f"the minute before: learner {learner}, you {practitioner}")
        answer = back.answer_at(t)
        if answer is not None:
            said = "coach:" if answer.shown else "the coach would have said"
            here.append(
                f"{said} “{answer.words}” ({answer.reason})"
                if answer.spoke
                else f"coach: silent ({answer.reason})"
            )
        self.query_one("#here", Lines).show(here)

    def _said(self, event: Event) -> str:
        words, detail = event.kind.replace("_", " "), event.detail
        if event.kind is Kind.PROMPT:
            detail = self._texts.get(detail.partition(" ")[0], detail)
        return f"{words}: {detail}" if detail else words

    def command(self, name: str) -> None:
        match name:
            case "edit_notes":
                from ii_companion.screens.after import AfterScreen

                self.app.push_screen(AfterScreen(self._places, self._session.log, edit=self._edited))
            case "checklist":
                from ii_companion.screens.checklist import ChecklistScreen

                try:
                    self.app.push_screen(ChecklistScreen(self._places, self._session.log))
                except Refusal as refusal:
                    self.notify(str(refusal), severity="warning", timeout=12)
            case "copy":
                log = self._session.log
                self.app.copy_to_clipboard(
                    "\n".join(
                        [
                            f"{log.learner} {log.started_at:%Y-%m-%d %H:%M} UTC",
                            str(self.query_one("#words", Static).content),
                        ]
                    )
                )
                self.notify("Copied. Codes only; free text may identify a person.")

    def _edited(self, log: BriefLog) -> None:
        self._session = with_journal(self._places, log)
        self._show()


def _marks(back: LookBack) -> list[Mark]:
    marks: list[Mark] = []
    for event in back.events:
        if event.kind in RESPONSES:
            marks.append((event.t, PRACTITIONER, GLYPHS[event.kind]))
        elif event.kind is Kind.LEARNER_ACT:
            marks.append((event.t, LEARNER, GLYPHS[event.kind]))
        elif event.kind is Kind.PROMPT:
            marks.append((event.t, COACH, "▾"))
        elif event.kind in (Kind.PAUSED, Kind.RESUMED, Kind.GAP):
            marks.append((event.t, SHARED, "‖"))
        elif event.kind is Kind.NOTE:
            marks.append((event.t, SHARED, "n"))
        elif event.kind in GLYPHS:
            marks.append((event.t, SHARED, GLYPHS[event.kind]))
    t = PACE_EVERY_S
    while t <= back.end:  # acts in the minute before, every half minute
        learner, practitioner = back.pace(t)
        marks += [(t, THEIR_PACE, _figure(learner)), (t, YOUR_PACE, _figure(practitioner))]
        t += PACE_EVERY_S
    marks += [(one.start, OPENED, "L" if one.opened_by_learner else "P") for one in back.exchanges]
    return sorted(marks, key=lambda mark: WEIGHT.get(mark[2], 0) if mark[1] == SHARED else 0)


def _figure(n: int) -> str:
    return str(n) if n <= BUSIEST else "+"
