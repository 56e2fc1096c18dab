"""Sentences for recognition, and what the short context costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.audio.resample import resample
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings
from her_desktop.tools.dictation import (
    NOISE_UNDER_SPEECH_DB,
    SENTENCES,
    Reading,
    dictate,
    figures,
    with_noise,
)


def test_there_are_fifty_sentences_without_numbers() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 50
    assert not any(letter.isdigit() for sentence in SENTENCES for letter in sentence)
    lengths = [len(sentence.split()) for sentence in SENTENCES]
    assert min(lengths) <= 3
    assert max(lengths) >= 30


def test_the_noise_is_mild_and_the_same_in_every_run() -> None:
    times = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = (0.2 * np.sin(2 * np.pi * 300 * times)).astype(np.float32)
    noisy = with_noise(tone, 3)
    assert np.array_equal(noisy, with_noise(tone, 3))
    assert not np.array_equal(noisy, with_noise(tone, 4))
    ratio = np.mean(np.square(tone)) / np.mean(np.square(noisy - tone))
    assert 10 * np.log10(ratio) == pytest.approx(NOISE_UNDER_SPEECH_DB, abs=0.3)


def test_both_rates_are_reported() -> None:
    found = figures([Reading("a b c d", 2.0, "a b c", "a b c d"), Reading("e", 1.0, "e", "f")])
    assert found["short_context_wer_percent"] == 20.0
    assert found["full_context_wer_percent"] == 20.0
    assert (found["n"], found["speech_s"]) == (2, 3.0)
    assert figures([])["short_context_wer_percent"] is None


@pytest.mark.models
def test_spoken_sentences_are_read_in_both_ways(tmp_path: Path) -> None:
    models = Models(Settings(), Paths.under(tmp_path))
    voice = models.load_voice()
    text = "An old map was hanging above the fireplace."
    pcm = np.concatenate(list(voice.speak(text, lambda: False)))
    voice.close()
    done: list[int] = []
    [reading] = dictate(
        models, [(text, resample(pcm, voice.sample_rate_hz, SAMPLE_RATE_HZ))], done.append
    )
    assert done == [1]
    assert "fireplace" in reading.short
    assert "fireplace" in reading.full
    assert reading.said == text
