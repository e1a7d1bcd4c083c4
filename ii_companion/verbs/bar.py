"""A bar on stderr for work that lasts: what is done of how much, and how long it may still take.

It is rich's, which Textual brings. Loading that takes 40 ms, so it is loaded only once the work has lasted half a second, and
never where stderr is no terminal, or where somebody goes line by line and would hear every change of it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ii_companion.progress import told_to

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SHOWN_AFTER_S = 0.5


class Bar:
    """Counts at once, and shows it once the work has lasted; told from one thread, shown from another."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._total = self._done = 0
        self._shown: tuple[Progress, TaskID] | None = None
        self._over = False
        self._lock = threading.Lock()

    def more(self, n: int) -> None:
        self._total += n
        self._update()

    def done(self) -> None:
        self._done += 1
        self._update()

    def show(self) -> None:
        """The work has lasted. Called from a thread of its own."""
        with self._lock:
            if self._over or _line_by_line():
                return
            progress = _progress()
            task = progress.add_task(self._label, total=self._total or None, completed=self._done)
            progress.start()
            self._shown = progress, task

    def close(self) -> None:
        """The work is over; the bar goes."""
        with self._lock:
            self._over = True
            if self._shown is not None:
                self._shown[0].stop()

    def _update(self) -> None:
        if self._shown is not None:
            progress, task = self._shown
            progress.update(task, total=self._total, completed=self._done)


@contextmanager
def bar(label: str) -> Iterator[None]:
    """Within the block, the work that goes through `progress.going_through` shows how far it is, if it lasts."""
    if sys.__stderr__ is None or not sys.stderr.isatty():
        yield
        return
    shown = Bar(label)
    soon = threading.Timer(SHOWN_AFTER_S, shown.show)
    soon.daemon = True
    soon.start()
    try:
        with told_to(shown):
            yield
    finally:
        soon.cancel()
        shown.close()


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Count(MofNCompleteColumn):
        """How many of how many, where that is known."""

        def render(self, task: Task) -> Text:
            return Text() if task.total is None else super().render(task)

    class TimeLeft(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return Text() if task.total is None else super().render(task)

    class Steady(Console):
        """The terminal's own cursor stays: a program that is killed could not bring it back."""

        def show_cursor(self, show: bool = True) -> bool:
            return False

    # `sys.stderr` lets nothing through that drives a terminal; what is said there meanwhile goes above the bar
    console = Steady(file=sys.__stderr__)
    label = TextColumn("{task.description}", markup=False)
    return Progress(
        label, BarColumn(), Count(), TimeLeft(), console=console, transient=True, redirect_stdout=False
    )


def _line_by_line() -> bool:
    """Whether a bar would only be heard, or cannot be drawn."""
    import argparse

    from ii_companion.settings import load
    from ii_companion.verbs.terminal import asked_for_lines, lines_alone

    with suppress(OSError):
        return bool(lines_alone()) or asked_for_lines(argparse.Namespace(plain=False), load().settings)
    return True
