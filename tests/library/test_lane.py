from __future__ import annotations

import threading

from fakes import PATIENCE

from her_desktop.library.lane import Lane


def test_a_lane_goes_on_after_a_job_that_failed() -> None:
    done: list[int] = []
    lane = Lane("test")

    def fail() -> None:
        raise RuntimeError

    over = threading.Event()
    lane.put(fail)
    lane.put(lambda: done.append(1))
    lane.put(over.set)
    assert over.wait(PATIENCE)
    lane.stop()
    assert lane.join(PATIENCE)
    assert done == [1]


def test_a_lane_that_was_never_used_has_no_thread() -> None:
    lane = Lane("test")
    lane.stop()
    assert lane.join(PATIENCE)


def test_a_wide_lane_does_several_things_at_once_and_no_more() -> None:
    lane = Lane("test", width=2)
    together = threading.Barrier(3, timeout=PATIENCE)
    over = threading.Event()

    def hold() -> None:
        together.wait()

    lane.put(hold)
    lane.put(hold)
    lane.put(over.set)
    assert not over.is_set()
    together.wait()
    assert over.wait(PATIENCE)
    lane.stop()
    assert lane.join(PATIENCE)


def test_what_waits_when_a_lane_is_stopped_is_forgotten() -> None:
    lane = Lane("test")
    begun, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def hold() -> None:
        begun.set()
        go_on.wait(PATIENCE)

    lane.put(hold)
    lane.put(lambda: done.append(1))
    assert begun.wait(PATIENCE)
    lane.stop()
    assert not lane.join(0.0)
    go_on.set()
    assert lane.join(PATIENCE)
    assert done == []
