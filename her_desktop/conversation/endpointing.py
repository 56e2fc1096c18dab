"""Where speech ends inside a stretch of sound.

Pure. The voice detector falls about 100 ms after the voice does, so its word is taken for what is
speech and the sound's own level for where exactly it stopped: a latency that is counted from a
late instant would flatter us.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from her_desktop.conversation.events import Pcm

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512
"""One verdict of the voice detector covers this many samples."""
HOP_SAMPLES = 128
"""8 ms: so often the level is looked at, as a pause must be noticed sooner than in frames."""

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
    # Not numpy's percentile: its first call imports for 60 ms, in the pause of the first turn.
    tenth = (hops - 1) // 10
    noise, peak = float(np.partition(levels, tenth)[tenth]), float(levels.max())
    # In a clip that is all speech the quietest tenth is speech too: never above half way up.
    threshold = max(
        _FLOOR_DB, peak - _BELOW_PEAK_DB, min(noise + _ABOVE_NOISE_DB, (noise + peak) / 2)
    )
    loud = np.flatnonzero(levels > threshold)
    return int(loud[-1] + 1) * _HOP_SAMPLES if loud.size else end


class Pause(Enum):
    """What the sound says about a pause in an utterance."""

    BEGAN = auto()
    ENDED = auto()


class PauseDetector:
    """Notices that somebody who was speaking has paused, sooner than the voice detector does.

    Two gates: 64 ms of sound far under the voice's own level, measured every 8 ms, or, where the
    room is too loud for that, 96 ms in which the voice detector hears no speech. It takes speech
    to begin a pause so soon, which leaves out most gaps between the words of one breath; after
    256 ms without speech the least sound will do. Pure; the listener feeds it one utterance.
    """

    _QUIET_HOPS = 8
    _QUIET_FRAMES = 3
    _LONG_QUIET_FRAMES = 8
    _FIRST_SPEECH_FRAMES = 6
    _MORE_SPEECH_FRAMES = 4
    RESUMED_FRAMES = 3
    """So many frames of speech end a pause: it ended when they began."""
    _UNDER_VOICE_DB = 22.0
    _FADE_DB = 0.5
    """How much a frame the memory of the loudest sound fades, in which nothing as loud came."""
    _NO_SPEECH = 0.35

    def __init__(self, spoken: int = 0) -> None:
        """Begin an utterance in which `spoken` frames of speech were heard already."""
        self._spoken = spoken
        self._needed = self._FIRST_SPEECH_FRAMES
        self._quiet_hops = 0
        self._quiet_frames = 0
        self._loud_frames = 0
        self._voice_db = _FLOOR_DB
        self._paused = False

    @property
    def is_paused(self) -> bool:
        """Whether the utterance pauses at present."""
        return self._paused

    def hear(self, level_db: float) -> Pause | None:
        """Take the level in dBFS of the next 8 ms."""
        quiet = level_db < self._voice_db - self._UNDER_VOICE_DB
        self._quiet_hops = self._quiet_hops + 1 if quiet else 0
        return self._begun()

    def judge(self, level_db: float, probability: float) -> Pause | None:
        """Take the level and the voice detector's verdict on the last 32 ms, all of them heard."""
        quiet = level_db < self._voice_db - self._UNDER_VOICE_DB
        self._quiet_frames = self._quiet_frames + 1 if probability < self._NO_SPEECH else 0
        if quiet or self._quiet_frames:
            self._loud_frames = 0
        elif probability >= _SPEECH:
            self._loud_frames += 1
            self._spoken += 1
            self._voice_db = max(level_db, self._voice_db - self._FADE_DB)
        if not self._paused:
            return self._begun()
        if self._loud_frames < self.RESUMED_FRAMES:
            return None
        self._paused = False
        self._spoken, self._needed = self._loud_frames, self._MORE_SPEECH_FRAMES
        return Pause.ENDED

    def _begun(self) -> Pause | None:
        quiet = self._quiet_hops >= self._QUIET_HOPS or self._quiet_frames >= self._QUIET_FRAMES
        long_quiet = self._quiet_frames >= self._LONG_QUIET_FRAMES
        enough = self._spoken >= (1 if long_quiet else self._needed)
        if self._paused or not quiet or not enough:
            return None
        self._paused = True
        self._loud_frames = 0
        return Pause.BEGAN


class OnsetDetector:
    """Notices that somebody began to speak, where nobody holds a key.

    It is harder to begin than to go on: three of the last four frames (of 32 ms) must be speech
    beyond doubt and well above the room, whose level is followed while nobody speaks. A click or
    a chair does not last that long. Pure; the listener feeds it while nothing is captured.
    """

    _SURE = 0.6
    _FRAMES = 4
    NEEDED = 3
    _ABOVE_ROOM_DB = 8.0
    _ROOM_RISES_DB = 0.02
    """A frame; some 0.6 dB a second. It falls at once to whatever is quieter."""
    _LOUDEST_ROOM_DB = -30.0
    _QUIETEST_ROOM_DB = -75.0
    """A stream often begins with zeros, from which it would take a minute to rise to the room."""

    def __init__(self) -> None:
        """Begin in a room of which nothing is known."""
        self._recent: deque[bool] = deque(maxlen=self._FRAMES)
        self._room_db = self._LOUDEST_ROOM_DB

    @property
    def is_suspicious(self) -> bool:
        """Whether the newest frame may be the first of speech: too little to begin, and a hint."""
        return bool(self._recent) and self._recent[-1] and sum(self._recent) == 1

    def judge(self, level_db: float, probability: float) -> bool:
        """Take the level and the verdict on the next 32 ms; tell whether speech has begun."""
        risen = min(self._room_db + self._ROOM_RISES_DB, self._LOUDEST_ROOM_DB)
        heard_db = min(level_db, risen) if np.isfinite(level_db) else risen
        self._room_db = max(heard_db, self._QUIETEST_ROOM_DB)
        above = level_db >= min(self._room_db + self._ABOVE_ROOM_DB, self._LOUDEST_ROOM_DB)
        self._recent.append(probability >= self._SURE and above)
        if sum(self._recent) < self.NEEDED:
            return False
        self._recent.clear()
        return True
