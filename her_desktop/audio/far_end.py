"""What the loudspeaker played, addressed by time: the echo canceller's reference.

Rule: whoever takes the loudspeaker's blocks writes, the listener reads; nothing else is called
from two threads. Microphone and loudspeaker run on clocks of their own, so nothing is matched by
counting blocks: a reference is asked for by time and interpolated between the samples played.

That time is the loudspeaker's own, which counts samples. Against `time.monotonic` a device may
run unevenly (a virtual one was measured to be 2.5 % fast, with stamps that wandered by 20 ms),
while both directions of one device keep step: only their difference is steered, and gently.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.audio.stream import BLOCK

KEPT = 2.0
"""Seconds of played sound kept: an echo comes back long before."""

SILENT = 1e-4
"""What stays below this amplitude (-80 dBFS) makes no echo that could be heard."""

_SETTLED_AFTER = 2.0
"""Seconds of a stream over which its stamps are averaged freely."""

_FASTEST_DRIFT = 200e-6
_FOLLOWED_WITHIN = 300.0
_LOOKED_AT = 60
"""Afterwards two clocks are followed as real ones drift apart, and no faster: by the median of the
last minute's stamps, second by second. A filter that has to know the room to fractions of a sample
cannot stand a reference that moves. Stamps of a virtual device were seen to wander by 5 ms within
seconds and by 40 after it ran dry, with no drift behind it; followed within five seconds, they
moved the reference by three samples a second, for minutes."""

_LEAP = 0.06
"""A stamp further off than this is lost or inserted sound, or a clock that found its pace."""

_PHASES = 512
_ZERO_CROSSINGS = 12
_CUTOFF = 0.92
"""Of half the lower rate. With the window below: -6 dB at 7.4 kHz, -70 dB from 8.6 kHz on."""
_KAISER_BETA = 7.0


class Timeline:
    """Owns the relation of a stream's samples to another clock. Used by the listener.

    Steadier than the stamps it is given, for a reader that needs fractions of a sample: two clocks
    that drift apart are let drift by some milliseconds (30 at 100 ppm) rather than chased.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        """Begin without an anchor: the first stamp is believed."""
        self._rate = sample_rate_hz
        self._anchor: float | None = None
        self._averaged = 0.0
        self._end = 0
        self._sum = self._summed = 0.0
        self._seconds: deque[float] = deque(maxlen=_LOOKED_AT)
        self._offset = self._drift = 0.0

    @property
    def offset(self) -> float:
        """Seconds by which the stamps of the last minute were later than what `at` says."""
        return self._offset

    @property
    def end(self) -> int:
        """The number of samples so far."""
        return self._end

    def append(self, at: float, count: int) -> bool:
        """Count `count` more samples, the first of them stamped `at` on the other clock.

        Returns whether that stamp was a leap from what went before.
        """
        duration = count / self._rate
        deviation = 0.0 if self._anchor is None else at - self.at(self._end)
        leapt = abs(deviation) > _LEAP
        if self._anchor is None or leapt:
            self._anchor = at - self._end / self._rate
            self._averaged = duration
            self._sum = self._summed = 0.0
            self._seconds.clear()
            self._offset = self._drift = 0.0
        elif self._averaged < _SETTLED_AFTER:
            self._averaged += duration
            self._anchor += deviation * duration / max(self._averaged, 1e-9)
        else:
            self._anchor += self._drift * duration
            self._note(deviation, duration)
        self._end += count
        return leapt

    def _note(self, deviation: float, duration: float) -> None:
        """Follow the stamps from second to second."""
        self._sum += deviation * duration
        self._summed += duration
        if self._summed >= 1.0:
            self._seconds.append(self._sum / self._summed)
            self._sum = self._summed = 0.0
            self._offset = median(self._seconds)
            drift = self._offset / _FOLLOWED_WITHIN
            self._drift = min(max(drift, -_FASTEST_DRIFT), _FASTEST_DRIFT)

    def at(self, sample: int) -> float:
        """Return the other clock's time at a sample, counted from the first."""
        return (self._anchor or 0.0) + sample / self._rate


@dataclass(frozen=True)
class _Silence:
    """So many zeros that were played from an instant on."""

    at: float
    count: int
    sample_rate_hz: int


