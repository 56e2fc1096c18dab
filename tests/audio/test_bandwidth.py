from __future__ import annotations

import pytest
from simulated_room import hiss, speech

from her_desktop.audio.bandwidth import BandwidthMeter
from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm, level_db
from her_desktop.audio.resample import resample

VOICE = speech(12.0, seed=5) + hiss(12 * SAMPLE_RATE_HZ, -75.0)


def as_by_telephone(pcm: Pcm) -> Pcm:
    return resample(resample(pcm, SAMPLE_RATE_HZ, 8_000), 8_000, SAMPLE_RATE_HZ)


def judged(pcm: Pcm) -> bool | None:
    meter = BandwidthMeter()
    for first in range(0, pcm.size - FRAME_SAMPLES, FRAME_SAMPLES):
        frame = pcm[first : first + FRAME_SAMPLES]
        meter.judge(frame, level_db(frame))
    return meter.is_narrow


@pytest.mark.parametrize("gain", [0.2, 1.0])
def test_a_whole_voice_is_told_from_half_of_one(gain: float) -> None:
    assert judged(gain * VOICE) is False
    telephone = as_by_telephone(gain * VOICE)
    assert judged(telephone) is True
    assert judged(telephone + hiss(telephone.size, -85.0)) is True


def test_nothing_is_said_of_a_few_words_or_of_whispers() -> None:
    assert judged(as_by_telephone(VOICE[: 3 * SAMPLE_RATE_HZ])) is None
    assert judged(0.01 * as_by_telephone(VOICE)) is None
