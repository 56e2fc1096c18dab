"""When the assistant attends to whoever speaks, in the mode for a wake phrase.

Asleep, it heeds nothing but the phrase. Called, it attends to everything until the answer is over
and for a while after it, so that a conversation needs the phrase once. Pure, like the conversation
that owns it and calls it on the hub thread.
"""

from __future__ import annotations

from her_desktop.conversation.commands import (
    AwaitPhrase,
    ClearTimer,
    Command,
    PlayChime,
    Publish,
    SetListenMode,
    SetTimer,
)
from her_desktop.conversation.events import (
    AttentionOptions,
    Chime,
    FollowUpClosed,
    FollowUpOpened,
    ListenMode,
    WakePhrase,
)

FOLLOW_UP = "follow-up"
"""The timer: nobody has gone on."""

_LEAST_LEFT = 2.0
"""Seconds that are left at least after a noise that was no speech."""

_WORDS = {
    WakePhrase.HEY_JARVIS: "hey jarvis",
    WakePhrase.OKAY_NABU: "okay nabu",
    WakePhrase.HEY_MYCROFT: "hey mycroft",
}


class Attention:
    """Owns whether a wake phrase is needed now. `now` is the instant of the event in hand."""

    def __init__(self) -> None:
        """Begin with the talk key."""
        self.now = 0.0
        self.options = AttentionOptions()
        self.mode = ListenMode.HOLD
        self._is_awake = False
        self._until: float | None = None
        self._is_open = False

    @property
    def phrase(self) -> str:
        """The phrase in words, as it may stand at the head of what is recognised; "" for none."""
        if self.mode is not ListenMode.WAKE:
            return ""
        own = self.options.own_phrase.strip()
        return _WORDS.get(self.options.wake_phrase, own)

    @property
    def phrase_needed(self) -> str:
        """The phrase that whoever has not been heard to call must say, "" where none is needed.

        Where a detector waits for it, nothing begins to be said but what that has suspected.
        """
        return "" if self._is_awake else self.phrase

    @property
    def is_waiting(self) -> bool:
        """Whether the listener waits for the phrase, and goes on with that as soon as it may."""
        return self.mode is ListenMode.WAKE and not (self._is_awake or self._is_by_words)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can call the assistant: the user has not chosen a phrase yet."""
        return self._is_by_words and not self._is_awake and not self.phrase

    @property
    def follows_up(self) -> bool:
        """Whether the time in which no phrase is needed is running out."""
        return self._is_open

    def choose(self, options: AttentionOptions) -> list[Command]:
        """Attend as the user wants from now on."""
        self.options = options
        return self._tell_listener()

    def change_mode(self, mode: ListenMode) -> list[Command]:
        """Listen in another way."""
        was, commands = self.mode, self.forget()
        self.mode = mode
        begins = was is ListenMode.HOLD and mode is not ListenMode.HOLD
        ends = was is not ListenMode.HOLD and mode is ListenMode.HOLD
        chimes = [*(self._chime(Chime.STARTED) if begins else ())]
        chimes += self._chime(Chime.STOPPED) if ends else []
        return [*commands, *self._tell_listener(), *chimes]

    def wake(self) -> list[Command]:
        """Attend from now on: the phrase was said, or the user talks in another way."""
        if self.mode is not ListenMode.WAKE:
            return []
        was_awake, self._is_awake, self._until = self._is_awake, True, None
        chime = [] if was_awake else self._chime(Chime.STARTED)
        return [*self._close(), *self._tell_listener(), *chime]

    def interrupt(self) -> list[Command]:
        """Stop the time from running out: somebody speaks."""
        return self._close()

    def settle(self, *, answered: bool) -> list[Command]:
        """Let the time run out from now on: nothing is said and nothing answered any more.

        After an answer it begins anew; after a mere noise what is left of it goes on.
        """
        if self.mode is not ListenMode.WAKE or not self._is_awake or self._is_open:
            return []
        if not self.options.follow_up:
            return self.forget()
        if answered or self._until is None:
            self._until = self.now + self.options.follow_up
        self._until = max(self._until, self.now + min(_LEAST_LEFT, self.options.follow_up))
        self._is_open = True
        opened = FollowUpOpened(at=self.now, until=self._until, duration=self.options.follow_up)
        chime = self._chime(Chime.STARTED) if answered else []
        return [Publish(opened), SetTimer(FOLLOW_UP, self._until), *chime]

    def run_out(self) -> list[Command]:
        """Need the phrase again: the time is over."""
        return [*self.forget(), *self._chime(Chime.STOPPED)] if self._is_open else []

    def forget(self) -> list[Command]:
        """Need the phrase again, without a sound."""
        closed = self._close()
        was_awake, self._is_awake, self._until = self._is_awake, False, None
        return [*closed, *(self._tell_listener() if was_awake else ())]

    @property
    def _is_by_words(self) -> bool:
        return self.mode is ListenMode.WAKE and self.options.wake_phrase is WakePhrase.OWN

    def _tell_listener(self) -> list[Command]:
        """Have the listener wait for the phrase, or for anything that is said."""
        if self.mode is ListenMode.HOLD or self.is_closed:
            return [SetListenMode(ListenMode.HOLD)]
        if self.mode is ListenMode.ALWAYS or self._is_awake or self._is_by_words:
            return [SetListenMode(ListenMode.ALWAYS)]
        options = self.options
        return [AwaitPhrase(options.wake_phrase, options.threshold), SetListenMode(self.mode)]

    def _close(self) -> list[Command]:
        if not self._is_open:
            return []
        self._is_open = False
        return [ClearTimer(FOLLOW_UP), Publish(FollowUpClosed(at=self.now))]

    def _chime(self, chime: Chime) -> list[Command]:
        return [PlayChime(chime)] if self.options.sounds else []
