"""A talk key as fingers and keyboards really work it: bouncing, repeating, let go too early.

Pure: instants come in with the events, waiting goes out as timers. A press counts once it has
lasted 30 ms, which an accidental touch does not; a release counts once 50 ms have passed without
a new press, because X11 reports a held key as release-and-press pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from her_desktop.conversation.commands import ClearTimer, SetTimer
from her_desktop.conversation.events import Event, TalkPressed, TalkReleased, TimerFired

DEBOUNCE = 0.030
"""Seconds a press must last before it is meant."""

RELEASE_GRACE = 0.050
"""Seconds after a release in which a new press means that the key was held all along."""

_PRESS_TIMER = "talk-press"
_RELEASE_TIMER = "talk-release"


class Hold(Enum):
    """What a gesture on the talk key amounts to."""

    BEGAN = auto()
    RELEASED = auto()  # perhaps the end
    RESUMED = auto()  # it was not
    ENDED = auto()


@dataclass(frozen=True)
class Gesture:
    """A step of holding the key; `at` is the instant of the press or release behind it."""

    hold: Hold
    at: float


class PushToTalk:
    """Turns presses and releases into gestures. Called by the conversation, on the hub thread."""

    class _Key(Enum):
        UP = auto()
        TOUCHED = auto()
        HELD = auto()
        LIFTED = auto()

    def __init__(self) -> None:
        """Begin with the key up."""
        self._key = self._Key.UP
        self._changed_at = 0.0

    def handle(self, event: Event) -> list[Gesture | SetTimer | ClearTimer]:
        """Return what follows from a press, a release or one of this class's timers."""
        key, was_at = self._key, self._changed_at
        match event:
            case TalkPressed(at=at) if key is self._Key.UP:
                self._key, self._changed_at = self._Key.TOUCHED, at
                return [SetTimer(_PRESS_TIMER, at + DEBOUNCE)]
            case TalkPressed(at=at) if key is self._Key.LIFTED:
                self._key = self._Key.HELD
                return [ClearTimer(_RELEASE_TIMER), Gesture(Hold.RESUMED, at)]
            case TalkReleased() if key is self._Key.TOUCHED:
                self._key = self._Key.UP
                return [ClearTimer(_PRESS_TIMER)]
            case TalkReleased(at=at) if key is self._Key.HELD:
                self._key, self._changed_at = self._Key.LIFTED, at
                return [SetTimer(_RELEASE_TIMER, at + RELEASE_GRACE), Gesture(Hold.RELEASED, at)]
            case TimerFired(name=name) if name == _PRESS_TIMER and key is self._Key.TOUCHED:
                self._key = self._Key.HELD
                return [Gesture(Hold.BEGAN, was_at)]
            case TimerFired(name=name) if name == _RELEASE_TIMER and key is self._Key.LIFTED:
                self._key = self._Key.UP
                return [Gesture(Hold.ENDED, was_at)]
        return []

    def forget(self) -> list[ClearTimer]:
        """Give up the gesture under way: what the key does next starts afresh.

        A key still down must come up before it counts again.
        """
        if self._key is self._Key.UP:
            return []
        self._key = self._Key.UP
        return [ClearTimer(_PRESS_TIMER), ClearTimer(_RELEASE_TIMER)]
