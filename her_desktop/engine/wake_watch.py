"""Waiting for the wake phrase: which one, how sure it must be, and how sure it was of late.

Rule: used by the listener thread alone. While the phrase is waited for nothing else is looked for
in the sound, and nothing of it is kept but the second in which the phrase was said.

A television leaves the detector hard of hearing for some seconds: of twenty calls by synthetic
voices, a second after one, it was sure of nine and two fifths sure of all. So what it suspects
counts as well, once the words are known to begin with the phrase. In two hours of the same voices
reading aloud there was nothing that it suspected.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, auto

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm
from her_desktop.conversation.events import Event, Noticed, WakePhrase, WakeScored
from her_desktop.inference.protocols import ModelError, WakeDetector

LoadWake = Callable[[WakePhrase], WakeDetector]

TOLD_EVERY = 0.25
"""Seconds between two reports of the score: enough for a meter to follow a voice."""

_SUSPECTED = 0.4
"""The share of the threshold from which on the phrase may have been said."""

_RISES_FOR = 10
"""Frames of 32 ms in which what is suspected may still become sure."""

_WORTH_TELLING = 0.02
_IMPOSSIBLE = 1.1


class Call(Enum):
    """How sure it is that the phrase has just been said."""

    NONE = auto()
    SUSPECTED = auto()
    SURE = auto()


class WakeWatch:
    """Owns the detector of the phrase that is waited for. Called by the listener."""

    def __init__(self, load: LoadWake, emit: Callable[[Event], None]) -> None:
        """Prepare; the detector is loaded when a phrase is first to be waited for."""
        self._load = load
        self._emit = emit
        self._phrase: WakePhrase | None = None
        self._detector: WakeDetector | None = None
        self._threshold = _IMPOSSIBLE
        self._best = 0.0
        self._was_told = False
        self._untold = 0
        self._suspected_for = 0

    def await_phrase(self, phrase: WakePhrase, threshold: float) -> None:
        """Wait for `phrase` from now on; says so where that cannot be done."""
        # A threshold of 1 would be over what any voice reaches, and 0 is reached by silence.
        self._threshold = min(0.99, max(0.05, threshold))
        self._best, self._untold, self._suspected_for = 0.0, 0, 0
        if phrase is self._phrase:
            if self._detector:
                self._detector.reset()
            return
        self.close()
        self._phrase = phrase
        try:
            self._detector = self._load(phrase)
        except ModelError as error:
            self._emit(Noticed(at=time.monotonic(), message=str(error)))

    def hear(self, frame: Pcm) -> Call:
        """Take the next frame; tell whether the phrase has just been said, or may have been."""
        if self._detector is None:
            return Call.NONE
        score = self._detector.score(frame)
        self._best = max(self._best, score)
        self._untold += frame.size
        was_said = score >= self._threshold
        if was_said or self._untold >= TOLD_EVERY * SAMPLE_RATE_HZ - FRAME_SAMPLES:
            self._tell()
        if was_said:
            self._suspected_for = 0
            return Call.SURE
        return self._suspicion(self._detector, score)

    def _suspicion(self, detector: WakeDetector, score: float) -> Call:
        if self._suspected_for or score >= _SUSPECTED * self._threshold:
            self._suspected_for += 1
        if self._suspected_for <= _RISES_FOR:
            return Call.NONE
        self._suspected_for = 0
        # What it remembers of this would be suspected again.
        detector.reset()
        return Call.SUSPECTED

    def close(self) -> None:
        """Free the detector."""
        if self._detector:
            self._detector.close()
        self._detector = self._phrase = None

    def _tell(self) -> None:
        worth = self._best >= _WORTH_TELLING
        if worth or self._was_told:
            self._emit(WakeScored(at=time.monotonic(), score=min(1.0, self._best)))
        self._was_told, self._best, self._untold = worth, 0.0, 0
