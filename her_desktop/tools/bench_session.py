"""One mode of the benchmark: the real window, its sound loop, and a user who goes by a script.

What is done is timed by the recording: the key is let go so long after the last sample of an
utterance as the script says, counted from the instant at which its sound truly began.

Rule: blocking, one thread. Nothing is judged here: `Take` is what happened, for `bench_verdicts`.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from her_desktop.models import Models
from her_desktop.settings import save_settings
from her_desktop.tools.bench_script import Mode, Trial
from her_desktop.tools.bench_speech import Kind, Utterance
from her_desktop.tools.in_process_loop import InProcessLoop
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.recording import Recording, offset_near
from her_desktop.tools.sound_loop import SoundLoop, SoundLoopFailed

PATIENCE = 30.0
"""Seconds after which an answer that has not come is counted as missed."""

ROOM_DB = -65.0
"""RMS level of the noise that the microphone hears all the time: no room is wholly silent."""

ECHO_DB = -10.0
"""How loud the microphone hears the loudspeaker where an echo is tried."""

_PLAYER_LATENCY = 0.4
"""Seconds that the player buffers: less made holes in what is said on a busy machine."""

_ANSWER_TOKENS = 20
"""Some 30 with what its last sentence needs, for two: the figures are of its beginning."""

_INTO_ANSWER = 1.0
"""Seconds of an answer that are heard before something else sounds."""

_REST = {Mode.PUSH_TO_TALK: 0.7, Mode.HANDS_FREE: 1.6}
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


@dataclass
class Take:
    """Everything that happened in one mode. `refused` says why the mode could not be tried."""

    mode: Mode
    wav: Path
    asked: list[Asked] = field(default_factory=list)
    arrivals: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    started_at: float = 0.0
    lines: list[Line] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)
    ready_at: float = 0.0
    refused: str = ""

    def second(self, at: float, near: float) -> float:
        """Return the second of the recording that an instant is, around its second `near`."""
        return at - offset_near(self.arrivals, near)


def record_mode(
    models: Models,
    mode: Mode,
    trials: Sequence[Trial],
    folder: Path,
    told: Callable[[int], None],
    *,
    in_process: bool = False,
) -> Take:
    """Open a window of its own for `mode` and go through the trials; files stay in `folder`.

    Its sound goes through a private sound server or, `in_process`, through simulated devices.
    `told` hears how many trials are done. Raises GaveUp where the program ends on the way.
    """
    take = Take(mode, folder / f"{mode}.wav")
    with (
        tempfile.TemporaryDirectory(prefix="her-bench-") as scratch,
        _loop(Path(scratch), in_process=in_process) as loop,
    ):
        data = Path(scratch) / "data"
        # The window needs no screen for this, and must not disturb the one the user looks at.
        env = loop.env | {"QT_QPA_PLATFORM": "offscreen"}
        settings = models.settings.changed(
            answer_tokens=_ANSWER_TOKENS, muted=False, input_device="", output_device=""
        )
        save_settings(settings, data / "settings.json")
        paths = models.paths
        for kept in (paths.models_dir, paths.prepared_dir, paths.instant_replies_file):
            if kept.exists():
                (data / kept.name).symlink_to(kept, target_is_directory=kept.is_dir())
        log = folder / f"{mode}.log"
        with LiveWindow(
            data, env, ["--record-text"], patience=120.0, log=log, program=loop.program
        ) as window:
            take.started_at = window.started_at
            window.wait_until_ready()
            take.ready_at = window.events[-1]["at"]
            with loop.room(ROOM_DB), loop.record(take.wav) as recording:
                user = ScriptedUser(window, loop, recording, mode)
                take.refused = user.choose_mode()
                if not take.refused:
                    for number, trial in enumerate(trials, 1):
                        take.asked.append(user.perform(trial))
                        told(number)
                take.arrivals = recording.arrivals
            take.status = window.control("status")
            window.control("quit")
        take.lines = window.events
    with (folder / f"{mode}.events.jsonl").open("w", encoding="utf-8") as events:
        events.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in take.lines)
    return take


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

    def perform(self, trial: Trial) -> Asked:
        """Go through one trial until the window has come to rest or patience has ended."""
        self._rest_until_idle(time.monotonic() + PATIENCE)
        begun, first = self._recording.seconds, len(self._window.events)
        echo = self._loop.echo(ECHO_DB) if trial.kind is Kind.ECHO else nullcontext()
        with echo:
            onset, done_at = self._speak(trial.said, trial.lag)
            over_onset: float | None = None
            if trial.over is not None and self._hear_answer(first):
                # Only what is said to the assistant is said with the key down.
                meant = trial.kind is Kind.INTERRUPTION
                over_onset, done_at = self._speak(trial.over, trial.lag, with_key=meant)
            self._await_answer(first, done_at)
        lines = tuple(self._window.events[first:])
        panel = self._window.control("status")["last_turn"] or {}
        ended = self._recording.seconds
        return Asked(trial, begun, ended, onset, over_onset, lines, panel)

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

    def _hear_answer(self, first: int) -> bool:
        """Listen to the beginning of the answer; tell whether it then still goes on."""
        started = self._wait_for("PlaybackStarted", first, time.monotonic() + PATIENCE)
        if started is None:
            return False
        _sleep_until(started["audible_at"] + _INTO_ANSWER)
        while self._next(time.monotonic()) is not None:
            pass
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


def _loop(scratch: Path, *, in_process: bool) -> SoundLoop | InProcessLoop:
    return InProcessLoop() if in_process else SoundLoop(scratch / "loop")


def _sleep_until(at: float) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
