"""Who spoke when, read from a recording of both sides: the judge that asks no program.

Pure: samples in, seconds out. A side speaks where its sound, in steps of 10 ms, is over -50 dBFS
and not more than 38 dB under its own peak: the same measure for the user and for the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from her_desktop.audio.format import AUDIBLE_DB, Pcm

_HOP = 0.010
_BELOW_PEAK_DB = 38.0
_ABOVE_NOISE_DB = 9.0

ONE_UTTERANCE = 1.2
"""Seconds of silence inside one utterance: what lies further apart is two."""


@dataclass(frozen=True)
class Stretch:
    """A time in which one side spoke, in seconds of the recording."""

    start: float
    end: float


def stretches(
    pcm: Pcm, sample_rate_hz: int, joined: float = ONE_UTTERANCE, *, in_noise: bool = False
) -> list[Stretch]:
    """Return the times in which one side speaks, oldest first.

    Silence of up to `joined` seconds belongs to a stretch. `in_noise` is for recordings of people
    in rooms: what is hardly louder than the quietest tenth of the sound is not speech then.
    """
    hop = round(_HOP * sample_rate_hz)
    hops = pcm.size // hop
    energy = np.square(pcm[: hops * hop]).reshape(hops, hop).mean(axis=1)
    levels = 10.0 * np.log10(energy + 1e-12)
    if not hops or levels.max() <= AUDIBLE_DB:
        return []
    peak = float(levels.max())
    threshold = max(AUDIBLE_DB, peak - _BELOW_PEAK_DB)
    if in_noise:
        noise = float(np.percentile(levels, 10))
        # Never above half way up: in a clip that is all speech the quietest tenth is speech too.
        threshold = max(threshold, min(noise + _ABOVE_NOISE_DB, (noise + peak) / 2))
    loud = np.flatnonzero(levels > threshold)
    breaks = np.flatnonzero(np.diff(loud) * _HOP > joined)
    starts = np.concatenate([loud[:1], loud[breaks + 1]])
    ends = np.concatenate([loud[breaks], loud[-1:]]) + 1
    # To the sample where a side begins: the step that holds it is too coarse for a stop watch,
    # and a soft beginning lies in a step before the first that is loud as a whole.
    return [
        Stretch(_first_loud(pcm, start * hop, hop) / sample_rate_hz, end * hop / sample_rate_hz)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def begin_of(wanted: Pcm, side: Pcm) -> int:
    """Return the sample at which a known sound most likely begins in a side that has others too.

    A matched filter; nothing is found before the side's own beginning.
    """
    size = 1 << (wanted.size + side.size).bit_length()
    spectrum = np.fft.rfft(side, size) * np.conj(np.fft.rfft(wanted, size))
    return int(np.argmax(np.fft.irfft(spectrum)[: side.size]))


def shifted(found: list[Stretch], by: float) -> list[Stretch]:
    """Return stretches of a part of a recording in seconds of the whole."""
    return [Stretch(stretch.start + by, stretch.end + by) for stretch in found]


def _first_loud(pcm: Pcm, start: int, count: int) -> int:
    first = max(0, start - 2 * count)
    loud = np.abs(pcm[first : start + count]) > 10.0 ** (AUDIBLE_DB / 20.0)
    return first + int(np.argmax(loud))
