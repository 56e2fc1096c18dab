"""The last moments of what was played, from which an answer that was held goes on.

Somebody who is interrupted and goes on takes the word up again. Rule: used under the lock of the
buffer that owns it; adding keeps references and copies nothing.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from her_desktop.audio.format import Pcm

REWIND = 0.15
"""Seconds by which a held turn goes back at most: about a syllable."""

_LOOKED_AT = 0.01
"""Seconds of sound whose level decides where a word is taken up again."""


class Played:
    """Owns the last pieces of a turn's sound, at least `REWIND` of them where there is so much."""

    def __init__(self) -> None:
        """Begin before anything was played."""
        self._pieces: deque[Pcm] = deque()
        self._size = 0

    def add(self, pcm: Pcm, sample_rate_hz: int) -> None:
        """Take note of what was played next."""
        self._pieces.append(pcm)
        self._size += pcm.size
        needed = round(REWIND * sample_rate_hz)
        while self._size - self._pieces[0].size >= needed:
            self._size -= self._pieces.popleft().size

    def rewound(self, sample_rate_hz: int) -> Pcm:
        """Return the sound to be played again: from the quietest moment in reach. Forget it all.

        Between two syllables it is quieter than inside one; in even sound it is the earliest.
        """
        pieces, self._pieces, self._size = list(self._pieces), deque(), 0
        past = np.concatenate(pieces)[-round(REWIND * sample_rate_hz) :] if pieces else _NOTHING
        step = max(1, round(_LOOKED_AT * sample_rate_hz))
        count = past.size // step
        if not count:
            return past
        start = past.size - count * step
        energy = np.square(past[start:]).reshape(count, step).sum(axis=1)
        return past[start + int(np.argmin(energy)) * step :]


_NOTHING: Pcm = np.zeros(0, np.float32)
