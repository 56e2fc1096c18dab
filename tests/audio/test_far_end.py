from __future__ import annotations

import threading

import numpy as np
import pytest

from her_desktop.audio.far_end import KEPT, FarEnd, Timeline
from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm

RATES = [8_000, 16_000, 44_100, 48_000, 96_000]


def tone(hz: float, rate: int, seconds: float, start: float = 0.0) -> Pcm:
    at = start + np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def play(far_end: FarEnd, pcm: Pcm, at: float, rate: int, jitter: float = 0.0) -> None:
    rng = np.random.default_rng(1)
    block = rate // 100
    for first in range(0, pcm.size, block):
        stamp = at + first / rate + rng.normal(0.0, jitter)
        far_end.write(pcm[first : first + block], stamp, rate)
        # As the listener does: what is written is taken in while it plays.
        assert far_end.until > 0.0


@pytest.mark.parametrize("rate", RATES)
def test_what_was_played_is_found_at_its_instant(rate: int) -> None:
    far_end = FarEnd()
    play(far_end, tone(1000.0, rate, 1.0), 50.0, rate)
    wanted = far_end.between(50.2, 50.3, 1600)
    assert wanted.dtype == np.float32
    assert np.abs(wanted - tone(1000.0, SAMPLE_RATE_HZ, 0.1, 0.2)).max() < 0.002


def test_a_stretch_may_begin_between_two_samples() -> None:
    far_end = FarEnd()
    play(far_end, tone(3000.0, 48_000, 1.0), 50.0, 48_000)
    for fraction in (0.0, 0.13, 0.5, 0.77):
        start = 0.2 + fraction / 48_000
        wanted = far_end.between(50.0 + start, 50.1 + start, 1600)
        assert np.abs(wanted - tone(3000.0, SAMPLE_RATE_HZ, 0.1, start)).max() < 0.004


def test_frames_join_without_a_seam() -> None:
    far_end = FarEnd()
    play(far_end, tone(440.0, 44_100, 1.0), 50.0, 44_100)
    frames = [far_end.between(50.3 + i / 100, 50.31 + i / 100, 160) for i in range(10)]
    whole = far_end.between(50.3, 50.4, 1600)
    assert np.abs(np.concatenate(frames) - whole).max() < 1e-3


def test_what_16_khz_cannot_hold_is_removed() -> None:
    far_end = FarEnd()
    play(far_end, tone(9_000.0, 48_000, 1.0), 50.0, 48_000)
    assert np.abs(far_end.between(50.3, 50.4, 1600)).max() < 0.5 * 10 ** (-60 / 20)


def test_silence_where_nothing_was_played() -> None:
    far_end = FarEnd()
    assert not far_end.between(50.0, 50.01, 160).any()
    assert far_end.until == -np.inf
    play(far_end, tone(440.0, 48_000, 0.1), 50.0, 48_000)
    assert far_end.until == pytest.approx(50.1)
    assert not far_end.between(49.0, 49.01, 160).any()
    assert not far_end.between(50.2, 50.21, 160).any()
    assert far_end.between(50.05, 50.06, 160).any()


def test_a_gap_in_the_playing_is_silence_and_shifts_nothing() -> None:
    far_end = FarEnd()
    play(far_end, tone(440.0, 48_000, 0.3), 50.0, 48_000)
    play(far_end, tone(880.0, 48_000, 0.3), 50.8, 48_000)
    assert not far_end.between(50.4, 50.7, 4800).any()
    before = far_end.between(50.1, 50.2, 1600)
    assert np.abs(before - tone(440.0, SAMPLE_RATE_HZ, 0.1, 0.1)).max() < 0.002
    after = far_end.between(50.9, 51.0, 1600)
    assert np.abs(after - tone(880.0, SAMPLE_RATE_HZ, 0.1, 0.1)).max() < 0.002


def test_a_stamp_moved_back_is_believed() -> None:
    far_end = FarEnd()
    play(far_end, tone(440.0, 48_000, 0.3), 50.0, 48_000)
    play(far_end, tone(440.0, 48_000, 0.5), 50.2, 48_000)
    begin = far_end.time_at(50.4)
    assert begin == pytest.approx(50.5)
    wanted = far_end.between(begin, begin + 0.1, 1600)
    assert np.abs(wanted - tone(440.0, SAMPLE_RATE_HZ, 0.1, 0.2)).max() < 0.002


def test_another_rate_is_another_stream() -> None:
    far_end = FarEnd()
    play(far_end, tone(440.0, 48_000, 0.3), 50.0, 48_000)
    play(far_end, tone(440.0, 44_100, 0.3), 51.0, 44_100)
    wanted = far_end.between(51.1, 51.2, 1600)
    assert np.abs(wanted - tone(440.0, SAMPLE_RATE_HZ, 0.1, 0.1)).max() < 0.002


