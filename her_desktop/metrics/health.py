"""What each part of the assistant last did, folded from the stream of events: health from deeds.

A part counts as well only because its last real work succeeded. That a model was loaded or a device
opened proves nothing and lights nothing; before its first work a part is untried.

Rule: pure, one thread at a time; each watcher that wants to know holds a fold of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from her_desktop.conversation.events import (
    AudioMade,
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    LevelMeasured,
    MicrophoneTested,
    PartialTranscribed,
    PlaybackStarted,
    SoundPrepared,
    SpeechPaused,
    Stage,
    StageFailed,
    StageReady,
    StageTried,
    TextStreamed,
    Transcribed,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)

NO_ANSWER = "The language model finished without a word. Try again, or choose another model."
ONLY_SILENCE = "The voice made nothing but silence. Choose another voice."

_ZEROS_DB = -119.0
"""A level that only zeros have: a live microphone's own noise is far louder."""

_BROKEN = {DeviceState.MISSING, DeviceState.BUSY, DeviceState.SILENT, DeviceState.LOST}

Part = Stage | Device


class Light(StrEnum):
    """What is known of a part."""

    UNTRIED = "untried"
    WELL = "well"
    FAILED = "failed"


@dataclass(frozen=True)
class PartHealth:
    """One part since the program started, by its last real work.

    `at` is when that ended, `duration` how long it took: recognition as a whole, the answer until
    its first piece of text, the voice until its first sound, None where nothing was timed.
    `name` is the model's or the device's, `detail` what a model runs on. `reason` is one plain
    sentence where it failed, "" otherwise.
    """

    part: Part
    light: Light = Light.UNTRIED
    at: float | None = None
    duration: float | None = None
    name: str = ""
    detail: str = ""
    reason: str = ""
    successes: int = 0
    failures: int = 0


PARTS: tuple[Part, ...] = (
    Device.MICROPHONE,
    Stage.VAD,
    Stage.STT,
    Stage.LLM,
    Stage.TTS,
    Device.SPEAKER,
)
"""Every part, in the order in which sound goes through them."""


