"""Which key events reach the screens: those a person struck; what a terminal sent by itself is dropped and counted."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from textual import events

from ii_companion.input import ANOTHER_ALPHABET, CAPS_LOCK, NOT_A_KEY, Fingers, Meaning, Struck
from ii_companion.screens.driver import GuardedApp, Key, NotAKey, driver_class
from ii_companion.session.refusal import Refusal
from ii_companion.words import _

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.screen import Screen
    from textual.types import CSSPathType  # which brings half of the widgets: 8 ms
    from textual.widget import Widget


class HearingApp(GuardedApp):
    """An app that takes for a key only what is one. Where a text field has the focus, every printable is its own."""

    def __init__(self, css_path: CSSPathType | None = None) -> None:
        super().__init__(css_path=css_path)
        self.fingers = Fingers()
        self._bound: frozenset[str] = frozenset()
        self._bound_for: tuple[Screen[object], Widget | None] | None = None
        self._told: set[str] = set()

    def get_driver_class(self) -> type[Driver]:
        try:
            stock = super().get_driver_class()
        except (ImportError, AttributeError, RuntimeError, ValueError) as error:
            raise Refusal(
                "TEXTUAL_DRIVER names “{name}”, which is no driver of Textual's. Unset it and start again.",
                name=os.environ.get("TEXTUAL_DRIVER", ""),
            ) from error
        return driver_class(stock)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste):
            self.touched()
        if isinstance(event, NotAKey):
            self.fingers.dropped += 1
            self._tell_of_dropped()
        elif not isinstance(event, events.Key) or event.is_forwarded or self._heard(event):
            await super().on_event(event)

    def _heard(self, event: events.Key) -> bool:
        """Whether a key is one; it may come to count as another (a capital under Caps Lock)."""
        struck = event.struck if isinstance(event, Key) else Struck(event.key, event.character)
        focused = self.focused
        if focused is not None and focused.check_consume_key(event.key, event.character):
            return True
        meaning, name = self.fingers.meant(struck, self._bound_now(), time.monotonic())
        if meaning is Meaning.TEXT:
            self._tell_of_dropped()
            return False
        if meaning is Meaning.ANOTHER_ALPHABET:
            self.say(_(ANOTHER_ALPHABET))
            return False
        if name != struck.name:
            event.key = name
            self._tell_once("caps", _(CAPS_LOCK))
        return True

    def _bound_now(self) -> frozenset[str]:
        """The keys that mean something here; asked for anew when the screen or the focus has changed."""
        here = (self.screen, self.focused)
        if self._bound_for != here:
            self._bound, self._bound_for = frozenset(self.screen.active_bindings), here
        return self._bound

    def _tell_of_dropped(self) -> None:
        self.dropped_something()
        self._tell_once("dropped", _(NOT_A_KEY))

    def touched(self) -> None:
        """Somebody is there."""

    def dropped_something(self) -> None:
        """Something that is no key was left out and counted in `fingers.dropped`."""

    def _tell_once(self, what: str, sentence: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.say(sentence)

    def say(self, sentence: str) -> None:
        """Say something quietly on the screen in front, if it has a line for it."""
        raise NotImplementedError
