"""What is kept of the tape for an utterance, and how a stretch of it is handed out.

Rule: used by the listener thread alone. While nothing is captured only the last seconds are kept;
a capture keeps everything from its beginning, up to a limit: memory has an end.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

import numpy as np

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.tape import Tape
from her_desktop.conversation.endpointing import last_speech_sample
from her_desktop.conversation.events import SpeechPaused

KEPT = 2.0
"""Seconds of sound kept while nothing is captured: pre-roll, and a late start of the capture."""

LONGEST_UTTERANCE = 600.0
"""Seconds after which an utterance is cut at its beginning: memory has an end."""


@dataclass
class _Verdict:
    """The voice detector's word on one frame that begins at sample `first`."""

    first: int
    probability: float


class Take:
    """Owns the beginning of the utterance under way and the verdicts on its frames."""

    def __init__(self, tape: Tape) -> None:
        """Begin with nothing captured; `tape` is what is cut from."""
        self.since: float | None = None
        """The instant from which the utterance under way is kept, None where there is none."""
        self._tape = tape
        self._verdicts: deque[_Verdict] = deque()

    def note(self, first: int, probability: float) -> None:
        """Keep the verdict on the frame that begins at sample `first`."""
        self._verdicts.append(_Verdict(first, probability))

    def until(self, sample: int) -> Pcm:
        """Return the utterance so far, up to a sample."""
        first = self._tape.end if self.since is None else self._tape.sample(self.since)
        return self._tape.between(first, sample)

    def cut(self, until: float) -> SpeechPaused | None:
        """Return the sound from the utterance's beginning to an instant, None without one."""
        if self.since is None:
            return None
        first, last = self._tape.sample(self.since), self._tape.sample(until)
        pcm = self._tape.between(first, last)
        verdicts = [v for v in self._verdicts if first <= v.first < last]
        # The detector's frames do not begin where the capture does: shift the sound to theirs.
        offset = verdicts[0].first - first if verdicts else 0
        probabilities = np.array([v.probability for v in verdicts], np.float32)
        ended = last_speech_sample(pcm[offset:], probabilities)
        return SpeechPaused(
            at=time.monotonic(),
            pcm=pcm,
            until=until,
            speech_ended_at=None if ended is None else self._tape.at(first + offset + ended),
        )

    def forget(self) -> None:
        """Drop what nobody can ask for any more."""
        kept = KEPT
        if self.since is not None:
            # Not before its beginning, and a little earlier: anchors of time still move.
            kept = min(LONGEST_UTTERANCE, self._tape.end_at - self.since + KEPT)
        oldest = self._tape.end - int(kept * SAMPLE_RATE_HZ)
        self._tape.forget_before(oldest)
        while self._verdicts and self._verdicts[0].first + FRAME_SAMPLES <= oldest:
            self._verdicts.popleft()
