from __future__ import annotations

import numpy as np
import pytest

from her_desktop.audio.format import FRAME_SAMPLES, Pcm, level_db
from her_desktop.engine.attention import Attention

A_SECOND = 31


class Detector:
    """Finds speech in what is louder than -30 dBFS; remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[float] = []

    def probability(self, frame: Pcm) -> float:
        self.shown.append(level_db(frame))
        return 0.9 if self.shown[-1] > -30.0 else 0.0

    def reset(self) -> None:
        self.shown.clear()


class Room:
    """Frames of noise of any level, and what was thought of them."""

    def __init__(self) -> None:
        self.attention = Attention()
        self.detector = Detector()
        self._noise = np.random.default_rng(4)

    def hear(self, level: float, frames: int) -> list[float]:
        """Return the verdicts on so many frames; -inf is silence."""
        verdicts = []
        for _ in range(frames):
            noise = self._noise.standard_normal(FRAME_SAMPLES)
            frame = (10.0 ** (level / 20.0) * noise).astype(np.float32)
            verdicts.append(
                self.attention.probability(self.detector, frame, level_db(frame), may_rest=True)
            )
        return verdicts

    def looked_at(self, level: float, frames: int) -> int:
        """Return how many of so many frames cost a look of the detector."""
        before = len(self.detector.shown)
        self.hear(level, frames)
        return len(self.detector.shown) - before


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_steady_room_is_soon_looked_at_no_more(room: Room) -> None:
    room.hear(-60.0, A_SECOND)
    assert room.attention.is_resting
    assert room.looked_at(-60.0, 10 * A_SECOND) == 0


def test_a_fan_that_starts_is_part_of_the_room_after_a_second_or_two(room: Room) -> None:
    room.hear(-65.0, A_SECOND)
    assert room.looked_at(-45.0, 2 * A_SECOND) >= A_SECOND, "it may be somebody"
    assert room.attention.is_resting
    assert room.looked_at(-45.0, 10 * A_SECOND) == 0


def test_a_gap_in_the_sound_does_not_make_a_noise_of_the_room(room: Room) -> None:
    room.hear(-60.0, A_SECOND)
    room.hear(-np.inf, 5)
    room.hear(-60.0, 2 * A_SECOND)
    assert room.looked_at(-60.0, 20 * A_SECOND) == 0


def test_speech_is_no_room_however_long_it_lasts(room: Room) -> None:
    room.hear(-60.0, A_SECOND)
    room.hear(-20.0, 20 * A_SECOND)
    room.hear(-60.0, A_SECOND)
    assert room.attention.noticed_db < -50.0
    assert room.hear(-20.0, 3) == [0.9] * 3


def test_the_detector_is_shown_what_led_up_to_a_sound(room: Room) -> None:
    room.hear(-60.0, 10 * A_SECOND)
    room.detector.reset()
    room.hear(-20.0, 1)
    *before, last = room.detector.shown
    assert last > -21.0
    assert len(before) == 16
    assert max(before) < -55.0


def test_without_a_detector_it_is_loudness_that_counts(room: Room) -> None:
    frame = np.full(FRAME_SAMPLES, 0.1, np.float32)
    assert room.attention.probability(None, frame, -20.0, may_rest=True) == 1.0
    assert room.attention.probability(None, frame, -50.0, may_rest=True) == 0.0
