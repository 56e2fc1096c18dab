"""What the loudspeaker is about to play, turn after turn, and how a turn is silenced or held.

Rule: the hub writes, the loudspeaker's callback reads; one lock, held for the copying of a block.
The two callables are called outside of it, by whichever thread made the thing true, and must only
put something into a queue.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from her_desktop.audio.format import Pcm, first_audible
from her_desktop.audio.rewind import Played

FADE = 0.005
"""Seconds in which a silenced turn dies away: long enough not to click, too short to hear."""


@dataclass
class _Line:
    """The sound of one turn: `pieces` begin at sample `taken` of `added`, counted at one rate."""

    pieces: deque[Pcm] = field(default_factory=deque)
    added: int = 0
    taken: int = 0
    audible_from: int | None = None
    played_before: float = 0.0
    has_started: bool = False
    is_dry: bool = True
    is_finished: bool = False
    is_held: bool = False
    past: Played = field(default_factory=Played)

    def played(self, sample_rate_hz: int) -> float:
        return self.played_before + self.taken / sample_rate_hz


class PlaybackBuffer:
    """Owns the sound not yet played. Written by the hub, rendered by the loudspeaker's callback."""

    def __init__(
        self,
        sample_rate_hz: int,
        on_started: Callable[[int, float], None],
        on_finished: Callable[[int, float], None],
    ) -> None:
        """Begin with silence.

        `on_started(turn, audible_at)` is called once a turn, when its first sample over -50 dBFS
        is rendered; `on_finished(turn, played)` once a finished turn has been rendered wholly.
        """
        self._on_started = on_started
        self._on_finished = on_finished
        self._lines: dict[int, _Line] = {}
        self._lock = threading.Lock()
        self._starved = 0
        self._last_sample = 0.0
        self._tail: Pcm = np.zeros(0, np.float32)
        self._set_rate(sample_rate_hz)

    @property
    def sample_rate_hz(self) -> int:
        """The rate of everything played and rendered."""
        return self._rate

    @property
    def starved(self) -> int:
        """How often a turn ran out of sound in its middle."""
        return self._starved

    def play(self, turn: int, pcm: Pcm) -> None:
        """Put sound behind what is queued of this turn; a new turn comes behind all others."""
        audible = first_audible(pcm)
        with self._lock:
            line = self._lines.setdefault(turn, _Line())
            if line.audible_from is None and audible is not None:
                line.audible_from = line.added + audible
            if pcm.size:
                line.pieces.append(pcm)
                line.added += pcm.size

    def finish(self, turn: int) -> None:
        """Let the turn end once its sound has been played; without any, at the next block."""
        with self._lock:
            self._lines.setdefault(turn, _Line()).is_finished = True

    def hold(self, turn: int) -> float:
        """Keep a turn silent until `resume` or `stop`; return how many seconds of it were played.

        It dies away like a stopped one, and what it dies away with is played again. A turn that
        has no sound yet is held before its first.
        """
        with self._lock:
            line = self._lines.setdefault(turn, _Line())
            if not line.is_held and line.taken and line.pieces:
                self._tail = self._dying_away(line)
            line.is_held = True
            return line.played(self._rate)

    def resume(self, turn: int) -> None:
        """Let a held turn go on, from the quietest moment shortly before where it was."""
        with self._lock:
            line = self._lines.get(turn)
            if line is None or not line.is_held:
                return
            line.is_held = False
            if line.pieces and line.has_started:
                again = line.past.rewound(self._rate)
                line.taken -= again.size
                line.pieces[0] = np.concatenate((again, line.pieces[0]))
                rising = self._ramp[::-1][: line.pieces[0].size]
                line.pieces[0][: rising.size] *= rising

    def stop(self, turn: int) -> float:
        """Drop the rest of a turn and return how many seconds of it were played.

        What sounds of it dies away within `FADE`, from the next block on. 0 for a turn that is
        not (or no longer) here.
        """
        with self._lock:
            line = self._lines.pop(turn, None)
            if line is None:
                return 0.0
            if line.taken and line.pieces and not line.is_held:
                self._tail = self._dying_away(line)
            return line.played(self._rate)

    def abandon(self, sample_rate_hz: int | None = None) -> None:
        """Drop all sound, because nobody plays it any more; a rate is that of the next device.

        Finished turns end now with what was played of them; others keep their count, and end
        when they are finished or stopped.
        """
        ended: list[tuple[int, float]] = []
        with self._lock:
            for turn, line in list(self._lines.items()):
                line.played_before = line.played(self._rate)
                line.pieces.clear()
                line.added = line.taken = 0
                line.past = Played()
                line.audible_from, line.is_dry = None, True
                if line.is_finished:
                    del self._lines[turn]
                    ended.append((turn, line.played_before))
            self._set_rate(sample_rate_hz or self._rate)
            self._last_sample = 0.0
        for turn, played in ended:
            self._on_finished(turn, played)

    @property
    def is_silent(self) -> bool:
        """Whether nothing is queued and nothing dies away: `render` would give only zeros.

        Asked by the callback alone, and without the lock: a turn that is queued meanwhile sounds
        with the next block, as it would had it come a moment later.
        """
        return not self._lines and not self._tail.size and self._last_sample == 0.0

    def render(self, out: Pcm, dac_at: float) -> None:
        """Fill `out` (one channel) whose first sample the device will play at `dac_at`."""
        started: list[tuple[int, float]] = []
        ended: list[tuple[int, float]] = []
        with self._lock:
            filled = self._render_tail(out, 0)
            while self._lines:
                turn, line = next(iter(self._lines.items()))
                if line.is_held and not (line.is_finished and not line.pieces):
                    break
                if line.pieces and filled < out.size:
                    audible = self._audible_at(line, filled, out.size)
                    if audible is not None:
                        started.append((turn, dac_at + audible / self._rate))
                    filled = self._take(line, out, filled)
                elif line.pieces:
                    break
                elif line.is_finished:
                    del self._lines[turn]
                    ended.append((turn, line.played(self._rate)))
                else:
                    if filled < out.size:
                        self._run_dry(line, out, filled)
                        filled = self._render_tail(out, filled)
                    break
            out[filled:] = 0.0
            if out.size:
                self._last_sample = float(out[-1])
        for turn, audible_at in started:
            self._on_started(turn, audible_at)
        for turn, played in ended:
            self._on_finished(turn, played)

    # --- under the lock ------------------------------------------------------------------------

    def _set_rate(self, sample_rate_hz: int) -> None:
        self._rate = sample_rate_hz
        count = max(1, round(FADE * sample_rate_hz))
        self._ramp: Pcm = np.linspace(1.0, 0.0, count + 1, dtype=np.float32)[1:]
        self._tail = self._ramp[:0]

    def _take(self, line: _Line, out: Pcm, filled: int) -> int:
        """Copy as much of a line as there is, or as fits; return how much of `out` is filled."""
        while line.pieces and filled < out.size:
            piece = line.pieces[0]
            count = min(piece.size, out.size - filled)
            out[filled : filled + count] = piece[:count]
            if count == piece.size:
                line.pieces.popleft()
            else:
                line.pieces[0] = piece[count:]
            line.taken += count
            line.past.add(piece[:count], self._rate)
            filled += count
        line.is_dry = False
        return filled

    def _audible_at(self, line: _Line, filled: int, size: int) -> int | None:
        """Return where in the block a line becomes audible for the first time, if it does."""
        if line.has_started or line.audible_from is None:
            return None
        index = filled + line.audible_from - line.taken
        if index >= size:
            return None
        line.has_started = True
        return index

    def _run_dry(self, line: _Line, out: Pcm, filled: int) -> None:
        """Count that the sound of an unfinished turn is late, once, and let go without a click."""
        if line.is_dry:
            return
        line.is_dry = True
        self._starved += line.has_started
        last = float(out[filled - 1]) if filled else self._last_sample
        self._tail = last * self._ramp

    def _render_tail(self, out: Pcm, filled: int) -> int:
        count = min(self._tail.size, out.size - filled)
        out[filled : filled + count] = self._tail[:count]
        self._tail = self._tail[count:]
        return filled + count

    def _dying_away(self, line: _Line) -> Pcm:
        """Return what would have come next, faded out; its end is held where it is too short."""
        wanted = self._ramp.size
        coming: list[Pcm] = []
        for piece in line.pieces:
            coming.append(piece[:wanted])
            wanted -= coming[-1].size
            if not wanted:
                break
        sound = np.concatenate(coming)
        if wanted:
            sound = np.concatenate((sound, np.full(wanted, sound[-1], np.float32)))
        return sound * self._ramp
