from __future__ import annotations

import numpy as np
import pytest

from her_desktop.audio.format import Pcm
from her_desktop.audio.resample import Resampler, resample

RATES = [(48_000, 16_000), (44_100, 16_000), (8_000, 16_000), (22_050, 48_000), (96_000, 16_000)]


ALIGNED = 0.00025
"""Seconds by which the streaming engine may shift a sound."""


def tone(hz: float, rate: int, seconds: float = 1.0) -> Pcm:
    return np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate).astype(np.float32)


def inner(pcm: Pcm) -> Pcm:
    return pcm[pcm.size // 4 : -pcm.size // 4]


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_a_tone_stays_the_same_tone(from_hz: int, to_hz: int) -> None:
    converted = resample(tone(1000.0, from_hz), from_hz, to_hz)
    assert converted.size == to_hz
    assert converted.dtype == np.float32
    # The very same sound at the very same time: nothing is shifted by the conversion.
    assert np.abs(inner(converted) - inner(tone(1000.0, to_hz))).max() < 0.001


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_a_stream_is_aligned_with_what_goes_in(from_hz: int, to_hz: int) -> None:
    at = np.arange(from_hz) / from_hz - 0.5
    bump = np.exp(-((at / 0.002) ** 2)).astype(np.float32)
    converted = Resampler(from_hz, to_hz).process(bump, last=True)
    centre = np.sum(np.arange(converted.size) * converted**2) / np.sum(converted**2) / to_hz
    assert centre == pytest.approx(0.5, abs=ALIGNED)


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
@pytest.mark.parametrize("size", [1, 97, 480])
def test_pieces_join_without_a_seam(from_hz: int, to_hz: int, size: int) -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, from_hz // 5).astype(np.float32)
    resampler = Resampler(from_hz, to_hz)
    pieces = [resampler.process(sound[at : at + size]) for at in range(0, sound.size, size)]
    pieces.append(resampler.process(sound[:0], last=True))
    joined = np.concatenate(pieces)
    whole = Resampler(from_hz, to_hz).process(sound, last=True)
    assert joined.size == whole.size
    assert np.abs(joined - whole).max() < 1e-5


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_the_delay_is_what_is_held_back(from_hz: int, to_hz: int) -> None:
    resampler = Resampler(from_hz, to_hz)
    assert 0.0 < resampler.delay < 0.035
    block = from_hz // 100
    given = returned = 0
    for _ in range(50):
        returned += resampler.process(np.zeros(block, np.float32)).size
        given += block
        if given > from_hz // 10:
            held = given / from_hz - returned / to_hz
            assert held == pytest.approx(resampler.delay, abs=2 / min(from_hz, to_hz))


def test_what_cannot_be_represented_is_removed() -> None:
    hiss = Resampler(48_000, 16_000).process(tone(9_000.0, 48_000), last=True)
    assert np.abs(inner(hiss)).max() < 10 ** (-70 / 20)
    speech = Resampler(48_000, 16_000).process(tone(7_500.0, 48_000), last=True)
    assert np.abs(inner(speech)).max() > 0.98


def test_equal_rates_pass_sound_through() -> None:
    resampler = Resampler(16_000, 16_000)
    sound = tone(440.0, 16_000)
    assert resampler.delay == 0.0
    assert np.array_equal(resampler.process(sound), sound)
    assert resampler.process(sound[:0], last=True).size == 0


@pytest.mark.parametrize("forget", ["reset", "last"])
def test_a_new_stretch_hears_nothing_of_the_old(forget: str) -> None:
    resampler = Resampler(48_000, 16_000)
    loud = np.ones(4800, np.float32)
    if forget == "reset":
        resampler.process(loud)
        resampler.reset()
    else:
        resampler.process(loud, last=True)
    silence = np.zeros(4800, np.float32)
    assert not resampler.process(silence, last=True).any()


def test_no_sound_gives_no_sound() -> None:
    assert resample(np.zeros(0, np.float32), 48_000, 16_000).size == 0
