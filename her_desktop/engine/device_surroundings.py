"""What the care of the sound devices is given: two streams, somebody to call, and the machine.

Rule: shapes only, so that a test can put its own streams, its own clock and its own trouble there.
The `sound` thread uses them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from her_desktop.audio.plugged import Plugged


class Stream(Protocol):
    """What a microphone and a loudspeaker have in common."""

    @property
    def name(self) -> str:
        """The device in use."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the stream is open."""
        ...

    @property
    def is_wanted(self) -> bool:
        """Whether the device in use is the one asked for."""
        ...

    @property
    def sample_rate_hz(self) -> int:
        """The rate it runs at."""
        ...

    @property
    def last_block_at(self) -> float:
        """When the device last called for or delivered sound; 0 before it ever did."""
        ...

    def open(self, name: str) -> None:
        """Open a device by its remembered name; raises SoundError."""
        ...

    def close(self) -> None:
        """Close, from any state."""
        ...

    def release(self) -> None:
        """Close for a moment, and keep what is queued."""
        ...

    def give_up(self) -> None:
        """Let nobody wait for what is queued; makes no call to PortAudio."""
        ...


class Loudspeaker(Stream, Protocol):
    """What a loudspeaker can do besides: stand still while nothing is to be played."""

    on_needed: Callable[[], None]
    """Called by any thread when a loudspeaker that rests will be needed."""

    @property
    def is_resting(self) -> bool:
        """Whether it is open and stands still."""
        ...

    @property
    def used_at(self) -> float:
        """When there was last something to play, or soon to be."""
        ...

    def rest(self) -> None:
        """Stand still, unless there is something to play."""
        ...

    def rouse(self) -> None:
        """Take sound again; raises SoundError, and is closed then, with what is queued kept."""
        ...


class Caller(Protocol):
    """Who makes the calls that may hang."""

    @property
    def stuck(self) -> int:
        """How many calls have not returned."""
        ...

    def run(self, work: Callable[[], None], patience: float) -> None:
        """Call and wait; raises what it raises, and NoAnswer."""
        ...


def _slept() -> float:
    """Return the seconds the machine has slept since some instant."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        # Unlike the wall clock, nobody sets this one.
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
    return time.time() - time.monotonic()


@dataclass(frozen=True)
class Surroundings:
    """What is asked of the machine; `rescan` renews PortAudio's list, with every stream closed."""

    rescan: Callable[[], None]
    plugged: Callable[[], Plugged]
    now: Callable[[], float] = time.monotonic
    slept: Callable[[], float] = _slept
