"""One mode of the benchmark: the real window, its sound loop, and a user who goes by a script.

Rule: blocking, one thread. Nothing is judged here: `Take` is what happened, for `bench_verdicts`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from her_desktop.audio.format import SAMPLE_RATE_HZ
from her_desktop.audio.resample import resample
from her_desktop.audio.wav import read_wav
from her_desktop.models import Models
from her_desktop.settings import save_settings
from her_desktop.tools.bench_script import Mode, Trial
from her_desktop.tools.bench_user import ECHO_DB, PLAYER_BEGINS, Asked, ScriptedUser
from her_desktop.tools.gaps import begin_of
from her_desktop.tools.in_process_loop import InProcessLoop
from her_desktop.tools.live import Line, LiveWindow
from her_desktop.tools.recording import RATE_HZ, offset_near
from her_desktop.tools.sound_loop import SoundLoop, read_sides

ROOM_DB = -65.0
"""RMS level of the noise that the microphone hears all the time: no room is wholly silent."""

_ANSWER_TOKENS = {Mode.PUSH_TO_TALK: 20, Mode.HANDS_FREE: 20, Mode.OPEN_SPEAKERS: 110}
"""Some 30 with what its last sentence needs, for two: the figures are of its beginning. Over open
loudspeakers half a minute, in which its own voice could disturb it."""


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
    name: str,
    in_process: bool = False,
) -> Take:
    """Open a window of its own for `mode` and go through the trials; files stay in `folder`.

    They are called `name`. Its sound goes through a private sound server
    or, `in_process`, through simulated devices. `told` hears how many trials are done. Raises
    GaveUp where the program ends on the way.
    """
    take = Take(mode, folder / f"{name}.wav")
    with (
        tempfile.TemporaryDirectory(prefix="her-bench-") as scratch,
        _loop(Path(scratch), in_process=in_process) as loop,
    ):
        data = Path(scratch) / "data"
        # The window needs no screen for this, and must not disturb the one the user looks at.
        env = loop.env | {"QT_QPA_PLATFORM": "offscreen"}
        settings = models.settings.changed(
            answer_tokens=_ANSWER_TOKENS[mode], muted=False, input_device="", output_device=""
        )
        save_settings(settings, data / "settings.json")
        paths = models.paths
        for kept in (paths.models_dir, paths.prepared_dir, paths.instant_replies_file):
            if kept.exists():
                (data / kept.name).symlink_to(kept, target_is_directory=kept.is_dir())
        log = folder / f"{name}.log"
        with LiveWindow(
            data, env, ["--record-text"], patience=120.0, log=log, program=loop.program
        ) as window:
            take.started_at = window.started_at
            window.wait_until_ready()
            take.ready_at = window.events[-1]["at"]
            is_open = mode is Mode.OPEN_SPEAKERS
            echo = loop.echo(ECHO_DB) if is_open else nullcontext()
            with loop.room(ROOM_DB), echo, loop.record(take.wav) as recording:
                user = ScriptedUser(window, loop, recording, mode)
                take.refused = user.choose_mode()
                if not take.refused:
                    if is_open:
                        user.learn_room()
                    for number, trial in enumerate(trials, 1):
                        take.asked.append(user.perform(trial))
                        told(number)
                take.arrivals = recording.arrivals
            take.status = window.control("status")
            window.control("quit")
        take.lines = window.events
    take.asked = [_placed(asked, take.wav) for asked in take.asked]
    with (folder / f"{name}.events.jsonl").open("w", encoding="utf-8") as events:
        events.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in take.lines)
    return take


def _placed(asked: Asked, recorded: Path) -> Asked:
    """Find where what was said over an echo began, which nobody could hear while it was made."""
    over, about = asked.trial.over, asked.over_onset
    if over is None or about is None or asked.mode is not Mode.OPEN_SPEAKERS:
        return asked
    side, _ = read_sides(recorded)
    first = max(0, round((about - 2.0 * PLAYER_BEGINS) * RATE_HZ))
    last = round((about + over.duration + 2.0) * RATE_HZ)
    spoken = resample(read_wav(over.wav), SAMPLE_RATE_HZ, RATE_HZ)
    begin = (first + begin_of(spoken, side[first:last])) / RATE_HZ
    return replace(asked, over_onset=begin + over.first)


def _loop(scratch: Path, *, in_process: bool) -> SoundLoop | InProcessLoop:
    return InProcessLoop() if in_process else SoundLoop(scratch / "loop")
