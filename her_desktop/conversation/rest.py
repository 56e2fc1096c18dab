"""When the models may leave the memory, and when they must be back.

Pure, like the conversation that owns it and calls it on the hub thread. They are called back by
the first sign that somebody will need them: a sound that may be speech, a key, a line of text.
"""

from __future__ import annotations

from her_desktop.conversation.commands import (
    ClearTimer,
    Command,
    RecallModels,
    ReleaseModels,
    SetTimer,
)
from her_desktop.conversation.events import (
    Event,
    RepeatRequested,
    SpeechStarted,
    SpeechSuspected,
    TalkPressed,
    TextSubmitted,
    WakePhraseHeard,
)

REST = "rest"
"""The timer: nobody has needed the models for long."""

NEEDED_SOON = (
    SpeechSuspected,
    SpeechStarted,
    TalkPressed,
    TextSubmitted,
    RepeatRequested,
    WakePhraseHeard,
)
"""What says that somebody is about to need the models."""


class Rest:
    """Owns whether the models are in memory, as far as the conversation decides it."""

    def __init__(self) -> None:
        """Begin with the models loaded, and never to be released."""
        self.after = 0.0
        """Seconds of idleness until they are released; 0 means never."""
        self.is_released = False
        self._is_waiting = False

    def before(self, event: Event) -> list[Command]:
        """Call the models back where an event says that they will be needed."""
        if self.is_released and isinstance(event, NEEDED_SOON):
            self.is_released = False
            return [RecallModels()]
        return []

    def settle(self, now: float, *, is_idle: bool) -> list[Command]:
        """Begin to wait where nothing goes on, stop waiting where something does."""
        wanted = is_idle and self.after > 0.0 and not self.is_released
        if wanted == self._is_waiting:
            return []
        self._is_waiting = wanted
        return [SetTimer(REST, now + self.after)] if wanted else [ClearTimer(REST)]

    def choose(self, after: float) -> list[Command]:
        """Release them after so many seconds of rest from now on."""
        if after == self.after:
            return []
        self.after, was_waiting, self._is_waiting = after, self._is_waiting, False
        return [ClearTimer(REST)] if was_waiting else []

    def run_out(self) -> list[Command]:
        """Release the models: the wait is over."""
        self._is_waiting, self.is_released = False, True
        return [ReleaseModels()]
