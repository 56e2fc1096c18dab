"""Sound addressed by time, whatever the blocks' own instants do."""

from __future__ import annotations

import numpy as np
import pytest

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.audio.tape import Tape


def counted(first: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.arange(first, first + count, dtype=np.float32)


def recorded(blocks: int, at: float = 50.0, jitter: float = 0.0) -> Tape:
    """Blocks of 10 ms whose samples are their own numbers."""
    random = np.random.default_rng(2)
    tape = Tape()
    for block in range(blocks):
        shaken = at + block * 0.01 + float(random.normal()) * jitter
        tape.append(shaken, counted(block * 160, 160))
    return tape


def test_samples_come_back_by_number() -> None:
    tape = recorded(100)
    assert np.array_equal(tape.between(150, 500), counted(150, 350))
    assert np.array_equal(tape.between(15_990, 99_999), counted(15_990, 10))


def test_an_instant_is_a_sample() -> None:
    tape = recorded(100, at=50.0)
    assert tape.sample(50.25) == 4000
    assert tape.at(4000) == pytest.approx(50.25)
    assert tape.end_at == pytest.approx(51.0)


def test_jitter_of_the_blocks_does_not_move_the_samples() -> None:
    tape = recorded(1000, at=50.0, jitter=0.004)
    assert tape.at(80_000) == pytest.approx(55.0, abs=0.003)


def test_a_gap_in_the_stream_is_followed_at_once() -> None:
    tape = recorded(100, at=50.0)
    tape.append(60.0, counted(16_000, 160))
    assert tape.at(16_000) == pytest.approx(60.0)


def test_drift_is_followed() -> None:
    tape = Tape()
    for block in range(6000):
        tape.append(block * 0.01 * 1.0005, counted(block * 160, 160))
        tape.forget_before(tape.end - SAMPLE_RATE_HZ)
    assert tape.end_at == pytest.approx(60.03, abs=0.005)


def test_what_is_forgotten_is_gone_and_the_rest_keeps_its_numbers() -> None:
    tape = recorded(100)
    tape.forget_before(8000)
    assert np.array_equal(tape.between(8000, 8100), counted(8000, 100))
    assert np.array_equal(tape.between(0, 8100), counted(8000, 100))
    assert tape.sample(0.0) == 8000


def test_before_anything_was_recorded() -> None:
    tape = Tape()
    assert tape.between(0, 10).size == 0
    assert tape.end_at == -np.inf
    assert tape.sample(3.0) == 0