class FarEnd:
    """Owns the last seconds of what was played, at the device's own rate.

    `write…` and `slip` are called by one thread at a time, the rest by the listener. Between them
    lies a bounded deque, whose ends may be used by two threads at once without a lock.
    """

    def __init__(self) -> None:
        """Begin with nothing played."""
        self.ask: Callable[[], None] = lambda: None
        """Has all that was played by now written, by this call."""
        self._inbox: deque[Block | _Silence] = deque(maxlen=round(KEPT / BLOCK))
        self._slipped_at = -np.inf
        self._begin(0, 0.0)

    def write(self, pcm: Pcm, at: float, sample_rate_hz: int) -> None:
        """Record one channel of a block as it was handed to the device.

        `at` is the instant (time.monotonic) at which the device plays its first sample. The sound
        is copied. While nobody reads, the oldest blocks make room.
        """
        self._inbox.append(Block(at, pcm.copy(), sample_rate_hz))

    def write_silence(self, count: int, at: float, sample_rate_hz: int) -> None:
        """Record that many zeros, as `write` would; they cost no copy."""
        self._inbox.append(_Silence(at, count, sample_rate_hz))

    def slip(self, at: float) -> None:
        """Take note that the device ran dry: from that instant on, its echo comes later.

        Where nothing has been heard of it yet, that changes nothing. One number of the listener's
        side tells, which may be a moment old.
        """
        if self._heard_until >= 0:
            self._slipped_at = at

    @property
    def slipped_at(self) -> float:
        """The instant at which the device last ran dry, -inf if it never did."""
        self.ask()
        return self._slipped_at

    @property
    def until(self) -> float:
        """The loudspeaker's own time just past the last sample known, -inf before there is one."""
        self._take_in()
        return self._time(self._end) if self._rate else -np.inf

    def time_at(self, at: float) -> float:
        """Return the loudspeaker's own time at an instant of `time.monotonic`.

        It agrees with the instants at a stream's first block, and counts samples from there; by
        the newest block's stamp it is told what time it is now. Before any block, it is `at`.
        """
        self._take_in()
        return self._time(self._end) + at - self._end_at if self._rate else at

    def quiet_for(self, at: float) -> float:
        """Return the seconds from the last sound played to an instant of `time.monotonic`.

        Negative where that sound is still to come, inf where nothing was ever played.
        """
        self._take_in()
        return np.inf if self._heard_until < 0 else self.time_at(at) - self._time(self._heard_until)

    def is_silent_since(self, first: float) -> bool:
        """Tell whether nothing was played from an instant of the loudspeaker's time on."""
        self._take_in()
        if self._heard_until < 0:
            return True
        return self._time(self._heard_until) < first - self._reach / self._rate

    def between(self, first: float, last: float, count: int) -> Pcm:
        """Return `count` samples, evenly spaced from `first` up to and without `last`.

        Both are the loudspeaker's own time. Zeros where nothing was played, where it is forgotten
        and where it is still to come.
        Band-limited interpolation with a windowed sinc from a table of phases, after J. O. Smith,
        "Digital Audio Resampling Home Page" (2002).
        """
        self._take_in()
        wanted = np.zeros(count, np.float32)
        start = (first - self._origin) * self._rate
        if not self._rate or not count or start - self._reach > self._heard_until:
            return wanted
        step = (last - first) * self._rate / count
        begin = int(np.floor(start)) - self._reach + 1
        end = int(np.floor(start + step * count)) + self._reach + 2
        if end <= self._first or begin >= self._end:
            return wanted
        table = _phases(self._rate)
        position = start + step * np.arange(count)
        whole = np.floor(position)
        phase = np.rint((position - whole) * _PHASES).astype(np.intp)
        taps = np.lib.stride_tricks.sliding_window_view(self._stretch(begin, end), table.shape[1])
        rows = whole.astype(np.intp) - self._reach + 1 - begin
        return np.einsum("ij,ij->i", taps[rows], table[phase], out=wanted)

    # --- the listener's side -------------------------------------------------------------------

    def _begin(self, sample_rate_hz: int, at: float) -> None:
        self._rate = sample_rate_hz
        self._origin = self._end_at = at
        self._reach = _reach(sample_rate_hz) if sample_rate_hz else 0
        self._capacity = round(KEPT * sample_rate_hz)
        # Filled from the left; when full, its newer half moves to the front.
        self._pcm: Pcm = np.zeros(2 * self._capacity, np.float32)
        self._first = self._end = 0
        self._heard_until = -1

    def _time(self, sample: int) -> float:
        return self._origin + sample / self._rate

    def _take_in(self) -> None:
        self.ask()
        while self._inbox:
            block = self._inbox.popleft()
            if block.sample_rate_hz != self._rate:
                self._begin(block.sample_rate_hz, block.at)
            if (leap := block.at - self._end_at) > _LEAP:
                missed = min(round(leap * self._rate), self._capacity)
                self._keep(np.zeros(missed, np.float32))
                # What lasted longer than all that is kept needs no zeros, only its time.
                self._origin += leap - missed / self._rate
            if isinstance(block, _Silence):
                count = block.count
                pcm: Pcm = np.zeros(min(count, self._capacity), np.float32)
            else:
                count = block.pcm.size
                pcm = block.pcm[-self._capacity :]
            if count > pcm.size:
                # All that was kept before is too long ago.
                self._first = self._end = self._end + count - pcm.size
            self._keep(pcm)
            self._end_at = block.at + count / self._rate

    def _keep(self, pcm: Pcm) -> None:
        filled = self._end - self._first
        if filled + pcm.size > self._pcm.size:
            moved = min(filled, self._capacity)
            self._pcm[:moved] = self._pcm[filled - moved : filled]
            self._first += filled - moved
            filled = moved
        self._pcm[filled : filled + pcm.size] = pcm
        if pcm.size and float(np.abs(pcm).max()) > SILENT:
            self._heard_until = self._end + pcm.size
        self._end += pcm.size

    def _stretch(self, first: int, last: int) -> Pcm:
        """Return the samples of that range, zeros where there are none."""
        begin, end = max(first, self._first), min(last, self._end)
        stretch = np.zeros(last - first, np.float32)
        stretch[begin - first : end - first] = self._pcm[begin - self._first : end - self._first]
        return stretch


def _reach(sample_rate_hz: int) -> int:
    """Return how many samples on either side an interpolated one is made of."""
    return round(_ZERO_CROSSINGS * max(1.0, sample_rate_hz / SAMPLE_RATE_HZ))


@lru_cache(maxsize=8)
def _phases(sample_rate_hz: int) -> npt.NDArray[np.float32]:
    """Return the interpolating filter for each fraction of a sample, shape (phases + 1, taps)."""
    reach = _reach(sample_rate_hz)
    cutoff = _CUTOFF * min(1.0, SAMPLE_RATE_HZ / sample_rate_hz)
    fraction = np.arange(_PHASES + 1)[:, None] / _PHASES
    distance = np.arange(-reach + 1, reach + 1)[None, :] - fraction
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1.0 - (distance / reach) ** 2)))
    table = np.sinc(cutoff * distance) * window
    return np.asarray(table / table.sum(axis=1, keepdims=True), np.float32)