def test_a_device_off_our_clock_keeps_its_own_time() -> None:
    """A virtual device was seen to run 2.5 % fast: no sample may be lost or doubled for it."""
    far_end = FarEnd()
    rate, fast = 48_000, 1.025
    sound = tone(440.0, rate, 10.0)
    for first in range(0, sound.size, 480):
        far_end.write(sound[first : first + 480], 50.0 + first / rate / fast, rate)
        assert far_end.until == pytest.approx(50.0 + (first + 480) / rate)
    assert far_end.time_at(50.0 + 10.0 / fast) == pytest.approx(60.0, abs=0.001)
    wanted = far_end.between(59.5, 59.6, 1600)
    assert np.abs(wanted - tone(440.0, SAMPLE_RATE_HZ, 0.1, 9.5)).max() < 0.002


def test_memory_has_an_end_with_and_without_a_reader() -> None:
    far_end = FarEnd()
    sound = tone(440.0, 48_000, 0.01)
    for i in range(5000):
        far_end.write(sound, 50.0 + i / 100, 48_000)
    assert far_end.until == pytest.approx(100.0, abs=0.01)
    assert far_end.between(99.9, 99.91, 160).any()
    assert not far_end.between(100.0 - KEPT - 3.0, 100.0 - KEPT - 2.9, 160).any()


def test_a_block_longer_than_the_memory_keeps_its_end() -> None:
    far_end = FarEnd()
    far_end.write(tone(440.0, 16_000, 5.0), 50.0, 16_000)
    assert far_end.until == pytest.approx(55.0)
    wanted = far_end.between(54.5, 54.6, 1600)
    assert np.abs(wanted - tone(440.0, SAMPLE_RATE_HZ, 0.1, 4.5)).max() < 0.002


def test_the_writer_may_reuse_its_block() -> None:
    far_end = FarEnd()
    block = np.full(480, 0.5, np.float32)
    for i in range(20):
        far_end.write(block, 50.0 + i / 100, 48_000)
    block[:] = 0.0
    assert far_end.between(50.1, 50.11, 160).min() > 0.4


def test_only_what_was_heard_can_slip() -> None:
    far_end = FarEnd()
    play(far_end, np.zeros(480, np.float32), 50.0, 48_000)
    far_end.slip(50.5)
    assert far_end.slipped_at == -np.inf
    play(far_end, tone(440.0, 48_000, 0.1), 51.0, 48_000)
    far_end.slip(51.5)
    assert far_end.slipped_at == 51.5


def test_one_thread_writes_while_another_reads() -> None:
    far_end = FarEnd()
    block = np.full(480, 0.5, np.float32)
    written = 3000

    def write() -> None:
        for i in range(written):
            far_end.write(block, 50.0 + i / 100, 48_000)

    writer = threading.Thread(target=write)
    writer.start()
    seen = -np.inf
    while writer.is_alive():
        now = far_end.until
        assert now >= seen - 0.001
        seen = now
        if now > 50.5:
            wanted = far_end.between(now - 0.2, now - 0.19, 160)
            assert np.abs(wanted - 0.5).max() < 0.01 or now - 50.0 < KEPT
    writer.join()
    assert far_end.until == pytest.approx(80.0, abs=0.01)


def test_a_timeline_follows_a_clock_that_drifts() -> None:
    timeline = Timeline(SAMPLE_RATE_HZ)
    fast = SAMPLE_RATE_HZ * (1.0 + 100e-6)
    apart = []
    for second in range(3600):
        assert not timeline.append(10.0 + second * 16_000 / fast, 16_000)
        apart.append(timeline.at(timeline.end) - (10.0 + timeline.end / fast))
    assert timeline.end == 57_600_000
    # Some way apart, and no further.
    assert max(apart) < 0.035
    assert apart[-1] - apart[-600] == pytest.approx(0.0, abs=0.003)
    assert timeline.offset == pytest.approx(-apart[-1], abs=0.001)


def test_a_timeline_is_steadier_than_its_stamps() -> None:
    timeline = Timeline(SAMPLE_RATE_HZ)
    rng = np.random.default_rng(5)
    off = []
    for i in range(1200):
        at = 10.0 + i / 100
        wander = 0.02 * np.sin(2 * np.pi * at / 3.0) if i > 300 else 0.0
        timeline.append(at + wander + rng.normal(0.0, 0.001), 160)
        off.append(timeline.at(160 * i) - at)
    # Not half a sample from one frame to the next, or no filter could learn the room.
    assert np.abs(np.diff(off[300:])).max() < 0.5 / SAMPLE_RATE_HZ
    assert np.abs(off[300:]).max() < 0.001


def test_a_timeline_leaps_where_sound_was_lost() -> None:
    timeline = Timeline(SAMPLE_RATE_HZ)
    for i in range(300):
        timeline.append(10.0 + i / 100, 160)
    assert timeline.append(13.5, 160)
    assert not timeline.append(13.51, 160)
    assert timeline.at(timeline.end) == pytest.approx(13.52)
