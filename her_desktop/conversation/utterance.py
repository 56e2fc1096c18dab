"""What is kept of something being said, and what may be made of it before it is over.

Pure: plain values that the conversation alone changes, on the hub thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from her_desktop.conversation.doubt import Doubt
from her_desktop.conversation.events import Origin, SpeechPaused
from her_desktop.conversation.instant import normalised
from her_desktop.conversation.turn_end import PauseHabit, completeness, delay
from her_desktop.conversation.wake_phrase import after_phrase

MOST_GUESSES = 3
"""So many pauses of one utterance are answered as if they were its end, before it is known.

The user may want fewer: on a battery, or where the processor is wanted elsewhere.
"""

_SPOKE_ON = 0.02
"""Seconds of speech past the sound of a guess that make the guess outdated."""

_QUIET = 0.06
"""Seconds of silence at the end of the sound that make it more than the gap between two sounds."""


_GUESS_COMPLETE = 0.45
"""What breaks off sooner will most likely go on: it is not worth one of the guesses."""

_DRAFT_WORDS = 3
_DRAFT_COMPLETE = 0.8
"""How complete a partial transcript must read to be worth an answer before its end."""


@dataclass
class Utterance:
    """Something being said; with the talk key, where it was let go and where its tail ends.

    What was said up to a pause or to the release is worked on at once; what comes after it only
    tells whether that was all. `pause` is the silence under way, None while speech goes on;
    `guessed_until` is where the sound ends that the present guess was made from. An utterance
    that `is_answered` was taken for complete, and may yet turn out to go on.
    """

    number: int
    origin: Origin
    most_guesses: int = MOST_GUESSES
    released_at: float | None = None
    tail_ends_at: float | None = None
    pause: SpeechPaused | None = None
    probability: float | None = None
    """The turn detector's word on the pause under way."""
    text: str | None = None
    """What was understood up to the pause under way."""
    guessed_until: float | None = None
    guesses: int = 0
    is_answered: bool = False
    doubt: Doubt | None = None
    """Set while it is not known to be meant for the assistant."""
    phrase: str = ""
    """The wake phrase that may stand at its head and is no part of what is asked."""
    was_called: bool = False
    """The wake phrase is in it, as its detector heard."""
    known: str | None = None
    """What was understood of it while that was in doubt, and has not been answered yet."""
    breaks_in: bool = False
    """It has stopped an answer."""
    answered: int = 0
    """So many samples at the beginning of its sound are no part of what is still to be answered."""
    awaits_partial: bool = False
    agreed: str = ""
    """The beginning that the last two partial transcripts agree on."""
    _partial: tuple[str, ...] = ()

    def without_phrase(self, text: str) -> str:
        """Return what was said without the wake phrase at its head."""
        if not self.phrase:
            return text
        rest = after_phrase(text, self.phrase, was_heard=self.was_called)
        return text if rest is None else rest

    @property
    def is_call(self) -> bool:
        """Whether nothing but the wake phrase was said."""
        return bool(self.phrase) and self.text == ""

    @property
    def by_ear(self) -> bool:
        """Whether only silence can tell that it is over: nobody holds a key."""
        return self.origin is Origin.HANDS_FREE

    def may_guess(self, text: str, language: str) -> bool:
        """Tell whether `text` may be answered before it is known to be all: not half a sentence."""
        if self.released_at is not None:
            return True
        return self.guesses < self.most_guesses and completeness(text, language) >= _GUESS_COMPLETE

    @property
    def is_quiet(self) -> bool:
        """Whether the sound up to the pause under way ends in silence, or holds no speech."""
        pause = self.pause
        if pause is None:
            return False
        return pause.speech_ended_at is None or pause.until - pause.speech_ended_at >= _QUIET

    def asked_for(self, until: float) -> bool:
        """Tell whether sound up to `until` was asked for; before a release nobody asks."""
        return self.released_at is None or until in (self.released_at, self.tail_ends_at)

    def is_covered(self, speech_ended_at: float | None) -> bool:
        """Tell whether the present guess was made from all of the speech."""
        if self.guessed_until is None:
            return False
        return speech_ended_at is None or speech_ended_at <= self.guessed_until + _SPOKE_ON

    def begin_pause(self, pause: SpeechPaused) -> None:
        """Note a silence; what is said of it afterwards is about this one."""
        self.pause, self.probability, self.text = pause, None, None

    def leave_behind(self, samples: int) -> None:
        """Note that so many samples at its beginning have been answered to the end."""
        self.answered += samples
        if self.pause and samples:
            self.pause = replace(self.pause, pcm=self.pause.pcm[samples:])

    def go_on(self) -> None:
        """Note that speech went on: what was thought of the pause is void."""
        self.pause = self.probability = self.text = self.guessed_until = None
        self.released_at = self.tail_ends_at = None
        self.is_answered = False

    def may_draft(self, text: str, language: str) -> bool:
        """Tell whether a partial transcript may be taken for all that will be said.

        Only where it reads complete; and the last guess is left to the pause at the end.
        """
        if self.is_answered or self.guesses >= self.most_guesses - 1:
            return False
        long_enough = len(text.split()) >= _DRAFT_WORDS
        return long_enough and completeness(text, language) >= _DRAFT_COMPLETE

    def turn_end_at(
        self, language: str, habit: PauseHabit, stop_probability: float | None
    ) -> float | None:
        """Return until when the pause under way must last to be the end; None where none can be."""
        ended_at = self.pause.speech_ended_at if self.pause else None
        if not self.by_ear or self.is_answered or ended_at is None:
            return None
        return ended_at + delay(self.probability, self.text, language, habit, stop_probability)

    def habit_after(self, habit: PauseHabit, resumed_at: float) -> PauseHabit:
        """Return what the pause under way, over now, teaches of how this user pauses."""
        ended_at = self.pause.speech_ended_at if self.pause else None
        if ended_at is None:
            return habit
        learn = habit.after_cut_off if self.is_answered else habit.after_pause
        return learn(resumed_at - ended_at)

    def note_partial(self, text: str) -> bool:
        """Take in a partial transcript; tell whether more of the beginning is agreed on now.

        Two transcripts of a growing sound that begin alike will hardly be contradicted by a third
        (local agreement: Liu et al. 2020, Machacek et al. 2023), except for the last word, which
        the sound may have cut through.
        """
        self.awaits_partial = False
        words, before = text.split(), self._partial
        self._partial = tuple(words)
        alike = 0
        for word, other in zip(words[:-1], before, strict=False):
            if normalised(word) != normalised(other):
                break
            alike += 1
        agreed = " ".join(words[:alike])
        if len(agreed) <= len(self.agreed):
            return False
        self.agreed = agreed
        return True
