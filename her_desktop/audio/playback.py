"""What the loudspeaker is about to play, turn after turn, and how a turn is silenced or held.

Sound is handed over to the player ahead of time, and counts as played once the device has taken
it: whatever is to change takes account of that first, and takes back what is not wanted any more.

Rule: the hub writes, and any thread may let it catch up; one lock, held for some copying. The two
callables are called outside of it, in the order of what they tell, by whichever thread finds it
true, and must only put something into a queue.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from her_desktop.audio.format import Pcm, first_audible
from her_desktop.audio.player import FADE, PlayedBlock, Player
from her_desktop.audio.rewind import Played

_UNOPENED_RATE_HZ = 48_000

Stamp = Callable[[PlayedBlock], float]
"""Takes note of a block that was played; returns the instant of its first sample at the device."""


@dataclass
class _Line:
    """The sound of one turn: `pieces` begin at sample `taken` of `added`, counted at one rate.

    The first `ahead` samples of them were handed over, and have not been played yet.
    """

    pieces: deque[Pcm] = field(default_factory=deque)
    added: int = 0
    taken: int = 0
    ahead: int = 0
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
    """Owns the sound not yet played: what the hub queued, and how much of it the player has."""

    def __init__(
        self,
        on_started: Callable[[int, float], None],
        on_finished: Callable[[int, float], None],
    ) -> None:
        """Begin with silence, and without a player.

        `on_started(turn, audible_at)` is called once a turn, when the device has taken its first
        sample over -50 dBFS; `on_finished(turn, played)` once it has taken all of a finished turn.
        """
        self._on_started = on_started
        self._on_finished = on_finished
        self._lines: dict[int, _Line] = {}
        self._lock = threading.Lock()
        self._player: Player | None = None
        self._stamp: Stamp = lambda block: block.dac_at
        self._rate = _UNOPENED_RATE_HZ
        self._played = 0
        self._starved = 0
        self._untold: deque[Callable[[], None]] = deque()
        self._telling = threading.RLock()

    @property
    def sample_rate_hz(self) -> int:
        """The rate of everything queued and played."""
        return self._rate

    @property
    def starved(self) -> int:
        """How often a turn ran out of sound in its middle."""
        return self._starved

    @property
    def is_empty(self) -> bool:
        """Whether nothing is queued: what may still sound dies away."""
        return not self._lines

    def attach(self, player: Player, sample_rate_hz: int, stamp: Stamp) -> None:
        """Play on this from now on; what is queued at another rate is dropped, as by `abandon`."""
        if sample_rate_hz != self._rate:
            self.abandon()
        with self._lock:
            self._player, self._stamp = player, stamp
            self._rate, self._played = sample_rate_hz, 0
            self._hand_over()

    def detach(self) -> None:
        """Take the player's sound away from it; what it has not played is kept for the next."""
        with self._lock:
            self._take_back(None)
            self._player = None
        self._tell()

    def play(self, turn: int, pcm: Pcm) -> None:
        """Put sound behind what is queued of this turn; a new turn comes behind all others."""
        audible = first_audible(pcm)
        with self._lock:
            self._account()
            line = self._lines.setdefault(turn, _Line())
            if line.audible_from is None and audible is not None:
                line.audible_from = line.added + audible
            if pcm.size:
                line.pieces.append(pcm)
                line.added += pcm.size
            self._hand_over()
        self._tell()

    def finish(self, turn: int) -> None:
        """Let the turn end once its sound has been played; without any, at the next block."""
        with self._lock:
            self._account()
            self._lines.setdefault(turn, _Line()).is_finished = True
            self._hand_over()
        self._tell()

    def hold(self, turn: int) -> float:
        """Keep a turn silent until `resume` or `stop`; return how many seconds of it were played.

        It dies away like a stopped one, and what it dies away with is played again. A turn that
        has no sound yet is held before its first.
        """
        with self._lock:
            self._take_back(turn)
            line = self._lines.setdefault(turn, _Line())
            line.is_held = True
            played = line.played(self._rate)
        self._tell()
        return played

    def resume(self, turn: int) -> None:
        """Let a held turn go on, from the quietest moment shortly before where it was."""
        with self._lock:
            self._account()
            line = self._lines.get(turn)
            if line is not None and line.is_held:
                line.is_held = False
                if line.pieces and line.has_started:
                    self._rewind(line)
                self._hand_over()
        self._tell()

    def stop(self, turn: int) -> float:
        """Drop the rest of a turn and return how many seconds of it were played.

        What sounds of it dies away within `FADE`, from the next block on. 0 for a turn that is
        not (or no longer) here.
        """
        with self._lock:
            self._take_back(turn)
            line = self._lines.pop(turn, None)
            played = line.played(self._rate) if line else 0.0
            self._hand_over()
        self._tell()
        return played

    def abandon(self) -> None:
        """Drop all sound, because nobody plays it any more.

        Finished turns end now with what was played of them; others keep their count, and end
        when they are finished or stopped.
        """
        with self._lock:
            self._take_back(None)
            for turn, line in list(self._lines.items()):
                line.played_before = line.played(self._rate)
                line.pieces.clear()
                line.added = line.taken = 0
                line.past = Played()
                line.audible_from, line.is_dry = None, True
                if line.is_finished:
                    self._end(turn, line)
        self._tell()

    def catch_up(self) -> None:
        """Take account of what was played, and hand over what there is room for. Any thread.

        When it returns, all that was played by now has been stamped, by this call or by another.
        """
        player = self._player
        # In this order: what is no news any more may be on its way yet, with whoever has the lock.
        if player is None or not (player.has_news or self._lock.locked()):
            return
        with self._lock:
            self._account()
            self._hand_over()
        self._tell()

    def _tell(self) -> None:
        """Tell what was found under the lock, one thread at a time, so that it stays in order."""
        with self._telling:
            while self._untold:
                self._untold.popleft()()

    # --- under the lock ------------------------------------------------------------------------

    def _hand_over(self) -> None:
        """Give the player what comes next, so much as it has room for."""
        if self._player is None:
            return
        for line in self._lines.values():
            if line.is_held:
                return
            skipped = line.ahead
            for piece in line.pieces:
                coming = piece[skipped:]
                skipped = max(0, skipped - piece.size)
                if coming.size:
                    fitting = self._player.append(coming)
                    line.ahead += fitting
                    if fitting < coming.size:
                        return
            if not line.is_finished:
                return

    def _take_back(self, turn: int | None) -> None:
        """Have no more played of a turn and of those behind it, or of any; take account of all."""
        turns = list(self._lines)
        first = turns.index(turn) if turn in turns else 0 if turn is None else len(turns)
        before = [self._lines[kept].ahead for kept in turns[:first]]
        if self._player is not None and first < len(turns):
            self._player.cut(self._played + sum(before))
        self._account()
        for cut in turns[first:]:
            if cut in self._lines:
                self._lines[cut].ahead = 0

    def _account(self) -> None:
        """Take note of what was played, and of what that began and ended."""
        if self._player is None:
            return
        for block in self._player.take():
            at = self._stamp(block)
            # What was played in blocks that nobody asked about for too long.
            missed = block.position - self._played
            if missed > 0:
                self._advance(missed, at, has_room=False)
            has_room = block.tail + block.played < block.frames
            self._advance(block.played, at + block.tail / self._rate, has_room=has_room)

    def _advance(self, count: int, at: float, *, has_room: bool) -> None:
        """Count so many samples, the first at that instant; whether there was room for more."""
        self._played += count
        for turn, line in list(self._lines.items()):
            taken = min(count, line.ahead)
            if taken:
                self._note_start(turn, line, taken, at)
                self._take(line, taken)
                count -= taken
                at += taken / self._rate
            if line.pieces or (line.is_held and not line.is_finished):
                return
            if not line.is_finished:
                if has_room and not line.is_dry:
                    # The sound of an unfinished turn is late, which counts once.
                    line.is_dry = True
                    self._starved += line.has_started
                return
            self._end(turn, line)

    def _note_start(self, turn: int, line: _Line, count: int, at: float) -> None:
        """Tell of a turn whose first audible sample is among the next ones."""
        if line.has_started or line.audible_from is None:
            return
        index = line.audible_from - line.taken
        if index < count:
            line.has_started = True
            self._untold.append(partial(self._on_started, turn, at + index / self._rate))

    def _take(self, line: _Line, count: int) -> None:
        line.taken += count
        line.ahead -= count
        line.is_dry = False
        while count:
            piece = line.pieces.popleft()
            if piece.size > count:
                line.pieces.appendleft(piece[count:])
            line.past.add(piece[:count], self._rate)
            count -= min(count, piece.size)

    def _end(self, turn: int, line: _Line) -> None:
        del self._lines[turn]
        self._untold.append(partial(self._on_finished, turn, line.played(self._rate)))

    def _rewind(self, line: _Line) -> None:
        """Put the last moments of what was played before what comes, rising from silence."""
        again = line.past.rewound(self._rate)
        line.taken -= again.size
        sound = np.concatenate((again, line.pieces[0]))
        count = min(sound.size, max(1, round(FADE * self._rate)))
        sound[:count] *= np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
        line.pieces[0] = sound
