"""A few seconds of the microphone, listened to for their own sake.

Rule: used by the listener thread alone. It keeps the sound as the recogniser would get it, for the
user to hear, and measures it as it came, for too quiet and too loud are the microphone's.
"""

from __future__ import annotations

import math

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm, level_db
from her_desktop.conversation.events import MicrophoneTested

_WINDOW = SAMPLE_RATE_HZ // 2
_HOP = SAMPLE_RATE_HZ // 10
_LEAST_SPEECH_FRAMES = 8
"""A quarter of a second: what is shorter is a knock, not a voice."""

PATIENCE = 1.0
"""Seconds beyond its length after which a test ends without the sound it waits for."""


class MicrophoneTest:
    """Owns what was heard since it began."""

    def __init__(self, begun_at: float, duration: float) -> None:
        """Begin at an instant; all of `duration` is to be heard."""
        self.ends_at = begun_at + duration
        self.gives_up_at = self.ends_at + PATIENCE
        self._raw: list[Pcm] = []
        self._clean: list[Pcm] = []
        self._peak = 0.0
        self._speech_frames = 0

    def hear(self, raw: Pcm) -> None:
        """Take in sound as it came, at 16 kHz."""
        self._raw.append(raw)
        if raw.size:
            self._peak = max(self._peak, float(np.abs(raw).max()))

    def judge(self, frame: Pcm, *, is_speech: bool) -> None:
        """Take in a frame as the recogniser would get it, and whether it is speech."""
        self._clean.append(frame)
        self._speech_frames += is_speech

    def is_over(self, heard_until: float, now: float) -> bool:
        """Tell whether all of it was heard, or waited for long enough."""
        return heard_until >= self.ends_at or now >= self.gives_up_at

    def result(self, now: float) -> MicrophoneTested:
        """Return what is to be told of it."""
        return MicrophoneTested(
            at=now,
            pcm=self.pcm,
            level_db=self.level_db,
            peak_db=self.peak_db,
            speech=self.has_speech,
        )

    @property
    def pcm(self) -> Pcm:
        """What the recogniser would have got."""
        return np.concatenate(self._clean) if self._clean else np.zeros(0, np.float32)

    @property
    def level_db(self) -> float:
        """The level of the loudest half second, in dBFS."""
        raw = np.concatenate(self._raw) if self._raw else np.zeros(0, np.float32)
        starts = range(0, max(1, raw.size - _WINDOW + 1), _HOP)
        return max(level_db(raw[start : start + _WINDOW]) for start in starts)

    @property
    def peak_db(self) -> float:
        """The highest sample, in dBFS; -120 where there is none."""
        return max(-120.0, 20.0 * math.log10(self._peak)) if self._peak > 0.0 else -120.0

    @property
    def has_speech(self) -> bool:
        """Whether a voice was heard."""
        return self._speech_frames >= _LEAST_SPEECH_FRAMES
