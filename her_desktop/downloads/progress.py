"""How far a download is, for whoever watches it.

Rule: values only; the callback is called on the thread that downloads, at most ten times a second
and once at every change of state.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

_SMOOTHING = 3.0
"""Seconds after which an old speed counts a third: shorter flickers, longer lies."""

_INTERVAL = 0.1


class State(StrEnum):
    """Where a download is."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    PAUSED = "paused"
    VERIFYING = "verifying"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Progress:
    """One model on its way: `done` of `total` bytes, in `state`.

    `speed` (bytes a second) and `left` (seconds) are None until they are known. `message` is one
    sentence: why it waits, or why it failed.
    """

    state: State
    done: int
    total: int
    speed: float | None = None
    left: float | None = None
    message: str = ""


Report = Callable[[Progress], None]


class Pace:
    """Owns the smoothed speed of one download; used by the thread that downloads.

    An exponential average over time, so that the size of the pieces does not matter.
    """

    def __init__(self) -> None:
        """No speed is known yet."""
        self._at: float | None = None
        self._done = 0
        self.speed: float | None = None

    def note(self, done: int, at: float) -> None:
        """Take in that `done` bytes were there at the instant `at`."""
        if self._at is None or done < self._done:
            self._at, self._done = at, done
            return
        passed = at - self._at
        if passed < _INTERVAL:
            return
        now = (done - self._done) / passed
        share = 1.0 if self.speed is None else 1.0 - math.exp(-passed / _SMOOTHING)
        self.speed = now * share + (self.speed or 0.0) * (1.0 - share)
        self._at, self._done = at, done

    def rest(self) -> None:
        """Forget when the last byte came: waiting is not slowness."""
        self._at = None


class Ledger:
    """Owns the count of one model's bytes and tells the watcher; used by the downloading thread."""

    def __init__(self, total: int, report: Report) -> None:
        """Count up to `total` bytes and tell `report`."""
        self._total = total
        self._report = report
        self._pace = Pace()
        self._told_at = -math.inf
        self._state = State.WAITING
        self._settled = 0
        self._current = 0

    def settle(self, size: int) -> None:
        """Count a file of `size` bytes as in place."""
        self._settled += size
        self._current = 0

    def tell(self, state: State, current: int, message: str = "") -> Progress:
        """Say that beside what is settled `current` bytes of a file are there; return what is told.

        While the state stays the same, most calls are not passed on.
        """
        at = time.monotonic()
        self._current = current
        done = self._settled + current
        if state is State.DOWNLOADING:
            self._pace.note(done, at)
        else:
            self._pace.rest()
        speed = self._pace.speed if state is State.DOWNLOADING else None
        left = (self._total - done) / speed if speed else None
        progress = Progress(state, done, self._total, speed, left, message)
        if message or state is not self._state or at - self._told_at >= _INTERVAL:
            self._state, self._told_at = state, at
            self._report(progress)
        return progress

    def end(self, state: State, message: str = "") -> Progress:
        """Say how it ended and return that."""
        self._state = State.WAITING  # so that the last word is always passed on
        return self.tell(state, self._current, message)
