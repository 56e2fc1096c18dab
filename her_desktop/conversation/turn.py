"""What the conversation keeps of something being said, and of the answer on its way.

Pure: plain values that the conversation alone changes, on the hub thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.commands import Play
from her_desktop.conversation.events import Origin, Stage
from her_desktop.conversation.history import Spoken

MOST_GUESSES = 3
"""So many pauses of one utterance are taken for its possible end, while the key is held."""

_SPOKE_ON = 0.02
"""Seconds of speech past the sound of a guess that make the guess outdated."""


@dataclass
class Utterance:
    """Something being said; with the talk key, where it was let go and where its tail ends.

    What was said up to a pause or to the release is worked on at once; what comes after it only
    tells whether that was all. `guessed_until` is where the sound ends that the present guess was
    made from.
    """

    origin: Origin
    released_at: float | None = None
    tail_ends_at: float | None = None
    guessed_until: float | None = None
    guesses: int = 0

    @property
    def may_guess(self) -> bool:
        """Whether one more pause may be taken for the end; after the release always."""
        return self.released_at is not None or self.guesses < MOST_GUESSES

    def asked_for(self, until: float) -> bool:
        """Tell whether sound up to `until` was asked for; hands-free nobody asks."""
        return self.released_at is None or until in (self.released_at, self.tail_ends_at)

    def is_covered(self, speech_ended_at: float | None) -> bool:
        """Tell whether the present guess was made from all of the speech."""
        if self.guessed_until is None:
            return False
        return speech_ended_at is None or speech_ended_at <= self.guessed_until + _SPOKE_ON


@dataclass
class Turn:
    """One answer on its way.

    `jobs` counts the work given out and not yet finished; `held` is sound, and `failures` are
    sentences, that nobody hears of before the turn is committed.
    """

    number: int
    origin: Origin
    committed: bool = False
    user_text: str = ""
    sentences: list[Spoken] = field(default_factory=list)
    held: list[Play] = field(default_factory=list)
    failures: list[tuple[Stage, str]] = field(default_factory=list)
    jobs: int = 0
    audible: bool = False
