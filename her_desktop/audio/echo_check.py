"""What can be measured of an echo: how late it comes, and how much of it is left.

Rule: used by the listener thread alone, through the echo canceller; everything is at 16 kHz. It
only measures: nobody should believe in a cancellation because it was switched on.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm, level_db

EARLIEST, LATEST = -0.1, 0.6
"""Between these delays (seconds) an echo is searched for."""

SEGMENT = 0.25
"""Seconds of sound that are judged as one."""

FAR_IS_LOUD_DB = -45.0
"""Where the loudspeaker plays more than this, an echo is to be expected."""

_DECIMATION = 4
_SEARCH_RATE_HZ = SAMPLE_RATE_HZ // _DECIMATION
"""A quarter of a millisecond is fine enough, and what speech has below 2 kHz tells the delay."""

_MEAN = np.full(_DECIMATION, 1.0 / _DECIMATION, np.float32)

_WINDOW = round(0.512 * _SEARCH_RATE_HZ)
_BACK, _FORTH = round(-EARLIEST * _SEARCH_RATE_HZ), round(LATEST * _SEARCH_RATE_HZ)
_SPAN = _WINDOW + _BACK + _FORTH
_FFT_SIZE = 1 << (_SPAN - 1).bit_length()

_MEMORY = 0.8
"""Share of the older correlation kept at each search: about a second is averaged."""

_CERTAIN = 9.0
"""A peak this many times the correlation's RMS is an echo. Measured over simulated rooms with
speech: 13 to 28 for echoes of -6 to -20 dB, also while the user talks; 3.6 to 6.1 without any."""

_SAME_PLACE = round(0.005 * _SEARCH_RATE_HZ)

_INAUDIBLE_DB = -75.0

WARM_UP = 2.0
"""Seconds of loud playback in which the canceller is still learning the room."""

_RECENT_SEGMENTS = 20
"""Verdicts rest on the newest five seconds in which the loudspeaker was loud."""

_ABOVE_REST_DB = 10.0
"""An echo worth cancelling stands out this much from what the microphone hears anyway."""

_QUIET_ROOM_DB = -60.0
_REST_SEGMENTS = 60

_UNHEARD_DB, _UNHEARD_SEGMENTS = 6.0, 6
"""Loud playback that leaves the microphone within this of its rest, for so long, is not heard."""
_UNHEARD_MOST = 24

_WORKS_DB, _WORKS_SEGMENTS = 10.0, 4
_FAILS_DB, _FAILS_SEGMENTS = 6.0, 12
_FAILS_SHARE = 0.4


@dataclass(frozen=True)
class FoundEcho:
    """An echo trails what was played by `trail` seconds; `is_left`: also behind the canceller."""

    trail: float
    is_left: bool


class DelayFinder:
    """Owns the last second of both sides, thinned out, and the correlation between them.

    Generalised cross-correlation with the phase transform (C. H. Knapp and G. C. Carter, "The
    generalized correlation method for estimation of time delay", 1976), averaged over windows.
    """

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._heard = np.zeros((2, _SPAN), np.float32)
        self._far: Pcm = np.zeros(_SPAN, np.float32)
        self._taper = np.hanning(_WINDOW)
        self._cross = np.zeros((2, _FFT_SIZE // 2 + 1), np.complex128)
        self._held = 0

    def add(self, near: Pcm, clean: Pcm, far: Pcm) -> None:
        """Take in one frame of the microphone, of the same cleaned, and of what was played.

        The first two are aligned; a frame is a multiple of 4 samples.
        """
        for kept, new in ((self._heard[0], near), (self._heard[1], clean), (self._far, far)):
            thin = new.reshape(-1, _DECIMATION) @ _MEAN
            kept[: -thin.size] = kept[thin.size :]
            kept[-thin.size :] = thin
        self._held = min(self._held + near.size // _DECIMATION, _SPAN)

    def search(self) -> FoundEcho | None:
        """Return the echo in what the microphone heard, None where there is none for sure.

        Costs about half a millisecond: once a segment is enough.
        """
        heard = self._heard[:, _FORTH : _FORTH + _WINDOW]
        is_audible = min(level_db(heard[0]), level_db(self._far)) > _INAUDIBLE_DB
        if self._held < _SPAN or not is_audible:
            return None
        spectrum = np.conj(np.fft.rfft(heard * self._taper, _FFT_SIZE))
        spectrum *= np.fft.rfft(self._far, _FFT_SIZE)
        self._cross = _MEMORY * self._cross + spectrum / (np.abs(spectrum) + 1e-9)
        correlation = np.abs(np.fft.irfft(self._cross)[:, : _BACK + _FORTH])
        certain = _CERTAIN * np.sqrt(np.mean(correlation**2, axis=1))
        peak = int(np.argmax(correlation[0]))
        if correlation[0, peak] < certain[0]:
            return None
        around = correlation[1, max(0, peak - _SAME_PLACE) : peak + _SAME_PLACE + 1]
        return FoundEcho((_FORTH - peak) / _SEARCH_RATE_HZ, bool(around.max() > certain[1]))


class EchoMeter:
    """Owns the evidence on whether the echo is being cancelled.

    The rule. A segment (250 ms) is evidence when the loudspeaker was loud in it (over -45 dBFS)
    and the microphone was too: 10 dB over the median of what it hears while nothing is played,
    and over -50 dBFS at the least. One that is hardly reduced is none where an echo was found in
    front of the canceller and not behind it: what is left is the user's voice. The reduction is
    the median over the evidence in the newest five seconds of loud playback. The canceller works
    when one second of evidence is reduced by 10 dB; it fails when three seconds of evidence, and
    two fifths of those five seconds, are reduced by less than 6 dB; in between, the last verdict
    stays. Where five seconds bring no evidence (headphones, a very quiet loudspeaker) there is no
    verdict, and none in the first two seconds, in which cancellers also mute what they do not
    understand.
    """

    def __init__(self) -> None:
        """Begin without evidence and without a verdict."""
        self._near = self._clean = self._far = 0.0
        self._count = 0
        self._far_was_loud = False
        self._rest: deque[float] = deque(maxlen=_REST_SEGMENTS)
        self._recent: deque[float | None] = deque(maxlen=_RECENT_SEGMENTS)
        self._verdict: bool | None = None
        self._far_loud = 0.0
        self._unheard = 0

    @property
    def far_loud(self) -> float:
        """Seconds of loud playback seen so far."""
        return self._far_loud

    @property
    def hears_none(self) -> bool:
        """Whether nothing of what is played comes back, as with headphones.

        So it is once loud playback left the microphone at rest for a second and a half, until an
        echo is found.
        """
        return self._unheard >= _UNHEARD_SEGMENTS

    @property
    def reduction_db(self) -> float | None:
        """By how much the echo is quieter behind the canceller; None without evidence."""
        evidence = [reduction for reduction in self._recent if reduction is not None]
        return median(evidence) if evidence else None

    @property
    def is_working(self) -> bool | None:
        """The verdict, None while there is none."""
        return self._verdict

    def add(self, near: Pcm, clean: Pcm, far: Pcm) -> bool:
        """Take in one frame of each, the first two aligned; return whether a segment is full."""
        self._near += float(np.dot(near, near))
        self._clean += float(np.dot(clean, clean))
        self._far += float(np.dot(far, far))
        self._count += near.size
        return self._count >= SEGMENT * SAMPLE_RATE_HZ

    def judge(self, found: FoundEcho | None) -> None:
        """Judge the segment that is full, knowing what echo was found in it."""
        near_db, clean_db, far_db = (
            10.0 * math.log10(power / self._count + 1e-12)
            for power in (self._near, self._clean, self._far)
        )
        self._near = self._clean = self._far = 0.0
        self._count = 0
        far_is_loud = far_db > FAR_IS_LOUD_DB
        # An echo trails: what was loud a segment ago may sound only now.
        if found is not None:
            self._unheard = 0
        elif far_is_loud and self._far_was_loud:
            # Somebody who speaks says little about the rest; an echo that is very late goes on.
            unheard = near_db < self._rest_db + _UNHEARD_DB
            self._unheard = max(0, min(self._unheard + (1 if unheard else -1), _UNHEARD_MOST))
        if far_is_loud or self._far_was_loud:
            self._far_loud += SEGMENT * far_is_loud
            if self._far_loud > WARM_UP:
                self._recent.append(self._reduction(near_db, clean_db, found))
                self._conclude()
        else:
            self._rest.append(near_db)
        self._far_was_loud = far_is_loud

    def _reduction(self, near_db: float, clean_db: float, found: FoundEcho | None) -> float | None:
        """Return by how much a segment was reduced, None where it proves nothing."""
        reduction = near_db - clean_db
        is_users_voice = reduction < _WORKS_DB and found is not None and not found.is_left
        return None if near_db < self._rest_db + _ABOVE_REST_DB or is_users_voice else reduction

    @property
    def _rest_db(self) -> float:
        return max(_QUIET_ROOM_DB, median(self._rest) if self._rest else _QUIET_ROOM_DB)

    def _conclude(self) -> None:
        reduction = self.reduction_db
        evidence = sum(item is not None for item in self._recent)
        if reduction is None:
            if len(self._recent) == _RECENT_SEGMENTS:
                self._verdict = None
        elif evidence >= _WORKS_SEGMENTS and reduction >= _WORKS_DB:
            self._verdict = True
        elif (
            evidence >= _FAILS_SEGMENTS
            and evidence >= _FAILS_SHARE * len(self._recent)
            and reduction < _FAILS_DB
        ):
            self._verdict = False
