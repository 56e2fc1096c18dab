"""From one sample rate to another, as sound arrives.

Rule: a `Resampler` belongs to one stretch of sound and one thread.

It runs libsoxr's variable-rate engine at a fixed rate, because of when its output comes. Measured
on 10 ms blocks, 48 to 16 kHz: soxr's usual engines work in large blocks and hold back 5 to 40 ms
(HQ and MQ, 21 on average) or 2 to 20 (LQ, which also takes 13 dB off at 7 kHz); the variable-rate
engine holds back a constant 12.5, is flat up to 7.9 kHz, keeps aliases below -74 dB from 8.1 kHz
on, and costs 28 µs a block. A constant delay is what lets blocks be stamped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from her_desktop.audio.format import Pcm

_PROBE = 0.1
"""Seconds fed to a resampler to see how much it holds back: more than any of them does."""


class Resampler:
    """Owns the state of one conversion; the pieces it returns join without a seam.

    Output is aligned with input to 0.2 ms: its n-th sample is the sound at n / `to_hz` seconds.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        """Prepare to convert; equal rates pass sound through untouched."""
        self._from_hz, self._to_hz = from_hz, to_hz
        self._stream = None if from_hz == to_hz else _make_stream(from_hz, to_hz)

    @property
    def delay(self) -> float:
        """Seconds of sound held back: what `process` returns began this long before its input."""
        return 0.0 if self._stream is None else _delay(self._from_hz, self._to_hz)

    def process(self, pcm: Pcm, last: bool = False) -> Pcm:
        """Convert the next piece; `last` also returns what was held back, and starts afresh.

        Returns at least no samples: what is held back comes with a later piece.
        """
        if self._stream is None:
            return pcm
        converted: Pcm = self._stream.resample_chunk(np.ascontiguousarray(pcm, np.float32), last)
        if last:
            self._stream.clear()
        return converted

    def reset(self) -> None:
        """Forget what is held back: the next piece starts a new stretch of sound."""
        if self._stream is not None:
            self._stream.clear()


def resample(pcm: Pcm, from_hz: int, to_hz: int) -> Pcm:
    """Convert a whole sound at once, with soxr's usual engine; its duration stays the same."""
    if from_hz == to_hz or not pcm.size:
        return pcm
    import soxr

    converted: Pcm = soxr.resample(np.asarray(pcm, np.float32), from_hz, to_hz, quality="HQ")
    return converted


def _make_stream(from_hz: int, to_hz: int) -> Any:
    import soxr

    return soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ", vr=True)


@lru_cache(maxsize=32)
def _delay(from_hz: int, to_hz: int) -> float:
    fed = round(from_hz * _PROBE)
    returned = _make_stream(from_hz, to_hz).resample_chunk(np.zeros(fed, np.float32)).size
    return fed / from_hz - float(returned) / to_hz
