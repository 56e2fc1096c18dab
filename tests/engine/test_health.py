"""The lights with the engine's real threads: what is broken on purpose turns its own, no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine.test_listener import Ear, LoudIsSpeech
from fakes import PATIENCE, FakeLanguageModel, FakeOutput, FakeRecognizer, FakeVoice, Watch

from her_desktop.catalogue import locate, read_catalogue
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    LevelMeasured,
    Origin,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
    Stage,
    StageFailed,
    StageReady,
    StageReleased,
    TextSubmitted,
    TurnEnded,
)
from her_desktop.conversation.history import History
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.tts import PiperVoice
from her_desktop.metrics.health import PARTS, HealthFold, Light, Part

TONE = np.full(100, 0.3, np.float32)


def lights(fold: HealthFold, light: Light) -> set[Part]:
    return {health.part for health in fold.parts if health.light is light}


class Rig:
    """An engine whose every event goes into a fold, with a voice of the test's choice."""

    def __init__(self, voice: ModelLoader[Any]) -> None:
        self.watch, self.fold = Watch(), HealthFold()
        self.language_model = FakeLanguageModel()
        engine = Engine(Conversation(History("Be kind.")), [self.fold.handle, self.watch])
        self.engine = engine
        recognizer: ModelLoader[Any] = ModelLoader("ears", FakeRecognizer)
        mind: ModelLoader[Any] = ModelLoader("mind", lambda: self.language_model)
        self.tts: Worker[Any, Any] = Worker(Stage.TTS, voice, stages.speak, engine.send)
        engine.connect(
            Worker(Stage.STT, recognizer, stages.transcribe, engine.send),
            Worker(Stage.LLM, mind, stages.think, engine.send),
            self.tts,
            FakeOutput(engine.playback_started, engine.playback_finished, instant=True),
        )

    def speak(self) -> EndReason:
        """Say something with the microphone's parts; return how the answer ended."""
        now = time.monotonic()
        for event in (
            DeviceChanged(at=now, device=Device.MICROPHONE, state=DeviceState.READY, name="Mic"),
            LevelMeasured(at=now, level_db=-40.0, speech=True),
            SpeechStarted(at=now, started_at=now, origin=Origin.PUSH_TO_TALK),
            SpeechPaused(at=now, pcm=TONE, until=now, speech_ended_at=now),
            SpeechEnded(at=now),
        ):
            self.engine.send(event)
        return self.watch.wait_for(TurnEnded).reason

    def type(self) -> EndReason:
        self.engine.send(TextSubmitted(at=time.monotonic(), text="What time is it now?"))
        return self.watch.wait_for(TurnEnded).reason


@pytest.fixture
def make_rig() -> Iterator[Any]:
    before = set(threading.enumerate())
    rigs: list[Rig] = []

    def make(voice: ModelLoader[Any]) -> Rig:
        rigs.append(Rig(voice))
        rigs[0].engine.start()
        return rigs[0]

    yield make
    for rig in rigs:
        rig.engine.stop()
    assert set(threading.enumerate()) == before, "a thread was left over"


def test_a_language_model_that_raises_turns_its_own_light(make_rig: Any) -> None:
    rig = make_rig(ModelLoader("mouth", FakeVoice))
    assert rig.speak() is EndReason.FINISHED
    assert lights(rig.fold, Light.WELL) == set(PARTS)
    rig.language_model.error = RuntimeError("secret words of the user")
    assert rig.type() is EndReason.FAILED
    assert lights(rig.fold, Light.FAILED) == {Stage.LLM}
    assert lights(rig.fold, Light.WELL) == set(PARTS) - {Stage.LLM}
    assert "mind failed (RuntimeError)" in rig.fold.of(Stage.LLM).reason
    assert "secret" not in rig.fold.of(Stage.LLM).reason
    rig.language_model.error = None
    assert rig.type() is EndReason.FINISHED
    assert lights(rig.fold, Light.WELL) == set(PARTS)


def test_a_microphone_that_gives_zeros_turns_its_own_light(make_rig: Any) -> None:
    rig = make_rig(ModelLoader("mouth", FakeVoice))
    rig.speak()
    ear = Ear(LoudIsSpeech())
    try:
        ear.feed(1.0, amplitude=0.3)
        ear.feed(4.0)
        heard: list[Event] = []
        while not (heard and is_silent(heard[-1])):
            heard.append(ear.events.get(timeout=PATIENCE))
    finally:
        ear.listener.stop()
        ear.listener.join(PATIENCE)
    live = Light.UNTRIED
    for event in heard:
        rig.fold.handle(event)
        live = rig.fold.of(Device.MICROPHONE).light if not is_silent(event) else live
    assert live is Light.WELL, "it was green while it heard something"
    rig.type()
    assert lights(rig.fold, Light.FAILED) == {Device.MICROPHONE}
    assert lights(rig.fold, Light.WELL) == set(PARTS) - {Device.MICROPHONE}
    assert "only silence" in rig.fold.of(Device.MICROPHONE).reason


def is_silent(event: Event) -> bool:
    return isinstance(event, DeviceChanged) and event.state is DeviceState.SILENT


def copied_voice(folder: Path) -> tuple[Path, ModelLoader[PiperVoice]]:
    """Return a voice's graph that a test may damage, and what loads it."""
    model = read_catalogue()["piper-en_US-joe-medium"]
    where = locate(model, [])
    assert where is not None
    graph, side = model.paths(where)
    own = folder / "voice.onnx"
    own.write_bytes(graph.read_bytes())
    return own, ModelLoader("Joe", lambda: PiperVoice(own, side, threads=1))


@pytest.mark.models
def test_a_voice_file_truncated_after_start_turns_its_own_light(
    make_rig: Any, tmp_path: Path
) -> None:
    own, joe = copied_voice(tmp_path)
    rig = make_rig(joe)
    rig.watch.wait_for(StageReady, lambda event: event.stage is Stage.TTS)
    assert rig.speak() is EndReason.FINISHED
    assert lights(rig.fold, Light.WELL) == set(PARTS)

    content = own.read_bytes()
    own.write_bytes(content[: len(content) // 2])
    rig.tts.release()
    rig.watch.wait_for(StageReleased)
    rig.tts.recall()
    rig.watch.wait_for(StageFailed)
    assert lights(rig.fold, Light.FAILED) == {Stage.TTS}
    assert lights(rig.fold, Light.WELL) == set(PARTS) - {Stage.TTS}
    assert "voice.onnx" in rig.fold.of(Stage.TTS).reason

    own.write_bytes(content)
    rig.tts.change(joe)
    rig.watch.wait_for(StageReady, lambda event: event.stage is Stage.TTS)
    assert rig.fold.of(Stage.TTS).light is Light.UNTRIED, "loaded is not spoken"
    assert rig.type() is EndReason.FINISHED
    assert lights(rig.fold, Light.WELL) == set(PARTS)
