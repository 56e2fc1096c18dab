"""The benchmark's user, who goes by a script: speaks, presses the key, listens and waits.

What is done is timed by the recording: the key is let go so long after the last sample of an
utterance as the script says, counted from the instant at which its sound truly began.

Rule: blocking, one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from her_desktop.tools.bench_script import Mode, Trial
from her_desktop.tools.bench_speech import Kind, Utterance
from her_desktop.tools.in_process_loop import InProcessLoop
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.questions import ROOM
from her_desktop.tools.recording import Recording
from her_desktop.tools.sound_loop import SoundLoop, SoundLoopFailed

PATIENCE = 30.0
"""Seconds after which an answer that has not come is counted as missed."""

ECHO_DB = -10.0
"""How loud the microphone hears the loudspeaker where an echo is tried."""

_PLAYER_LATENCY = 0.4
"""Seconds that the player buffers: less made holes in what is said on a busy machine."""

_ATTEMPTS = 3
"""So often a long answer is asked for where it was over before anything could sound over it."""

_REACTION = 1.5
"""Seconds after an interruption in which an answer over open loudspeakers may go on."""

PLAYER_BEGINS = 0.7
"""Seconds until a file that is being played is heard: the player's buffer, and its silent edge."""

_INTO_ANSWER = 1.0
"""Seconds of an answer that are heard before something else sounds."""

_LEARNING = 8.0
"""Seconds of an answer from which a room is learned."""

_REST = {Mode.PUSH_TO_TALK: 0.7, Mode.HANDS_FREE: 1.6, Mode.OPEN_SPEAKERS: 1.6}
"""Seconds of idleness after which a trial is over; without a key a late answer may still come.

After half a second the program begins to take its prepared replies from the disk.
"""


@dataclass(frozen=True)
class Asked:
    """A trial as it went; seconds are of the recording.

    `onset` is where the utterance's sound began, `over_onset` where the sound over the answer did,
    None where there was none. `lines` are the window's events meanwhile, `panel` its own timing
    of the last turn.
    """

    trial: Trial
    begun: float
    ended: float
    onset: float
    over_onset: float | None
    lines: tuple[Line, ...]
    panel: dict[str, Any]
    mode: Mode = Mode.HANDS_FREE


