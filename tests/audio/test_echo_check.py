"""Where an echo is found, and where it is not looked for anew."""

from __future__ import annotations

import numpy as np
import pytest
from simulated_room import START_AT, Rig, hiss, speech

from her_desktop.audio.echo import EchoCanceller
from her_desktop.audio.echo_check import SEGMENT, DelayFinder
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

FAR = speech(20.0, seed=1)
DIRECT, REFLECTED = 0.06, 0.09


def late(pcm: Pcm, delay: float) -> Pcm:
    silence = np.zeros(round(delay * SAMPLE_RATE_HZ), np.float32)
    return np.concatenate((silence, pcm))[: pcm.size]


def from_to(first: float, last: float) -> Pcm:
    """Return ones between two seconds, zeros elsewhere."""
    at = np.arange(FAR.size) / SAMPLE_RATE_HZ
    return ((first <= at) & (at < last)).astype(np.float32)


def found(near: Pcm) -> list[float]:
    """Return where the echo is found, segment by segment, rounded to milliseconds."""
    finder, places, size = DelayFinder(), [], SAMPLE_RATE_HZ // 100
    for first in range(0, near.size - size + 1, size):
        frame = slice(first, first + size)
        finder.add(near[frame], near[frame], FAR[frame])
        if (first // size + 1) % round(100 * SEGMENT) == 0 and (echo := finder.search()):
            places.append(round(echo.trail, 3))
    return places


def test_a_reflection_that_stands_out_for_a_moment_is_no_echo_that_moved() -> None:
    direct = late(FAR, DIRECT) * (1.0 - 0.5 * from_to(8.0, 9.0))
    places = found(0.3 * (direct + 0.7 * late(FAR, REFLECTED)))
    assert len(places) > 70
    assert set(places) == {DIRECT}


def test_an_echo_that_moved_is_found_where_it_is() -> None:
    before = from_to(0.0, 8.0)
    near = late(FAR, DIRECT) * before + late(FAR, REFLECTED) * (1.0 - before)
    places = found(0.3 * near)
    moved = places.index(REFLECTED)
    assert set(places[moved:]) == {REFLECTED}
    assert moved * SEGMENT < 8.0 + 2.0


@pytest.mark.parametrize(("lasts", "learns"), [(0.3, False), (8.0, True)])
def test_only_what_is_found_twice_is_learned_anew(lasts: float, learns: bool) -> None:
    elsewhere = from_to(8.0, 8.0 + lasts)
    near = late(FAR, DIRECT) * (1.0 - elsewhere) + late(FAR, REFLECTED) * elsewhere
    rig = Rig(FAR)
    canceller = EchoCanceller(rig.far_end)
    warming = []
    for pcm, at in rig.blocks((0.3 * near + hiss(FAR.size, -65.0)).astype(np.float32)):
        canceller.process(pcm, at)
        if at - START_AT > 7.0:
            warming.append(canceller.is_warming_up)
    assert not warming[0]
    assert any(warming) == learns
    expected = REFLECTED if at - START_AT < 8.0 + lasts else DIRECT
    assert canceller.delay == pytest.approx(expected, abs=0.005)
