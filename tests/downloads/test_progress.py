"""The speed and the time left that a person is shown."""

from __future__ import annotations

import pytest

from her_desktop.downloads.faults import readable_size
from her_desktop.downloads.progress import Ledger, Pace, Progress, State


def test_a_steady_speed_is_shown_as_it_is() -> None:
    pace = Pace()
    for second in range(20):
        pace.note(1000 * second, float(second))
    assert pace.speed == pytest.approx(1000)


def test_a_burst_is_smoothed_and_a_change_is_followed() -> None:
    pace = Pace()
    for second in range(20):
        pace.note(1000 * second, float(second))
    pace.note(19_000 + 10_000, 20.0)
    assert pace.speed is not None
    assert 1000 < pace.speed < 5000
    for second in range(21, 60):
        pace.note(29_000 + 5000 * (second - 20), float(second))
    assert pace.speed == pytest.approx(5000, rel=0.01)


def test_a_pause_is_not_slowness() -> None:
    pace = Pace()
    pace.note(0, 0.0)
    pace.note(1000, 1.0)
    pace.rest()
    pace.note(1000, 100.0)
    pace.note(2000, 101.0)
    assert pace.speed == pytest.approx(1000)


def test_a_change_of_state_and_the_last_word_are_always_told() -> None:
    told: list[Progress] = []
    ledger = Ledger(100, told.append)
    for done in range(50):
        ledger.tell(State.DOWNLOADING, done)
    ledger.tell(State.VERIFYING, 50)
    ledger.settle(100)
    ended = ledger.end(State.DONE)
    assert [progress.state for progress in told if progress.state is not State.DOWNLOADING] == [
        State.VERIFYING,
        State.DONE,
    ]
    assert len(told) < 10
    assert (ended.done, ended.total) == (100, 100)


@pytest.mark.parametrize(
    ("size", "text"), [(2_317, "2 kB"), (63_201_294, "63 MB"), (1_617_884_929, "1.6 GB")]
)
def test_sizes_are_readable(size: int, text: str) -> None:
    assert readable_size(size) == text