class ScriptedUser:
    """Owns a window's attention: speaks, presses the key, waits. Used by one thread."""

    def __init__(
        self, window: LiveWindow, loop: SoundLoop | InProcessLoop, recording: Recording, mode: Mode
    ) -> None:
        """Sit down before a window that is ready, with a recording that runs."""
        self._window, self._loop, self._recording = window, loop, recording
        self._mode = mode
        self._state, self._since = "", time.monotonic()
        for line in window.events:
            self._note(line)

    def choose_mode(self) -> str:
        """Have the window listen in the mode; return why it will not, or ""."""
        if self._mode is Mode.PUSH_TO_TALK:
            return ""
        reply = self._window.control("listen-always")
        return "" if reply.get("ok") else str(reply.get("error", "The window refused."))

    def learn_room(self) -> None:
        """Have the assistant talk for a while: in its first answer it learns how it echoes here."""
        first = len(self._window.events)
        self._window.control("say", ROOM)
        self._wait_for("PlaybackStarted", first, time.monotonic() + PATIENCE)
        self._watch_until(time.monotonic() + _LEARNING)
        self._window.control("stop")
        # The event comes later than the reply, and would be one of the first trial's.
        self._wait_for("StopRequested", first, time.monotonic() + PATIENCE)

    def perform(self, trial: Trial) -> Asked:
        """Go through one trial until the window has come to rest or patience has ended."""
        for _ in range(_ATTEMPTS):
            asked = self._attempt(trial)
            if trial.over is None or asked.over_onset is not None or not _was_over(asked.lines):
                break
        return asked

    def _attempt(self, trial: Trial) -> Asked:
        self._rest_until_idle(time.monotonic() + PATIENCE)
        begun, first = self._recording.seconds, len(self._window.events)
        is_open = self._mode is Mode.OPEN_SPEAKERS
        with_echo = trial.kind is Kind.ECHO and not is_open
        with self._loop.echo(ECHO_DB) if with_echo else nullcontext():
            onset, done_at = self._speak(trial.said, trial.lag)
            over_onset: float | None = None
            if trial.over is not None and self._hear_answer(first):
                # Only what is said to the assistant is said with the key down.
                meant = trial.kind is Kind.INTERRUPTION
                if is_open:
                    over_onset, done_at = self._speak_over_echo(trial.over)
                else:
                    over_onset, done_at = self._speak(trial.over, trial.lag, with_key=meant)
                if is_open and meant:
                    self._watch_until(done_at + _REACTION)
                    self._window.control("stop")
            self._await_answer(first, done_at)
        lines = tuple(self._window.events[first:])
        panel = self._window.control("status")["last_turn"] or {}
        ended = self._recording.seconds
        return Asked(trial, begun, ended, onset, over_onset, lines, panel, self._mode)

    def _speak(
        self, utterance: Utterance, lag: float, *, with_key: bool = True
    ) -> tuple[float, float]:
        """Say something; return the second of its onset and the instant at which it was over."""
        key = with_key and self._mode is Mode.PUSH_TO_TALK
        if key:
            pressed = len(self._window.events)
            self._window.control("talk-press")
            self._wait_for("SpeechStarted", pressed, time.monotonic() + PATIENCE)
        self._recording.arm()
        playing = self._loop.play(utterance.wav, latency=_PLAYER_LATENCY)
        onset = self._recording.wait_for_sound(PATIENCE)
        if onset is None:
            raise SoundLoopFailed("what was played did not reach the virtual microphone")
        over_at = self._recording.instant(onset) + utterance.duration
        if key:
            _sleep_until(over_at + lag)
            self._window.control("talk-release")
            over_at += lag
        else:
            _sleep_until(over_at)
        # The file ends in silence, which need not be waited for: the answer may have begun.
        playing.wait()
        return onset, over_at

    def _speak_over_echo(self, utterance: Utterance) -> tuple[float, float]:
        """Say something that the recording cannot tell from the answer by being loud.

        Its onset is only about right: `_placed` finds it afterwards.
        """
        begun = self._recording.seconds
        self._loop.play(utterance.wav, latency=_PLAYER_LATENCY).wait()
        return begun + PLAYER_BEGINS, time.monotonic()

    def _watch_until(self, deadline: float) -> None:
        while self._next(deadline) is not None:
            pass

    def _hear_answer(self, first: int) -> bool:
        """Listen to the beginning of the answer; tell whether it then still goes on."""
        started = self._wait_for("PlaybackStarted", first, time.monotonic() + PATIENCE)
        if started is None:
            return False
        _sleep_until(started["audible_at"] + _INTO_ANSWER)
        self._watch_until(time.monotonic())
        return not any(
            line["event"] in ("PlaybackFinished", "PlaybackStopped")
            and line["turn"] == started["turn"]
            for line in self._window.events[first:]
        )

    def _await_answer(self, first: int, done_at: float) -> None:
        """Wait until the window rests with the answer given, or patience has ended."""
        deadline = done_at + PATIENCE
        if not self._rest_until_idle(deadline, lambda: self._answered(first, done_at), done_at):
            self._window.control("stop")
            self._rest_until_idle(time.monotonic() + PATIENCE)

    def _answered(self, first: int, done_at: float) -> bool:
        """Tell whether an answer was heard, or the window has said that there will be none."""
        return any(
            line["event"] == "PlaybackStarted"
            or (
                line["event"] == "TurnEnded"
                and line["reason"] in ("nothing-said", "failed")
                and line["at"] > done_at
            )
            for line in self._window.events[first:]
        )

    def _rest_until_idle(
        self, deadline: float, enough: Callable[[], bool] = lambda: True, after: float = 0.0
    ) -> bool:
        """Return once the window has been idle for a while and `enough`; False at `deadline`."""
        rest = _REST[self._mode]
        while True:
            now = time.monotonic()
            if self._state == "idle" and enough():
                rested_at = max(self._since, after) + rest
                if now >= rested_at:
                    return True
                self._next(min(deadline, rested_at))
            elif now >= deadline:
                return False
            else:
                self._next(deadline)

    def _wait_for(self, kind: str, first: int, deadline: float) -> Line | None:
        """Return the first event of a kind since the `first`, None where none came in time."""
        seen = first
        while True:
            for line in self._window.events[seen:]:
                if line["event"] == kind:
                    return line
            seen = len(self._window.events)
            if self._next(deadline) is None:
                return None

    def _next(self, deadline: float) -> Line | None:
        line = self._window.next_event(deadline)
        if line is not None:
            self._note(line)
        return line

    def _note(self, line: Line) -> None:
        if line["event"] == "StateChanged":
            self._state, self._since = line["state"], line["at"]


def _was_over(lines: Sequence[Line]) -> bool:
    """Tell whether an answer was heard to its end."""
    return any(line["event"] == "PlaybackFinished" for line in lines)


def _sleep_until(at: float) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
