"""From one sample rate to another, as sound arrives.

Rule: a `Resampler` belongs to one stretch of sound and one thread.

What a resampler holds back is lost between the user's last sound and the answer. Measured on 10 ms
blocks, 48 to 16 kHz: soxr's usual engines work in large blocks and hold back 5 to 40 ms (HQ and MQ,
21 on average) or 2 to 20 (LQ, which also takes 13 dB off at 7 kHz); its variable-rate engine, run
at a fixed rate, holds back a constant 12.5 and costs 20 to 28 µs a block. So a microphone's rate
that is a multiple of ours goes through a short filter of our own, which holds back 2 ms, and the
others through the variable-rate engine. A constant delay is what lets blocks be stamped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

_PROBE = 0.1
"""Seconds fed to a resampler to see how much it holds back: more than any of them does."""

_REACH = 0.002
"""Seconds that the filter reaches to either side: its band ends within 1.2 kHz, half of that above
half the lower rate, where what is folded back lies above 7.4 kHz and is no part of a word."""

_STOPPED_DB = 74.0
"""By how much the filter lowers what the lower rate cannot represent."""

_TOGETHER = 32
"""So many samples come of one row of a product of matrices, which costs the less for it."""


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


class _Decimator:
    """Owns one stretch of sound on its way to a whole fraction of its rate.

    A windowed sinc, the same on both sides, so that every frequency is held back alike. It has
    the two functions of soxr's streams that are used here.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._step = from_hz // to_hz
        self._rows = _filter_rows(from_hz, to_hz)
        self._reach = round(_REACH * from_hz)
        self.clear()

    def clear(self) -> None:
        self._kept: Pcm = np.zeros(self._reach, np.float32)

    def resample_chunk(self, pcm: Pcm, last: bool) -> Pcm:
        after = np.zeros(self._reach if last else 0, np.float32)
        waiting = np.concatenate((self._kept, pcm, after))
        count = max(0, (waiting.size - 2 * self._reach - 1) // self._step + 1)
        self._kept = waiting[count * self._step :]
        if not count:
            return np.zeros(0, np.float32)
        apart, size = _TOGETHER * self._step, self._rows.shape[0]
        rows = -(-count // _TOGETHER)
        lacking = (rows - 1) * apart + size - waiting.size
        if lacking > 0:
            waiting = np.concatenate((waiting, np.zeros(lacking, np.float32)))
        # Made directly: numpy's own ways to look through a sliding window cost more than the sums.
        windows: Pcm = np.ndarray((rows, size), np.float32, waiting, strides=(4 * apart, 4))
        converted: Pcm = (windows @ self._rows).reshape(-1)[:count]
        return converted


@lru_cache(maxsize=8)
def _filter_rows(from_hz: int, to_hz: int) -> Pcm:
    """Return the matrix that makes `_TOGETHER` samples of the sound they all depend on."""
    step, reach = from_hz // to_hz, round(_REACH * from_hz)
    # Kaiser's own formula for the window's shape.
    window = np.kaiser(2 * reach + 1, 0.1102 * (_STOPPED_DB - 8.7))
    taps = window * np.sinc(np.arange(-reach, reach + 1) / step)
    taps /= taps.sum()
    rows = np.zeros((step * (_TOGETHER - 1) + taps.size, _TOGETHER), np.float32)
    for number in range(_TOGETHER):
        rows[number * step : number * step + taps.size, number] = taps
    return rows


def warm_up() -> None:
    """Load what most rates are converted by, which must not fall into the first answer."""
    _make_stream(SAMPLE_RATE_HZ, 44_100)


def _make_stream(from_hz: int, to_hz: int) -> Any:
    if from_hz % to_hz == 0:
        return _Decimator(from_hz, to_hz)
    import soxr

    return soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ", vr=True)


@lru_cache(maxsize=32)
def _delay(from_hz: int, to_hz: int) -> float:
    fed = round(from_hz * _PROBE)
    returned = _make_stream(from_hz, to_hz).resample_chunk(np.zeros(fed, np.float32), False).size
    return fed / from_hz - float(returned) / to_hz
