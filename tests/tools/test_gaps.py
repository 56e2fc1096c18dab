"""Who spoke when, on recordings whose every second is known."""

from __future__ import annotations

import numpy as np
import pytest
from exchanges import exchanges
from tools import bench_takes
from tools.bench_takes import RATE

from her_desktop.audio.format import Pcm
from her_desktop.tools.gaps import Stretch, begin_of, stretches


def side(length: float, *spoken: tuple[float, float], amplitude: float = 0.3) -> Pcm:
    """A side that is silent but for tones between the given seconds."""
    return bench_takes.side(length, spoken, amplitude)


def test_a_stretch_begins_at_its_first_loud_sample_and_ends_with_its_last() -> None:
    [found] = stretches(side(3, (1.003, 2.0)), RATE)
    assert found.start == pytest.approx(1.003, abs=0.001)
    assert found.end == pytest.approx(2.0, abs=0.011)


def test_a_soft_beginning_belongs_to_the_stretch() -> None:
    pcm = side(3, (1.0, 2.0))
    ramp = round(0.02 * RATE)
    pcm[RATE : RATE + ramp] *= np.linspace(0.0, 0.02, ramp, dtype=np.float32)
    [found] = stretches(pcm, RATE)
    assert found.start == pytest.approx(1.011, abs=0.002), "where a sample is first over -50 dBFS"


def test_pauses_inside_an_utterance_do_not_split_it() -> None:
    assert len(stretches(side(6, (1.0, 1.5), (2.5, 3.0)), RATE)) == 1
    assert len(stretches(side(6, (1.0, 1.5), (3.5, 4.0)), RATE)) == 2


def test_what_is_too_quiet_is_not_speech() -> None:
    assert stretches(side(2, (0.5, 1.0), amplitude=0.002), RATE) == []
    assert stretches(np.zeros(0, np.float32), RATE) == []
    loud_then_faint = side(4, (0.5, 1.0)) + side(4, (3.0, 3.5), amplitude=0.003)
    assert len(stretches(loud_then_faint, RATE)) == 1


def test_answers_are_paired_with_their_questions() -> None:
    user = side(20, (1.0, 2.0), (8.0, 9.0), (14.0, 15.0))
    answer = side(20, (2.25, 5.0), (15.5, 18.0))
    gaps = [exchange.gap for exchange in exchanges(user, answer, RATE)]
    assert gaps[0] == pytest.approx(0.25, abs=0.011)
    assert gaps[1] is None
    assert gaps[2] == pytest.approx(0.5, abs=0.011)


def test_an_answer_that_comes_too_early_is_a_negative_gap() -> None:
    [exchange] = exchanges(side(5, (1.0, 3.0)), side(5, (2.5, 4.0)), RATE)
    assert isinstance(exchange.answer, Stretch)
    assert exchange.gap == pytest.approx(-0.5, abs=0.011)


def test_a_known_sound_is_found_among_others() -> None:
    rng = np.random.default_rng(1)
    wanted = rng.standard_normal(4000).astype(np.float32)
    side = 1.5 * rng.standard_normal(20_000).astype(np.float32)
    side[7000:11_000] += wanted
    assert begin_of(wanted, side) == 7000
