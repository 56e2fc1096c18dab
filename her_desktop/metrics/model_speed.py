"""How fast each model was on this machine, in words a person can compare: a fold over events.

Rule: measures nothing itself; `handle` gets every event on one thread. The medians of the last
turns are kept in one small file, which holds numbers and the names of models.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from her_desktop.conversation.events import (
    AudioMade,
    Event,
    Stage,
    StageReady,
    TextStreamed,
    Transcribed,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.files import write_whole

_KEPT = 30


@dataclass(frozen=True)
class Speed:
    """What a model was measured to do on this machine, on what it ran on last.

    `first` is the median time in seconds until its first result: the text of an utterance, the
    first word of an answer, the first sound of a sentence. `rate` is what came then in a second:
    words of an answer, or seconds of speech; None where it has no such rate.
    """

    first: float
    rate: float | None = None


@dataclass
class _Job:
    """A job under way: what it has given so far."""

    started_at: float
    first_at: float | None = None
    given: float = 0.0


@dataclass
class _Samples:
    """What was measured of one model, while it ran on `detail`."""

    detail: str
    first: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    rate: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))


class SpeedKeeper:
    """Owns what is known of the models' speed; used on the window's thread."""

    def __init__(self, path: Path) -> None:
        """Begin with what an earlier session kept in the file `path`, if it can be read."""
        self._path = path
        self._samples = _read(path)
        self._models: dict[Stage, str] = {}
        self._jobs: dict[Stage, _Job] = {}

    def speed(self, model: str) -> Speed | None:
        """Return what is known of a model by its name for a person, None before its first turn."""
        samples = self._samples.get(model)
        if samples is None or not samples.first:
            return None
        return Speed(median(samples.first), median(samples.rate) if samples.rate else None)

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case StageReady(stage=stage, model=model, detail=detail):
                self._models[stage] = model
                samples = self._samples.get(model)
                if samples is None or samples.detail != detail:
                    # On another device its old figures mean nothing.
                    self._samples[model] = _Samples(detail)
            case WorkStarted(turn=turn, stage=stage, at=at) if turn:
                self._jobs[stage] = _Job(at)
            case Transcribed(at=at):
                self._give(Stage.STT, at, 0.0)
            case TextStreamed(at=at, text=text):
                self._give(Stage.LLM, at, float(len(text.split())))
            case AudioMade(at=at, pcm=pcm, sample_rate_hz=rate):
                self._give(Stage.TTS, at, pcm.size / rate)
            case WorkFailed(stage=stage):
                self._jobs.pop(stage, None)
            case WorkFinished(stage=stage, at=at):
                self._finish(stage, at)

    def save(self) -> None:
        """Keep what was learned; a folder that cannot be written costs only that."""
        values = {
            name: {"detail": s.detail, "first": list(s.first), "rate": list(s.rate)}
            for name, s in self._samples.items()
            if s.first
        }
        try:
            text = json.dumps({"version": 1, "models": values})
            write_whole(self._path, text.encode(), durable=False)
        except OSError:
            return

    def _give(self, stage: Stage, at: float, amount: float) -> None:
        job = self._jobs.get(stage)
        if job is not None:
            job.first_at = at if job.first_at is None else job.first_at
            job.given += amount

    def _finish(self, stage: Stage, at: float) -> None:
        job = self._jobs.pop(stage, None)
        samples = self._samples.get(self._models.get(stage, ""))
        if job is None or job.first_at is None or samples is None:
            return
        samples.first.append(job.first_at - job.started_at)
        # The first words of an answer come with the wait; the rate is that of the whole job.
        passed = at - job.started_at
        if job.given and passed > 0.0:
            samples.rate.append(job.given / passed)


def _read(path: Path) -> dict[str, _Samples]:
    try:
        models = json.loads(path.read_text(encoding="utf-8"))["models"]
        return {str(name): _samples(values) for name, values in models.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _samples(values: dict[str, Any]) -> _Samples:
    samples = _Samples(str(values["detail"]))
    samples.first.extend(float(value) for value in values["first"])
    samples.rate.extend(float(value) for value in values["rate"])
    return samples
