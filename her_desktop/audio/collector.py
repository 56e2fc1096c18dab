"""A loudspeaker that writes instead of sounding: for one turn on the command line.

Rule: called on the hub thread alone; everything given to it counts as heard the moment it comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from her_desktop.audio.format import Pcm, first_audible


class Collector:
    """Owns the sound of the turns it was given."""

    def __init__(
        self, on_started: Callable[[int, float], None], on_finished: Callable[[int, float], None]
    ) -> None:
        """Prepare; the callables are told (turn, audible_at) and (turn, seconds played)."""
        self._on_started = on_started
        self._on_finished = on_finished
        self._pieces: dict[int, list[Pcm]] = {}
        self._audible: set[int] = set()
        self.sample_rate_hz = 0

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        """Keep sound of a turn; all of it has the voice's one rate."""
        self.sample_rate_hz = sample_rate_hz
        self._pieces.setdefault(turn, []).append(pcm)
        if turn not in self._audible and first_audible(pcm) is not None:
            self._audible.add(turn)
            self._on_started(turn, time.monotonic())

    def finish(self, turn: int) -> None:
        """Report the turn as played to its end."""
        self._on_finished(turn, self._seconds(turn))

    def hold(self, turn: int) -> float:
        """Return how many seconds of the turn were taken in: nobody speaks over it."""
        return self._seconds(turn)

    def resume(self, turn: int) -> None:
        """Go on, as it does anyway."""

    def stop(self, turn: int) -> float:
        """Return how many seconds of the turn were taken in."""
        return self._seconds(turn)

    def sound(self, turn: int) -> Pcm:
        """Return everything a turn sounded like."""
        pieces = self._pieces.get(turn)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _seconds(self, turn: int) -> float:
        samples = sum(piece.size for piece in self._pieces.get(turn, ()))
        return samples / self.sample_rate_hz if samples else 0.0
