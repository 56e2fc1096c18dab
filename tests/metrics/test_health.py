"""A light tells what a part last did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

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
    TextStreamed,
    Transcribed,
    WorkFailed,
    WorkFinished,
    WorkStarted,
)
from her_desktop.metrics.health import NO_ANSWER, ONLY_SILENCE, PARTS, HealthFold, Light, Part

TONE = np.full(100, 0.3, np.float32)
ZEROS = np.zeros(100, np.float32)


def ready(stage: Stage, model: str = "model", at: float = 0.0) -> StageReady:
    return StageReady(at=at, stage=stage, model=model, detail="CPU")


def started(stage: Stage, at: float) -> WorkStarted:
    return WorkStarted(at=at, turn=1, stage=stage)


def finished(stage: Stage, at: float) -> WorkFinished:
    return WorkFinished(at=at, turn=1, stage=stage)


def audio(at: float, pcm: Any = TONE) -> AudioMade:
    return AudioMade(at=at, turn=1, index=0, pcm=pcm, sample_rate_hz=1000)


def microphone(state: DeviceState, message: str = "", name: str = "Mic") -> DeviceChanged:
    return DeviceChanged(at=3.0, device=Device.MICROPHONE, state=state, name=name, message=message)


def level(db: float, *, speech: bool = False, at: float = 2.0) -> LevelMeasured:
    return LevelMeasured(at=at, level_db=db, speech=speech)


WHOLE_TURN: list[Event] = [
    *(ready(stage) for stage in Stage),
    microphone(DeviceState.READY),
    level(-40.0, speech=True, at=4.0),
    started(Stage.STT, 5.0),
    Transcribed(at=5.1, turn=1, text="What is it?", language="en"),
    finished(Stage.STT, 5.1),
    started(Stage.LLM, 5.1),
    TextStreamed(at=5.2, turn=1, text="It is noon."),
    finished(Stage.LLM, 5.4),
    started(Stage.TTS, 5.4),
    audio(5.5),
    audio(5.6),
    finished(Stage.TTS, 5.6),
    PlaybackStarted(at=5.7, turn=1, audible_at=5.7),
]


def folded(*events: Event) -> HealthFold:
    fold = HealthFold()
    for event in events:
        fold.handle(event)
    return fold


def lights(fold: HealthFold, light: Light) -> set[Part]:
    return {health.part for health in fold.parts if health.light is light}


def test_nothing_is_green_before_it_worked() -> None:
    loaded = [ready(stage) for stage in Stage]
    opened = [
        DeviceChanged(at=1.0, device=device, state=DeviceState.READY, name="Some device")
        for device in Device
    ]
    fold = folded(*loaded, *opened, level(-120.0))
    assert lights(fold, Light.UNTRIED) == set(PARTS)
    assert fold.of(Stage.STT).name == "model"
    assert fold.of(Device.SPEAKER).name == "Some device"


def test_a_whole_turn_lights_everything_with_its_times() -> None:
    fold = folded(*WHOLE_TURN)
    assert lights(fold, Light.WELL) == set(PARTS)
    assert fold.of(Stage.STT).duration == pytest.approx(0.1)
    assert fold.of(Stage.LLM).duration == pytest.approx(0.1), "until the first piece of text"
    assert fold.of(Stage.TTS).duration == pytest.approx(0.1), "until the first sound"
    assert fold.of(Stage.TTS).successes == 1, "a sentence counts once, however many pieces it has"
    assert fold.of(Stage.LLM).at == 5.2


BROKEN: list[tuple[Part, list[Event], str]] = [
    (
        Stage.STT,
        [started(Stage.STT, 6.0), WorkFailed(at=6.1, turn=1, stage=Stage.STT, message="No ears.")],
        "No ears.",
    ),
    (
        Stage.LLM,
        [
            started(Stage.LLM, 6.0),
            TextStreamed(at=6.1, turn=1, text="It"),
            WorkFailed(at=6.2, turn=1, stage=Stage.LLM, message="Out of memory."),
            finished(Stage.LLM, 6.2),
        ],
        "Out of memory.",
    ),
    (Stage.LLM, [started(Stage.LLM, 6.0), finished(Stage.LLM, 6.1)], NO_ANSWER),
    (
        Stage.LLM,
        [
            started(Stage.LLM, 6.0),
            TextStreamed(at=6.1, turn=1, text=" \n"),
            finished(Stage.LLM, 6.2),
        ],
        NO_ANSWER,
    ),
    (
        Stage.TTS,
        [started(Stage.TTS, 6.0), audio(6.1, ZEROS), finished(Stage.TTS, 6.2)],
        ONLY_SILENCE,
    ),
    (
        Stage.TTS,
        [SoundPrepared(at=6.0, text="Hi.", pcm=ZEROS, sample_rate_hz=1000)],
        ONLY_SILENCE,
    ),
    (
        Stage.TTS,
        [StageFailed(at=6.0, stage=Stage.TTS, model="Joe", message="The file is incomplete.")],
        "The file is incomplete.",
    ),
    (
        Stage.VAD,
        [StageFailed(at=6.0, stage=Stage.VAD, model="Silero", message="It is missing.")],
        "It is missing.",
    ),
    (
        Device.MICROPHONE,
        [microphone(DeviceState.SILENT, "All zeros."), level(-120.0), level(-80.0, at=6.0)],
        "All zeros.",
    ),
    (
        Device.SPEAKER,
        [
            DeviceChanged(
                at=6.0, device=Device.SPEAKER, state=DeviceState.LOST, name="Box", message="Gone."
            )
        ],
        "Gone.",
    ),
]


@pytest.mark.parametrize(("part", "events", "reason"), BROKEN, ids=lambda value: str(value)[:24])
def test_what_breaks_turns_its_own_light_and_no_other(
    part: Part, events: list[Event], reason: str
) -> None:
    fold = folded(*WHOLE_TURN, *events)
    assert lights(fold, Light.FAILED) == {part}
    assert lights(fold, Light.WELL) == set(PARTS) - {part}
    assert fold.of(part).reason == reason
    assert fold.of(part).failures == 1


@pytest.mark.parametrize(("part", "events", "reason"), BROKEN, ids=lambda value: str(value)[:24])
def test_what_works_again_is_green_again(part: Part, events: list[Event], reason: str) -> None:
    repaired = [microphone(DeviceState.READY)] if part is Device.MICROPHONE else []
    fold = folded(*WHOLE_TURN, *events, *repaired, *WHOLE_TURN)
    assert lights(fold, Light.WELL) == set(PARTS)
    assert fold.of(part).reason == "", reason


def test_understanding_nothing_is_no_verdict() -> None:
    silence = Transcribed(at=1.0, turn=1, text=" ", language="en")
    assert folded(started(Stage.STT, 0.5), silence).of(Stage.STT).light is Light.UNTRIED
    known = folded(*WHOLE_TURN, started(Stage.STT, 6.0), silence, finished(Stage.STT, 6.1))
    assert known.of(Stage.STT).light is Light.WELL


def test_a_sentence_with_nothing_to_say_is_no_failure() -> None:
    fold = folded(*WHOLE_TURN, started(Stage.TTS, 6.0), finished(Stage.TTS, 6.1))
    assert fold.of(Stage.TTS).light is Light.WELL


@pytest.mark.parametrize(
    "event",
    [
        SpeechPaused(at=1.0, pcm=TONE, until=1.0, speech_ended_at=0.9),
        MicrophoneTested(at=1.0, pcm=TONE, level_db=-30.0, peak_db=-20.0, speech=True),
        level(-40.0, speech=True),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_detector_has_worked_once_it_noticed_speech(event: Event) -> None:
    assert folded(ready(Stage.VAD), level(-40.0)).of(Stage.VAD).light is Light.UNTRIED
    assert folded(ready(Stage.VAD), event).of(Stage.VAD).light is Light.WELL


def test_a_partial_transcript_and_a_prepared_reply_are_work_as_well() -> None:
    fold = folded(
        PartialTranscribed(at=1.0, utterance=1, text="What"),
        SoundPrepared(at=2.0, text="Hi.", pcm=TONE, sample_rate_hz=1000),
    )
    assert lights(fold, Light.WELL) == {Stage.STT, Stage.TTS}
    assert fold.of(Stage.STT).duration is None


def test_another_model_has_to_prove_itself_and_the_same_one_need_not() -> None:
    again = folded(*WHOLE_TURN, ready(Stage.LLM))
    assert again.of(Stage.LLM).light is Light.WELL
    other = folded(*WHOLE_TURN, ready(Stage.LLM, "another"))
    assert other.of(Stage.LLM).light is Light.UNTRIED
    assert other.of(Stage.LLM).name == "another"


def test_a_model_that_could_not_be_replaced_is_red_until_it_works_again() -> None:
    failed = StageFailed(at=7.0, stage=Stage.TTS, model="new", message="Damaged.", kept="model")
    fold = folded(*WHOLE_TURN, failed, ready(Stage.TTS))
    assert (fold.of(Stage.TTS).light, fold.of(Stage.TTS).reason) == (Light.FAILED, "Damaged.")
    assert fold.of(Stage.TTS).name == "model"
    for event in (started(Stage.TTS, 8.0), audio(8.1)):
        fold.handle(event)
    assert fold.of(Stage.TTS).light is Light.WELL


def test_a_muted_or_another_microphone_is_untried() -> None:
    muted = folded(
        *WHOLE_TURN, microphone(DeviceState.LOST, "Gone."), microphone(DeviceState.MUTED)
    )
    assert muted.of(Device.MICROPHONE).light is Light.UNTRIED
    other = folded(*WHOLE_TURN, microphone(DeviceState.READY, name="Another"))
    assert other.of(Device.MICROPHONE).light is Light.UNTRIED


def test_only_what_changes_the_words_is_told() -> None:
    told: list[Part] = []
    fold = HealthFold(lambda health: told.append(health.part))
    for _ in range(100):
        fold.handle(level(-40.0, speech=True))
    assert told == [Device.MICROPHONE, Stage.VAD]
    assert fold.of(Stage.VAD).successes == 1
