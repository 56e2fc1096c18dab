"""Where speech ends, on sound whose end is known to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from her_desktop.conversation.endpointing import (
    FRAME_SAMPLES,
    OnsetDetector,
    Pause,
    PauseDetector,
    last_speech_sample,
)
from her_desktop.conversation.events import Pcm

RATE = 16_000


def sound(speech: float, silence: float, noise_db: float = -70.0) -> tuple[Pcm, Pcm]:
    """Half a second of room, a buzz that swells like syllables, and room again."""
    random = np.random.default_rng(1)
    times = np.arange(int(speech * RATE)) / RATE
    voice = np.sin(2 * np.pi * 180 * times) * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * times)) * 0.3
    pcm = np.concatenate([np.zeros(RATE // 2), voice, np.zeros(int(silence * RATE))])
    pcm = (pcm + random.normal(size=pcm.size) * 10 ** (noise_db / 20)).astype(np.float32)
    # The detector's verdict falls 100 ms late, as Silero's does.
    frames = pcm.size // FRAME_SAMPLES
    centres = (np.arange(frames) + 0.5) * FRAME_SAMPLES / RATE
    return pcm, ((centres > 0.5) & (centres < 0.6 + speech)).astype(np.float32)


@pytest.mark.parametrize("speech", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("noise_db", [-90.0, -70.0, -50.0])
def test_the_end_is_found_within_twenty_milliseconds(speech: float, noise_db: float) -> None:
    pcm, probabilities = sound(speech, 0.6, noise_db)
    end = last_speech_sample(pcm, probabilities)
    assert end is not None
    assert abs(end / RATE - (0.5 + speech)) <= 0.03


def test_without_a_pause_the_end_is_the_end_of_the_sound() -> None:
    pcm, probabilities = sound(1.0, 0.0)
    end = last_speech_sample(pcm, probabilities)
    assert end is not None
    assert abs(end - pcm.size) <= FRAME_SAMPLES


def test_noise_without_speech_has_no_end() -> None:
    pcm, probabilities = sound(1.0, 0.5)
    assert last_speech_sample(pcm, np.zeros_like(probabilities)) is None


def test_a_click_is_not_speech() -> None:
    pcm, probabilities = sound(1.0, 0.5)
    probabilities[:] = 0.0
    probabilities[20:22] = 1.0
    assert last_speech_sample(pcm, probabilities) is None


def test_nothing_at_all() -> None:
    assert last_speech_sample(np.zeros(0, np.float32), np.zeros(0, np.float32)) is None


def fed(*stretches: tuple[float, float, float]) -> list[tuple[int, Pause]]:
    """Feed (seconds, level, probability) stretches; return when (ms) pauses were noticed."""
    detector = PauseDetector()
    noticed: list[tuple[int, Pause]] = []
    hops = [(level, speech) for length, *(level, speech) in stretches for _ in range(hop(length))]
    for number, (level, probability) in enumerate(hops, 1):
        found = [detector.hear(level)]
        if number % 4 == 0:
            found.append(detector.judge(level, probability))
        noticed += [(number * 8, pause) for pause in found if pause]
    return noticed


def hop(seconds: float) -> int:
    return round(seconds / 0.008)


VOICE = (-20.0, 0.95)
LATE = (-70.0, 0.9)
"""The voice has stopped, and the voice detector has not noticed yet."""
ROOM = (-70.0, 0.05)


def test_a_pause_is_noticed_by_its_quiet_before_the_detector_falls() -> None:
    assert fed((0.64, *VOICE), (0.096, *LATE), (0.32, *ROOM)) == [(640 + 64, Pause.BEGAN)]


def test_a_pause_is_noticed_by_the_detector_where_the_room_is_loud() -> None:
    assert fed((0.64, *VOICE), (0.32, -25.0, 0.1)) == [(640 + 96, Pause.BEGAN)]


def test_the_gap_between_two_words_is_no_pause() -> None:
    assert fed((0.64, *VOICE), (0.056, *LATE), (0.64, *VOICE)) == []


def test_speech_that_goes_on_ends_the_pause() -> None:
    noticed = fed((0.64, *VOICE), (0.192, *ROOM), (0.32, *VOICE))
    assert noticed == [(704, Pause.BEGAN), (640 + 192 + 96, Pause.ENDED)]


def test_a_click_in_a_pause_does_not_end_it() -> None:
    noticed = fed((0.64, *VOICE), (0.16, *ROOM), (0.032, *VOICE), (0.16, *ROOM))
    assert noticed == [(704, Pause.BEGAN)]


def test_a_few_sounds_after_a_pause_are_no_second_one() -> None:
    first = ((0.64, *VOICE), (0.16, *ROOM))
    began = [
        at for at, pause in fed(*first, (0.096, *VOICE), (0.16, *ROOM)) if pause is Pause.BEGAN
    ]
    assert began == [704]
    began = [at for at, pause in fed(*first, (0.32, *VOICE), (0.32, *ROOM)) if pause is Pause.BEGAN]
    assert began == [704, 640 + 160 + 320 + 64]


def test_a_sound_that_only_seemed_to_be_speech_keeps_nobody_waiting() -> None:
    noticed = fed((0.64, *VOICE), (0.16, *ROOM), (0.096, *VOICE), (0.96, *ROOM))
    assert [pause for _, pause in noticed] == [Pause.BEGAN, Pause.ENDED, Pause.BEGAN]
    assert noticed[-1][0] == 640 + 160 + 96 + 256


def test_a_word_as_short_as_yes_has_its_end_too() -> None:
    assert fed((0.128, *VOICE), (0.96, *ROOM)) == [(128 + 256, Pause.BEGAN)]


def test_before_anything_was_said_there_is_no_pause() -> None:
    assert fed((3.2, *ROOM)) == []


def started(*stretches: tuple[float, float, float]) -> list[int]:
    """Feed (seconds, level, probability) stretches; return when (ms) speech was noticed."""
    detector = OnsetDetector()
    frames = [pair for length, *pair in stretches for _ in range(round(length / 0.032))]
    return [
        number * 32
        for number, (level, speech) in enumerate(frames, 1)
        if detector.judge(level, speech)
    ]


def test_speech_begins_after_three_sure_frames() -> None:
    assert started((1.6, *ROOM), (0.32, *VOICE))[0] == 1600 + 96


def test_a_stream_that_begins_with_zeros_makes_the_room_no_quieter() -> None:
    faint = (0.32, -62.0, 0.9)
    assert started((0.5, -120.0, 0.0), (1.0, -62.0, 0.0), (0.32, -55.0, 0.9)) != []
    assert started((0.5, -120.0, 0.0), (14.0, -62.0, 0.0), faint) == []


def test_a_short_sound_is_no_speech() -> None:
    assert started((1.6, *ROOM), (0.064, *VOICE), (1.6, *ROOM)) == []


def test_what_is_hardly_louder_than_the_room_is_no_speech() -> None:
    assert started((3.2, -50.0, 0.05), (1.6, -45.0, 0.9)) == []
    assert started((3.2, -50.0, 0.05), (1.6, -38.0, 0.9)) != []


def test_the_first_sure_frame_raises_a_suspicion_once() -> None:
    detector = OnsetDetector()
    raised = []
    for probability in (0.1, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.9):
        detector.judge(-20.0 if probability > 0.5 else -60.0, probability)
        raised.append(detector.is_suspicious)
    assert raised == [False, True, False, False, False, False, False, True]
