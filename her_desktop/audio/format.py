"""The one form that sound has inside the program.

Float32 mono in [-1, 1], called `pcm`; 16 kHz on the way in; whatever rate the voice has on the
way out. It is converted once at each edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
"""The rate of everything between the microphone and the recogniser."""

FRAME_SAMPLES = 512
"""One frame of the voice detector: 32 ms at 16 kHz."""

AUDIBLE_DB = -50.0
"""A sample is heard when it is louder than this, in dBFS."""

AUDIBLE = 10.0 ** (AUDIBLE_DB / 20.0)
"""The same as an amplitude."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of sound as a device delivered it; `at` is the instant of its first sample."""

    at: float
    pcm: Pcm = field(repr=False)
    sample_rate_hz: int


def power(pcm: Pcm) -> float:
    """Return the mean of the squared samples, 0 for no samples at all."""
    return float(np.dot(pcm, pcm)) / pcm.size if pcm.size else 0.0


def level_db(pcm: Pcm) -> float:
    """Return the RMS level in dBFS, -120 for silence and for no samples at all."""
    mean = power(pcm)
    return max(-120.0, 10.0 * math.log10(mean)) if mean > 0.0 else -120.0


def first_audible(pcm: Pcm) -> int | None:
    """Return the index of the first sample over -50 dBFS, None where there is none."""
    loud = np.abs(pcm) > AUDIBLE
    index = int(np.argmax(loud)) if loud.size else 0
    return index if loud.size and bool(loud[index]) else None
