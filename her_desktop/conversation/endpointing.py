"""Where speech ends inside a stretch of sound.

Pure. The voice detector falls about 100 ms after the voice does, so its word is taken for what is
speech and the sound's own level for where exactly it stopped: a latency that is counted from a
late instant would flatter us.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from her_desktop.conversation.events import Pcm

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512
"""One verdict of the voice detector covers this many samples."""

_HOP_SAMPLES = 160  # 10 ms
_SPEECH = 0.5
_LEAST_SPEECH_FRAMES = 3  # shorter is a click, a knock or a breath
_FLOOR_DB = -50.0
_BELOW_PEAK_DB = 38.0
_ABOVE_NOISE_DB = 9.0


def last_speech_sample(pcm: Pcm, probabilities: npt.NDArray[np.float32]) -> int | None:
    """Return the index just past the last spoken sample of `pcm`, None where nobody spoke.

    `pcm` is 16 kHz; `probabilities` holds the voice detector's verdict on each whole 512-sample
    frame of it from its start. The threshold follows the loudest and the quietest tenth of the
    sound: what lies 38 dB under the voice, or hardly above the room, is not the voice.
    """
    spoken = np.flatnonzero(probabilities >= _SPEECH)
    if spoken.size < _LEAST_SPEECH_FRAMES:
        return None
    end = min(pcm.size, (int(spoken[-1]) + 1) * FRAME_SAMPLES)
    hops = end // _HOP_SAMPLES
    if not hops:
        return end
    energy = np.square(pcm[: hops * _HOP_SAMPLES]).reshape(hops, _HOP_SAMPLES).mean(axis=1)
    levels = 10.0 * np.log10(energy + 1e-12)
    noise, peak = float(np.percentile(levels, 10)), float(levels.max())
    # In a clip that is all speech the quietest tenth is speech too: never above half way up.
    threshold = max(
        _FLOOR_DB, peak - _BELOW_PEAK_DB, min(noise + _ABOVE_NOISE_DB, (noise + peak) / 2)
    )
    loud = np.flatnonzero(levels > threshold)
    return int(loud[-1] + 1) * _HOP_SAMPLES if loud.size else end