class HealthFold:
    """Owns what is known of every part. Fed with every event, in order."""

    def __init__(self, changed: Callable[[PartHealth], None] = lambda _: None) -> None:
        """Begin with everything untried; `changed` is told of a part whose words change."""
        self._known = {part: PartHealth(part) for part in PARTS}
        self._begun: dict[Stage, float] = {}
        self._gave: dict[Stage, bool | None] = {}
        self._was_silent = False
        self._is_broken = False  # the microphone, by the samples that it delivers
        self._kept: dict[Stage, str] = {}
        self.changed = changed
        """Told of each part whose words change; the view that shows them now."""

    @property
    def parts(self) -> tuple[PartHealth, ...]:
        """Every part, in the order of `PARTS`."""
        return tuple(self._known.values())

    def of(self, part: Part) -> PartHealth:
        """Return what is known of one part."""
        return self._known[part]

    def handle(self, event: Event) -> None:
        """Take in an event; most say nothing about anybody's health."""
        match event:
            case StageReady() | StageFailed():
                self._loaded(event)
            case WorkStarted(stage=stage, at=at):
                self._begun[stage] = at
                self._gave[stage] = None
                self._was_silent = self._was_silent and stage is not Stage.TTS
            case WorkFailed(stage=stage, at=at, message=message):
                self._gave[stage] = False
                self._failed(stage, at, message)
            case WorkFinished(stage=stage, at=at):
                self._finished(stage, at)
            case Transcribed(text=text, at=at) | PartialTranscribed(text=text, at=at):
                # Nothing understood is no verdict: perhaps nothing was said.
                if text.strip():
                    self._succeeded(Stage.STT, at, timed=isinstance(event, Transcribed))
            case TextStreamed(text=text, at=at) if text.strip() and not self._gave.get(Stage.LLM):
                self._succeeded(Stage.LLM, at)
            case AudioMade() | SoundPrepared():
                self._spoke(event)
            case StageTried():
                self._tried(event)
            case _:
                self._handle_sound(event)

    def _handle_sound(self, event: Event) -> None:
        match event:
            case LevelMeasured(level_db=level, speech=speech, at=at):
                # What was cleaned of echo has a little noise of its own, even over zeros.
                if level > _ZEROS_DB and not self._is_broken:
                    self._proved(Device.MICROPHONE, at)
                if speech:
                    self._proved(Stage.VAD, at)
            case MicrophoneTested(speech=True, at=at):
                self._proved(Stage.VAD, at)
            case SpeechPaused(speech_ended_at=ended_at, at=at) if ended_at is not None:
                self._proved(Stage.VAD, at)
            case PlaybackStarted(at=at):
                self._succeeded(Device.SPEAKER, at)
            case DeviceChanged():
                self._device(event)

    def _loaded(self, event: StageReady | StageFailed) -> None:
        known = self._known[event.stage]
        if isinstance(event, StageFailed):
            # Where the model before stays in use, it has yet to show that it still works.
            self._kept[event.stage] = event.kept
            self._known[event.stage] = replace(known, name=event.model, detail="")
            self._failed(event.stage, event.at, event.message)
            return
        kept = self._kept.pop(event.stage, "")
        renamed = replace(known, name=event.model, detail=event.detail)
        if kept == event.model or (renamed == known and known.light is not Light.FAILED):
            # Its last work speaks for it, or the attempt to replace it against it.
            self._put(renamed)
        else:
            self._put(replace(renamed, light=Light.UNTRIED, at=None, duration=None, reason=""))

    def _finished(self, stage: Stage, at: float) -> None:
        """Judge a job that neither failed nor gave anything."""
        if self._gave.get(stage, True) is not None:
            return
        if stage is Stage.LLM:
            self._failed(stage, at, NO_ANSWER)
        elif stage is Stage.TTS and self._was_silent:
            self._failed(stage, at, ONLY_SILENCE)
        # A sentence may have nothing to be spoken, and a sound nothing to be understood.

    def _spoke(self, event: AudioMade | SoundPrepared) -> None:
        timed = isinstance(event, AudioMade)
        if timed and self._gave.get(Stage.TTS):
            return  # the first sound of a sentence has told what there is to tell
        self._was_silent = not event.pcm.any()
        if not self._was_silent:
            self._succeeded(Stage.TTS, event.at, timed=timed)
        elif event.pcm.size and not timed:
            self._failed(Stage.TTS, event.at, ONLY_SILENCE)

    def _tried(self, event: StageTried) -> None:
        """Take a trial for what it is: work like any other."""
        if event.message:
            self._failed(event.stage, event.at, event.message)
        elif not event.gave_way and (event.text.strip() or event.pcm.any()):
            whole = event.first_at is None or event.stage is Stage.STT
            self._begun[event.stage] = event.begun_at
            self._succeeded(event.stage, event.at if whole else event.first_at or event.at)

    def _device(self, event: DeviceChanged) -> None:
        if event.device is Device.MICROPHONE:
            self._is_broken = event.state in _BROKEN
        known = self._known[event.device]
        if event.state in _BROKEN:
            self._known[event.device] = replace(known, name=event.name)
            self._failed(event.device, event.at, event.message)
        elif event.state is not DeviceState.OPENING and (
            known.light is Light.FAILED or known.name != event.name or known.reason
        ):
            # Open again, another one, or muted: what it can do is to be seen.
            fresh = replace(known, light=Light.UNTRIED, at=None, duration=None, reason="")
            self._put(replace(fresh, name=event.name))

    def _proved(self, part: Part, at: float) -> None:
        """Note a success of something that is always at work, without a word about each one."""
        if self._known[part].light is Light.WELL:
            self._known[part] = replace(self._known[part], at=at)
        else:
            self._succeeded(part, at)

    def _succeeded(self, part: Part, at: float, *, timed: bool = True) -> None:
        begun = self._begun.get(part) if timed and isinstance(part, Stage) else None
        if isinstance(part, Stage):
            self._gave[part] = True
        known = self._known[part]
        self._put(
            replace(
                known,
                light=Light.WELL,
                at=at,
                duration=known.duration if begun is None else at - begun,
                reason="",
                successes=known.successes + 1,
            )
        )

    def _failed(self, part: Part, at: float, reason: str) -> None:
        known = self._known[part]
        self._put(
            replace(
                known,
                light=Light.FAILED,
                at=at,
                duration=None,
                reason=reason,
                failures=known.failures + 1,
            )
        )

    def _put(self, health: PartHealth) -> None:
        self._known[health.part] = health
        self.changed(health)
