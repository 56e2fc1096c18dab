"""What the conversation keeps of something being said, and of the answer on its way.

Pure: plain values that the conversation alone changes, on the hub thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from her_desktop.conversation.commands import Play
from her_desktop.conversation.events import Origin, Stage
from her_desktop.conversation.history import Spoken

_SPOKE_ON = 0.02
"""Seconds of speech past the release that make what was guessed at the release outdated."""


@dataclass
class Utterance:
    """Something being said; with the talk key, where it was let go and where its tail ends.

    What was said up to the release is worked on at once; the tail, which comes later, only tells
    whether that was all.
    """

    origin: Origin
    released_at: float | None = None
    tail_ends_at: float | None = None

    def asked_for(self, until: float) -> bool:
        """Tell whether sound up to `until` was asked for; hands-free nobody asks."""
        return self.released_at is None or until in (self.released_at, self.tail_ends_at)

    def went_on(self, speech_ended_at: float | None) -> bool:
        """Tell whether speech went on after the talk key had come up."""
        if speech_ended_at is None or self.released_at is None:
            return False
        return speech_ended_at > self.released_at + _SPOKE_ON


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
