"""The wake phrases that come with a detector, said by a real voice."""

from __future__ import annotations

import numpy as np
import pytest

from her_desktop.audio import chimes
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.inference.protocols import ModelError
from her_desktop.inference.tts import PiperVoice
from her_desktop.inference.vad import SileroDetector
from her_desktop.inference.wake import MicroWakeDetector

PHRASES = {"hey_jarvis": "Hey Jarvis", "okay_nabu": "Okay Nabu", "hey_mycroft": "Hey Mycroft"}
FRAME = 512


def said(voice: PiperVoice, text: str) -> Pcm:
    pcm = np.concatenate(list(voice.speak(text, lambda: False)))
    quiet = np.zeros(SAMPLE_RATE_HZ, np.float32)
    return np.concatenate((quiet, resample(pcm, voice.sample_rate_hz, SAMPLE_RATE_HZ), quiet))


def surest(detector: MicroWakeDetector, pcm: Pcm) -> float:
    detector.reset()
    starts = range(0, pcm.size - FRAME, FRAME)
    return max(detector.score(pcm[start : start + FRAME]) for start in starts)


@pytest.mark.models
@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_heard_and_no_other(phrase: str, voice: PiperVoice) -> None:
    detector = MicroWakeDetector(phrase)
    for own, words in PHRASES.items():
        score = surest(detector, said(voice, f"{words}, what is the time?"))
        assert (score >= 0.5) == (own == phrase), (words, score)
    assert surest(detector, said(voice, "The railway will open in the spring.")) < 0.3
    detector.close()


def test_silence_noise_and_full_scale_are_no_phrase() -> None:
    detector = MicroWakeDetector("hey_jarvis")
    noise = np.random.default_rng(1).uniform(-1.5, 1.5, 3 * SAMPLE_RATE_HZ).astype(np.float32)
    for pcm in (np.zeros(3 * SAMPLE_RATE_HZ, np.float32), noise, 0.01 * noise):
        assert surest(detector, pcm) < 0.3
    detector.close()


def test_a_phrase_nobody_knows_is_refused_in_words() -> None:
    with pytest.raises(ModelError, match="phrase of your own"):
        MicroWakeDetector("hey_nobody")


@pytest.mark.models
@pytest.mark.parametrize("name", ["started", "stopped"])
def test_a_chime_is_short_quiet_and_nothing_like_a_voice(
    name: str, detector: SileroDetector
) -> None:
    pcm = resample(chimes.sound(name), chimes.RATE_HZ, SAMPLE_RATE_HZ)
    assert 0.1 < pcm.size / SAMPLE_RATE_HZ < 0.4
    assert 0.02 < np.abs(pcm).max() < 0.1
    detector.reset()
    quiet = np.zeros(4 * FRAME, np.float32)
    sound = np.concatenate((quiet, pcm, quiet))
    starts = range(0, sound.size - FRAME, FRAME)
    probabilities = [detector.probability(sound[start : start + FRAME]) for start in starts]
    assert max(probabilities) < 0.5
