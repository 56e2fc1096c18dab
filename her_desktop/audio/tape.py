"""The last stretch of sound, addressed by time.

Rule: used by the listener thread alone. Time is counted in samples and anchored to the device's
own clock: the instants that come with single blocks jitter by milliseconds, samples do not.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

_ANCHOR_SHARE = 0.02
"""How much of a block's deviation moves the anchor: jitter averages out, drift is followed."""

_GAP = 0.1
"""A deviation past this is a gap in the sound, not jitter: the anchor jumps."""


class Tape:
    """Owns the pieces of sound not yet forgotten, at 16 kHz."""

    def __init__(self) -> None:
        """Begin with nothing recorded."""
        self._pieces: deque[Pcm] = deque()
        self._first = 0
        self._end = 0
        self._anchor: float | None = None

    def append(self, at: float, pcm: Pcm) -> None:
        """Add sound whose first sample was heard at the instant `at`."""
        anchor = at - self._end / SAMPLE_RATE_HZ
        if self._anchor is None or abs(anchor - self._anchor) > _GAP:
            self._anchor = anchor
        else:
            self._anchor += _ANCHOR_SHARE * (anchor - self._anchor)
        self._pieces.append(pcm)
        self._end += pcm.size

    @property
    def end_at(self) -> float:
        """The instant just past the last sample; -inf before there is one."""
        return -np.inf if self._anchor is None else self.at(self._end)

    @property
    def end(self) -> int:
        """The number of samples recorded so far, forgotten ones included."""
        return self._end

    def at(self, sample: int) -> float:
        """Return the instant of a sample, counted from the first ever recorded."""
        return (self._anchor or 0.0) + sample / SAMPLE_RATE_HZ

    def sample(self, at: float) -> int:
        """Return the number of the sample at an instant, within what is kept."""
        if self._anchor is None:
            return self._end
        number = round((at - self._anchor) * SAMPLE_RATE_HZ)
        return min(max(number, self._first), self._end)

    def between(self, first: int, last: int) -> Pcm:
        """Return the samples from `first` up to and without `last`, as far as they are kept."""
        first, last = max(first, self._first), min(last, self._end)
        if first >= last:
            return np.zeros(0, np.float32)
        # From the end: what is asked for is nearly always the newest of a long recording.
        wanted: list[Pcm] = []
        start = self._end
        for piece in reversed(self._pieces):
            start -= piece.size
            wanted.append(piece)
            if start <= first:
                break
        return np.concatenate(wanted[::-1])[first - start : last - start]

    def forget_before(self, sample: int) -> None:
        """Drop the pieces that lie wholly before a sample."""
        while self._pieces and self._first + self._pieces[0].size <= sample:
            self._first += self._pieces.popleft().size
