"""Waiting for the wake phrase: which one, how sure it must be, and how sure it was of late.

Rule: used by the listener thread alone. While the phrase is waited for nothing else is looked for
in the sound, and nothing of it is kept but the second in which the phrase was said.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm
from her_desktop.conversation.events import Event, Noticed, WakePhrase, WakeScored
from her_desktop.inference.protocols import ModelError, WakeDetector

LoadWake = Callable[[WakePhrase], WakeDetector]

TOLD_EVERY = 0.25
"""Seconds between two reports of the score: enough for a meter to follow a voice."""

_WORTH_TELLING = 0.02
_IMPOSSIBLE = 1.1


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

    def await_phrase(self, phrase: WakePhrase, threshold: float) -> None:
        """Wait for `phrase` from now on; says so where that cannot be done."""
        # A threshold of 1 would be over what any voice reaches, and 0 is reached by silence.
        self._threshold = min(0.99, max(0.05, threshold))
        self._best, self._untold = 0.0, 0
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

    def hear(self, frame: Pcm) -> bool:
        """Take the next frame; tell whether the phrase has just been said."""
        if self._detector is None:
            return False
        score = self._detector.score(frame)
        self._best = max(self._best, score)
        self._untold += frame.size
        was_said = score >= self._threshold
        if was_said or self._untold >= TOLD_EVERY * SAMPLE_RATE_HZ - FRAME_SAMPLES:
            self._tell()
        return was_said

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
