from __future__ import annotations

import numpy as np
import pytest

from her_desktop.audio.stream import StreamClock

RATE = 48_000
FRAMES = 480
LATE = 1000.0
"""How far PortAudio's clock is behind time.monotonic in these tests."""


def stamps(clock: StreamClock, ages: list[float], waits: list[float] | None = None) -> list[float]:
    """Run blocks 10 ms apart; `ages` are what PortAudio says, `waits` the callback's delays."""
    waits = waits or [0.0] * len(ages)
    answers = []
    for number, (age, wait) in enumerate(zip(ages, waits, strict=True)):
        current = 5.0 + number * 0.01
        answers.append(clock.stamp(FRAMES, current + LATE + wait, current, current - age))
    return answers


def true_instants(count: int, age: float) -> list[float]:
    return [5.0 + LATE + number * 0.01 - age for number in range(count)]


def test_stamps_are_followed_once_the_stream_has_settled() -> None:
    seen = stamps(StreamClock(RATE, -0.02), [0.012] * 400)
    assert seen[300:] == pytest.approx(true_instants(400, 0.012)[300:], abs=0.001)


def test_output_lies_ahead_of_the_callback() -> None:
    seen = stamps(StreamClock(RATE, 0.02), [-0.03] * 400)
    assert seen[300:] == pytest.approx(true_instants(400, -0.03)[300:], abs=0.001)


def test_a_callback_that_waited_does_not_move_the_sound() -> None:
    waits = [0.0 if number % 3 else 0.02 for number in range(400)]
    seen = stamps(StreamClock(RATE, -0.02), [0.012] * 400, waits)
    assert seen[300:] == pytest.approx(true_instants(400, 0.012)[300:], abs=0.002)


def test_jitter_of_single_stamps_is_averaged_away() -> None:
    noise = np.random.default_rng(3).uniform(-0.01, 0.01, 600)
    seen = stamps(StreamClock(RATE, -0.02), list(0.03 + noise))
    assert np.abs(np.diff(seen[200:]) - 0.01).max() < 0.0007
    assert seen[300:] == pytest.approx(true_instants(600, 0.03)[300:], abs=0.004)


@pytest.mark.parametrize("nonsense", [0.35, 1.5, -0.2])
def test_nonsense_falls_back_to_the_promised_latency(nonsense: float) -> None:
    seen = stamps(StreamClock(RATE, -0.02), [nonsense] * 300)
    assert seen == pytest.approx(true_instants(300, 0.02), abs=0.001)


def test_a_device_without_stamps_gets_the_promised_latency() -> None:
    clock = StreamClock(RATE, -0.02)
    seen = [clock.stamp(FRAMES, 100.0 + n * 0.01, n * 0.01 + 1.0, 0.0) for n in range(300)]
    assert seen[250] == pytest.approx(100.0 + 2.5 - 0.02, abs=0.001)


def test_a_starting_server_is_not_believed() -> None:
    seen = stamps(StreamClock(RATE, -0.02), [0.25] * 100 + [0.012] * 300)
    assert seen[:100] == pytest.approx(true_instants(100, 0.02), abs=0.001)
    assert seen[300:] == pytest.approx(true_instants(400, 0.012)[300:], abs=0.001)


def test_after_a_gap_the_clock_moves_on() -> None:
    clock = StreamClock(RATE, -0.02)
    stamps(clock, [0.012] * 300)
    # Half a second of sound was lost: PortAudio's clock went on, the blocks did not.
    after = [
        clock.stamp(FRAMES, at + LATE, at, at - 0.012)
        for at in (8.5 + number * 0.01 for number in range(60))
    ]
    assert after[-1] == pytest.approx(8.5 + 0.59 + LATE - 0.012, abs=0.002)


def test_after_a_gap_at_rest_three_stamps_move_the_clock() -> None:
    clock = StreamClock(RATE, 0.1)
    stamps(clock, [-0.1] * 300)
    seen, true = [], []
    # A twentieth of a second was lost; one stamp in a quarter of a second is looked at.
    for number in range(3):
        current = 5.0 + 3.0 + 0.05 + number * 0.25 + 0.24
        clock.skip(24 * FRAMES)
        seen.append(clock.stamp(FRAMES, current + LATE, current, current + 0.1))
        true.append(current + LATE + 0.1)
    assert seen == pytest.approx([true[0] - 0.05, true[1] - 0.05, true[2]], abs=0.002)


def test_instants_never_run_backwards() -> None:
    noise = np.random.default_rng(4).uniform(-0.015, 0.015, 500)
    seen = stamps(StreamClock(RATE, -0.02), list(0.03 + noise))
    assert np.all(np.diff(seen) > 0.0)


def test_blocks_that_were_skipped_are_counted_all_the_same() -> None:
    clock = StreamClock(RATE, -0.02)
    stamps(clock, [0.012] * 300)
    seen = []
    for number in range(300, 1300, 10):
        current = 5.0 + (number + 9) * 0.01
        clock.skip(9 * FRAMES)
        seen.append(clock.stamp(FRAMES, current + LATE, current, current - 0.012))
    true = true_instants(1300, 0.012)[309::10]
    assert seen == pytest.approx(true, abs=0.001)


def test_skipping_before_the_first_stamp_does_not_invent_one() -> None:
    clock = StreamClock(RATE, -0.02)
    clock.skip(2 * FRAMES)
    assert clock.stamp(FRAMES, 50.0, 5.0, 4.98) == pytest.approx(49.98)


def test_a_clock_that_begins_anew_knows_what_the_latency_was() -> None:
    clock = StreamClock(RATE, 0.02)
    stamps(clock, [-0.03] * 400)
    clock.restart()
    # The server finds its pace again; and PortAudio's clock may have been set meanwhile.
    seen = stamps(clock, [-0.25] * 100 + [-0.03] * 100)
    assert seen == pytest.approx(true_instants(200, -0.03), abs=0.001)
