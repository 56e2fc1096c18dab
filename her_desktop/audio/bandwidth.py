"""Whether a voice has anything above the telephone's band in it.

Rule: used by the listener thread alone, on frames that are speech.

A wireless headset whose microphone is in use may fall back to the codec of telephones, which
carries 4 kHz. Sound servers convert it to the rate they are asked for, so nothing but the sound
itself shows it.
"""

from __future__ import annotations

import math

import numpy as np

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm

_BIN_HZ = SAMPLE_RATE_HZ / FRAME_SAMPLES
_LOW = slice(round(300 / _BIN_HZ), round(3400 / _BIN_HZ))
_HIGH = slice(round(4400 / _BIN_HZ), round(7000 / _BIN_HZ))

_FRAMES = round(6.0 * SAMPLE_RATE_HZ / FRAME_SAMPLES)
"""Six seconds of speech hold dozens of hissing sounds, which live in the upper band."""

_LOUD_FRAME = round(0.95 * (_FRAMES - 1))
"""The one that counts, of all in the order of their levels."""

_LOUD_ENOUGH_DB = -45.0
_ABSENT_DB = 55.0
"""Measured on read speech: what hisses loudest above 4.4 kHz lies 27 to 46 dB under the loudest
vowels; through a telephone's band 67 dB and more."""


class BandwidthMeter:
    """Owns the levels of both bands over the speech heard so far."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._window = np.hanning(FRAME_SAMPLES).astype(np.float32)
        self._low: list[float] = []
        self._high: list[float] = []
        self._verdict: bool | None = None

    @property
    def is_narrow(self) -> bool | None:
        """Whether the upper band was empty all the time; None until enough was heard."""
        return self._verdict

    def judge(self, frame: Pcm, level_db: float) -> None:
        """Take in a frame of speech; what is too quiet to tell is left out, and what is enough."""
        if level_db < _LOUD_ENOUGH_DB or len(self._low) >= _FRAMES:
            return
        power = np.square(np.abs(np.fft.rfft(frame * self._window)))
        self._low.append(float(power[_LOW].mean()) + 1e-12)
        self._high.append(float(power[_HIGH].mean()) + 1e-12)
        if len(self._low) == _FRAMES:
            # Not numpy's percentile: its first call imports for 60 ms, while somebody speaks.
            low, high = (10.0 * math.log10(sorted(e)[_LOUD_FRAME]) for e in (self._low, self._high))
            self._verdict = bool(low - high > _ABSENT_DB)
