"""Where speech ends inside a stretch of sound.

Pure. The voice detector falls about 100 ms after the voice does, so its word is taken for what is
speech and the sound's own level for where exactly it stopped: a latency that is counted from a
late instant would flatter us.
"""

from __future__ import annotations

from enum import Enum, auto

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


class Pause(Enum):
    """What a frame says about a pause in an utterance."""

    BEGAN = auto()
    ENDED = auto()


class PauseDetector:
    """Notices that somebody who was speaking has paused, sooner than the voice detector does.

    A frame is quiet when it lies far under the voice's own level or the voice detector says so.
    The first pause of an utterance needs 96 ms of quiet, each later one more, so that the guesses
    that follow from pauses are not spent on the gaps between words. Pure; fed one 32 ms frame
    after another by the listener.
    """

    _QUIET_FRAMES = (3, 4, 6)
    _SPEECH_FRAMES = 6
    _RESUMED_FRAMES = 2
    _UNDER_VOICE_DB = 22.0
    _NO_SPEECH = 0.35

    def __init__(self) -> None:
        """Begin an utterance in which nothing has been said."""
        self._spoken = 0
        self._quiet = 0
        self._loud = 0
        self._pauses = 0
        self._voice_db = _FLOOR_DB
        self._paused = False

    def feed(self, level_db: float, probability: float) -> Pause | None:
        """Take the next frame's level in dBFS and its probability of speech."""
        quiet = probability < self._NO_SPEECH or level_db < self._voice_db - self._UNDER_VOICE_DB
        if quiet:
            self._quiet, self._loud = self._quiet + 1, 0
        elif probability >= _SPEECH:
            self._quiet, self._loud = 0, self._loud + 1
            self._spoken += 1
            self._voice_db = max(level_db, self._voice_db - 0.5)
        if self._paused:
            if self._loud >= self._RESUMED_FRAMES:
                self._paused = False
                return Pause.ENDED
            return None
        needed = self._QUIET_FRAMES[min(self._pauses, len(self._QUIET_FRAMES) - 1)]
        if self._spoken >= self._SPEECH_FRAMES and self._quiet >= needed:
            self._paused = True
            self._pauses += 1
            return Pause.BEGAN
        return None
