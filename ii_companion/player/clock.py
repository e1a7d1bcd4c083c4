"""Where a film stands between two questions to its player: pure, times given.

The player says which frame is on the screen. Between that frame's time and the next one's lies the film's true position, so
each answer is two bounds, and answers given while the film plays on at one speed narrow them together. What is told between
two answers is the middle of the bounds, carried on at the film's speed, less half a frame: the time of the frame a person
saw, right to half of one. While the film stands it is that frame's time itself.
"""

from __future__ import annotations

import msgspec

FRAME_S = 0.04
"""How long a frame lasts where the film does not say: 25 a second."""
LONGEST_SILENCE_S = 2.5
"""A player is asked once a second while the film plays; a film nobody has heard of for longer is taken to stand still."""


class FilmClock(msgspec.Struct, frozen=True):
    """Where a film stood at `since`, and how it goes on. Film times in seconds from its start, others in monotonic seconds."""

    low: float = 0.0
    """The film was at this time or later at `since`."""
    high: float = 0.0
    """And no later than this."""
    since: float = 0.0
    heard: float = 0.0
    """When the player was last heard."""
    speed: float = 1.0
    running: bool = False
    frame_s: float = FRAME_S
    length_s: float = 0.0
    """The film's length; 0 where it is not known."""

    def position(self, now: float) -> float:
        """The film's time at `now`."""
        at = self.low
        if self.running:
            at = (self.low + self.high - self.frame_s) / 2 + self._gone(now)
        at = max(0.0, at)
        return min(at, self.length_s) if self.length_s else at

    def _gone(self, now: float) -> float:
        """Film seconds since `since`, as far as can be known without a word from the player."""
        return self.speed * max(0.0, min(now, self.heard + LONGEST_SILENCE_S) - self.since)

    def answered(self, at: float, asked: float, now: float) -> FilmClock:
        """The player said `at` between `asked` and `now`: the frame that began then is on the screen."""
        if not self.running:
            return msgspec.structs.replace(self, low=at, high=at, since=now, heard=now)
        low = at - self.speed * (now - self.since)
        high = at + self.frame_s - self.speed * (asked - self.since)
        both = max(self.low, low), min(self.high, high)
        if both[0] > both[1]:  # it did not go on as it was thought to: only the newest word counts
            both = low, high
        return msgspec.structs.replace(self, low=both[0], high=both[1], heard=now)

    def changed(self, now: float, *, running: bool | None = None, speed: float | None = None) -> FilmClock:
        """The film goes on otherwise from `now`."""
        runs = self.running if running is None else running
        low, high = self.low, self.high
        if self.running:
            low, high = low + self._gone(now), high + self._gone(now)
        if runs and not self.running:  # how long that frame has been on the screen nobody has told yet
            high = low + self.frame_s
        elif self.running and not runs:
            low = high = self.position(now)
        return msgspec.structs.replace(
            self,
            low=low,
            high=high,
            since=now,
            heard=now,
            running=runs,
            speed=self.speed if speed is None else speed,
        )
