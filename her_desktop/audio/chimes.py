"""The two quiet sounds of listening: made here, so that no file has to be found and no rate fits.

Two soft notes a fourth apart, up when listening begins and down when it ends, at -26 dBFS and
without a hard beginning: sine waves with nothing of a voice in them. Rule: pure; any thread.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from her_desktop.audio.format import Pcm

RATE_HZ = 48_000

_NOTES_HZ = (523.25, 698.46)
"""C5 and F5."""

_NOTE, _RISE, _FALL = 0.13, 0.012, 0.05
"""Seconds: of one note, until it is full, and in which it has died away to a third."""

_AMPLITUDE = 0.07


@cache
def sound(name: str) -> Pcm:
    """Return one chime, "started" or "stopped", at `RATE_HZ`; not to be written to."""
    notes = _NOTES_HZ if name == "started" else _NOTES_HZ[::-1]
    at = np.arange(round(_NOTE * RATE_HZ)) / RATE_HZ
    shape = np.minimum(at / _RISE, 1.0) * np.exp(-np.maximum(at - _RISE, 0.0) / _FALL)
    shape *= np.minimum((_NOTE - at) / _RISE, 1.0)
    tones = [_AMPLITUDE * shape * np.sin(2 * np.pi * pitch * at) for pitch in notes]
    pcm: Pcm = np.concatenate(tones).astype(np.float32)
    pcm.flags.writeable = False
    return pcm
