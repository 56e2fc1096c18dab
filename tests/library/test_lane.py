from __future__ import annotations

from her_desktop.library.lane import Lane


def test_a_lane_goes_on_after_a_job_that_failed() -> None:
    done: list[int] = []
    lane = Lane("test")

    def fail() -> None:
        raise RuntimeError

    lane.put(fail)
    lane.put(lambda: done.append(1))
    lane.stop()
    assert lane.join(10)
    assert done == [1]


def test_a_lane_that_was_never_used_has_no_thread() -> None:
    lane = Lane("test")
    lane.stop()
    assert lane.join(10)
