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
import numpy.typing as npt

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

_STILL_THERE = 0.5
"""The share of the highest peak that the one at the old place must have to be the echo still."""

_INAUDIBLE_DB = -75.0

WARM_UP = 2.0
"""Seconds of loud playback in which the canceller is still learning the room."""

_RECENT_SEGMENTS = 20
"""Verdicts rest on the newest five seconds in which the loudspeaker was loud."""

_ABOVE_REST_DB = 10.0
"""An echo worth cancelling stands out this much from what the microphone hears anyway."""

_QUIET_ROOM_DB = -60.0
_REST_SEGMENTS = 60

_UNHEARD_DB, _UNHEARD_SEGMENTS = 6.0, 3
"""Loud playback that leaves the microphone within this of its rest, for so long, is not heard."""
_SURELY_UNHEARD, _UNHEARD_MOST = 6, 24

_EARLY = 2.0
"""Seconds of loud playback in which sound without an echo in it counts as somebody who speaks."""

WORKS_DB = 10.0
_WORKS_SEGMENTS, _PROVEN_SEGMENTS = 4, 3
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
        self._place: int | None = None

    def add(self, near: Pcm, clean: Pcm, far: Pcm) -> None:
        """Take in one frame of the microphone, of the same cleaned, and of what was played.

        The first two are aligned; a frame is a multiple of 4 samples.
        """
        for kept, new in ((self._heard[0], near), (self._heard[1], clean), (self._far, far)):
            thin = new.reshape(-1, _DECIMATION) @ _MEAN
            kept[: -thin.size] = kept[thin.size :]
            kept[-thin.size :] = thin
        self._held = min(self._held + near.size // _DECIMATION, _SPAN)

    @property
    def is_ready(self) -> bool:
        """Whether the microphone was followed for so long that an echo would be found.

        What was played before that counts as silence, as it is where the canceller has just woken.
        """
        return self._held >= _WINDOW + _BACK

    def search(self) -> FoundEcho | None:
        """Return the echo in what the microphone heard, None where there is none for sure.

        Costs about half a millisecond: once a segment is enough.
        """
        heard = self._heard[:, _FORTH : _FORTH + _WINDOW]
        is_audible = min(level_db(heard[0]), level_db(self._far)) > _INAUDIBLE_DB
        if not self.is_ready or not is_audible:
            return None
        spectrum = np.conj(np.fft.rfft(heard * self._taper, _FFT_SIZE))
        spectrum *= np.fft.rfft(self._far, _FFT_SIZE)
        self._cross = _MEMORY * self._cross + spectrum / (np.abs(spectrum) + 1e-9)
        correlation = np.abs(np.fft.irfft(self._cross)[:, : _BACK + _FORTH])
        certain = _CERTAIN * np.sqrt(np.mean(correlation**2, axis=1))
        peak = int(np.argmax(correlation[0]))
        if correlation[0, peak] < certain[0]:
            return None
        peak = self._place = self._where_it_was(correlation[0], float(certain[0]), peak)
        around = correlation[1, max(0, peak - _SAME_PLACE) : peak + _SAME_PLACE + 1]
        return FoundEcho((_FORTH - peak) / _SEARCH_RATE_HZ, bool(around.max() > certain[1]))

    def _where_it_was(self, correlation: npt.NDArray[np.float64], certain: float, peak: int) -> int:
        """Return where the echo was before, as long as it is surely there; else the new peak.

        A reflection may stand out more than the direct sound for a moment, in a vowel or where
        an answer ends: it did so five times in fifteen minutes over a loudspeaker.
        """
        if self._place is None:
            return peak
        first = max(0, self._place - _SAME_PLACE)
        near = first + int(np.argmax(correlation[first : self._place + _SAME_PLACE + 1]))
        is_there = correlation[near] >= max(certain, _STILL_THERE * correlation[peak])
        return near if is_there else peak


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
    verdict. In the first two seconds cancellers also mute what they do not understand: in them
    only what is proven counts, an echo that was found in front of the canceller, not behind it,
    and reduced by 10 dB. Three quarters of a second of that are enough at any time.
    """

    def __init__(self) -> None:
        """Begin without evidence and without a verdict."""
        self._near_power = self._clean_power = self._far_power = 0.0
        self._count = 0
        self._far_was_loud = False
        self._rest: deque[float] = deque(maxlen=_REST_SEGMENTS)
        self._recent: deque[float | None] = deque(maxlen=_RECENT_SEGMENTS)
        self._verdict: bool | None = None
        self._far_loud = 0.0
        self._unheard = 0
        self._proven = 0
        self._clean = 0

    def forget_proof(self) -> None:
        """Let what was proven count no more: the echo comes another way."""
        self._proven = 0

    @property
    def is_proven(self) -> bool:
        """Whether the newest three quarters of a second of echo were found and removed."""
        return self._proven >= _PROVEN_SEGMENTS

    @property
    def clean_for(self) -> float:
        """Seconds of loud playback, the newest, that left nothing behind that could be heard."""
        return self._clean * SEGMENT

    @property
    def far_loud(self) -> float:
        """Seconds of loud playback seen so far."""
        return self._far_loud

    @property
    def hears_none(self) -> bool:
        """Whether it seems that nothing of what is played comes back, as with headphones.

        So it is once loud playback left the microphone at rest for three quarters of a second, or
        for a little longer held no echo, until one is found.
        """
        return self._unheard >= _UNHEARD_SEGMENTS

    @property
    def surely_hears_none(self) -> bool:
        """Whether that lasted a second and a half: an echo would have come even from afar."""
        return self._unheard >= _SURELY_UNHEARD

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
        self._near_power += float(np.dot(near, near))
        self._clean_power += float(np.dot(clean, clean))
        self._far_power += float(np.dot(far, far))
        self._count += near.size
        return self._count >= SEGMENT * SAMPLE_RATE_HZ

    def judge(self, found: FoundEcho | None, *, was_searched: bool = False) -> None:
        """Judge the segment that is full, knowing what echo was found in it.

        `was_searched`: one that was there would have been found.
        """
        near_db, clean_db, far_db = (
            10.0 * math.log10(power / self._count + 1e-12)
            for power in (self._near_power, self._clean_power, self._far_power)
        )
        self._near_power = self._clean_power = self._far_power = 0.0
        self._count = 0
        far_is_loud = far_db > FAR_IS_LOUD_DB
        # An echo trails: what was loud a segment ago may sound only now.
        if found is not None:
            self._unheard = 0
        elif far_is_loud and self._far_was_loud:
            self._note_unheard(near_db, was_searched=was_searched)
        if far_is_loud or self._far_was_loud:
            self._far_loud += SEGMENT * far_is_loud
            is_clean = near_db - clean_db >= WORKS_DB or clean_db < self._rest_db + _UNHEARD_DB
            self._clean = self._clean + 1 if is_clean else 0
            self._weigh(self._reduction(near_db, clean_db, found), found)
        else:
            self._rest.append(near_db)
        self._far_was_loud = far_is_loud

    def _note_unheard(self, near_db: float, *, was_searched: bool) -> None:
        """Count a segment of loud playback in which no echo was found."""
        if near_db < self._rest_db + _UNHEARD_DB:
            self._unheard = min(self._unheard + 1, _UNHEARD_MOST)
        elif self._far_loud > _EARLY:
            # Somebody who speaks says little about the rest; an echo that is very late goes on.
            self._unheard = max(0, self._unheard - 1)
        elif was_searched:
            # Somebody who speaks before anything is known would be muted with the echo.
            self._unheard = max(self._unheard, min(self._unheard + 1, _SURELY_UNHEARD - 1))

    def _weigh(self, reduction: float | None, found: FoundEcho | None) -> None:
        """Take a segment's reduction for the evidence that it is."""
        removed = reduction is not None and reduction >= WORKS_DB
        proves = removed and found is not None and not found.is_left
        if reduction is not None:
            self._proven = self._proven + 1 if proves else 0
        if self._far_loud > WARM_UP or proves:
            self._recent.append(reduction)
            self._conclude()

    def _reduction(self, near_db: float, clean_db: float, found: FoundEcho | None) -> float | None:
        """Return by how much a segment was reduced, None where it proves nothing."""
        reduction = near_db - clean_db
        is_users_voice = reduction < WORKS_DB and found is not None and not found.is_left
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
        elif self.is_proven or (evidence >= _WORKS_SEGMENTS and reduction >= WORKS_DB):
            self._verdict = True
        elif (
            evidence >= _FAILS_SEGMENTS
            and evidence >= _FAILS_SHARE * len(self._recent)
            and reduction < _FAILS_DB
        ):
            self._verdict = False
