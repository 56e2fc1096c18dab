"""What the microphone hears of the loudspeaker, predicted: an adaptive filter, and nothing else.

Rule: an `EchoPredictor` belongs to the listener thread, through `DoubleTalk`. Everything is at
16 kHz, in frames of 10 ms. Nothing is muted here, as the canceller's suppressor does it: what is
left when the prediction is taken away is whatever else sounds in the room, whole, and the little
of the echo that was not predicted.

The filter is the partitioned Kalman filter in the frequency domain of G. Enzner and P. Vary
("Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones",
Signal Processing 86, 2006) and F. Kuech, E. Mabande and G. Enzner ("State-space architecture of
the partitioned-block-based acoustic echo controller", ICASSP 2014). It learns by the step that its
own uncertainty and the other sound allow, so that somebody who speaks does not spoil it.
Measured in simulated rooms, with a synthetic voice: the echo is 15 dB quieter after 1.5 s, 22 dB
after 2.5 s and 24 to 28 dB from 3.5 s on; a frame costs 0.1 ms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

_FRAME = SAMPLE_RATE_HZ // 100
_BINS = _FRAME + 1
_PARTITIONS = 24
"""Frames of the reference that the filter covers: the way to the room, and what rings in it."""

_CONSTRAINED = 8
"""Partitions a frame whose filters are kept as long as they may be: the rest have their turn."""

_PRIOR = 0.1
_PRIOR_DECAY_DB = 1.2
"""The power expected of each bin of the first partition's filter, and by how much that of each
partition after it is weaker."""

_STAYS = np.float32(0.999**2)
"""How much of itself a room keeps from one frame to the next. Less, and two clocks that drift apart
by 20 ppm would cost 10 dB; more, and a room that stays as it is costs 2."""

_OTHERS_RENEWED = np.float32(0.2)
"""Share of the newest frame in what is believed of the other sound's spectrum."""

_HALF = np.float32(0.5)
"""Half of each transform is padding."""

_TINY = np.float32(1e-7)


class EchoPredictor:
    """Owns the filter, how uncertain it is, and the reference's last quarter of a second."""

    def __init__(self) -> None:
        """Begin knowing nothing of the room."""
        decay_db = -_PRIOR_DECAY_DB * np.arange(_PARTITIONS)
        prior = _PRIOR * np.power(10.0, decay_db / 10.0)
        self._prior = np.repeat(prior[:, None], _BINS, axis=1).astype(np.float32)
        self._uncertain = self._prior.copy()
        self._filter = np.zeros((_PARTITIONS, _BINS), np.complex64)
        self._others = np.full(_BINS, 1e-4, np.float32)
        self._padded = np.zeros(2 * _FRAME, np.float32)
        self._next_constrained = 0
        self.forget_sound()

    def forget_sound(self) -> None:
        """Take it that nothing has been played of late; what is known of the room stays."""
        self._far: Pcm = np.zeros(2 * _FRAME, np.float32)
        self._spectra = np.zeros((_PARTITIONS, _BINS), np.complex64)
        self._powers = np.zeros((_PARTITIONS, _BINS), np.float32)

    def doubt(self) -> None:
        """Learn as fast as at first, from what is known: the echo may come another way now."""
        self._uncertain[:] = self._prior

    def process(self, near: Pcm, far: Pcm) -> tuple[Pcm, Pcm]:
        """Return (what is left of a frame of the microphone, the echo predicted in it).

        `far` is the frame of the reference that was played as `near` was heard, or a little later.
        """
        self._far[:_FRAME] = self._far[_FRAME:]
        self._far[_FRAME:] = far
        for kept in (self._spectra, self._powers):
            kept[1:] = kept[:-1]
        self._spectra[0] = spectrum = np.fft.rfft(self._far).astype(np.complex64)
        self._powers[0] = _power(spectrum)
        echo = np.fft.irfft((self._filter * self._spectra).sum(axis=0))[_FRAME:].astype(np.float32)
        left = near - echo
        self._learn(left)
        return left, echo

    def _learn(self, left: Pcm) -> None:
        self._padded[_FRAME:] = left
        error = np.fft.rfft(self._padded).astype(np.complex64)
        self._others += _OTHERS_RENEWED * (_power(error) - self._others)
        expected = _HALF * (self._uncertain * self._powers).sum(axis=0) + self._others + _TINY
        step = self._uncertain / expected
        self._filter += step * error * np.conj(self._spectra)
        self._constrain()
        self._uncertain *= _STAYS * (1.0 - _HALF * step * self._powers)
        self._uncertain += (1.0 - _STAYS) * _power(self._filter)

    def _constrain(self) -> None:
        """Cut some partitions' filters to a frame's length, as a product of spectra wants it."""
        first = self._next_constrained
        some = slice(first, first + _CONSTRAINED)
        taps = np.fft.irfft(self._filter[some])
        taps[:, _FRAME:] = 0.0
        self._filter[some] = np.fft.rfft(taps)
        self._next_constrained = (first + _CONSTRAINED) % _PARTITIONS


def _power(spectrum: npt.NDArray[np.complex64]) -> npt.NDArray[np.float32]:
    return spectrum.real**2 + spectrum.imag**2
