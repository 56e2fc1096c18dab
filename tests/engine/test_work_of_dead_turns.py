"""Whom the GPU's time is credited to when an answer is interrupted: real threads, scripted NVML."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeLanguageModel, FakeModel, FakeOutput, FakeRecognizer, FakeVoice, Watch
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.conversation.commands import Prefill, Think
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AsideFinished,
    AsideStarted,
    Event,
    GpuMemoryTaken,
    GpuSampled,
    Origin,
    SpeechPaused,
    SpeechStarted,
    Stage,
    StageReady,
    StopRequested,
    TextSubmitted,
    TurnEnded,
    WorkFinished,
    WorkStarted,
)
from her_desktop.conversation.history import History, Message
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import LanguageModel
from her_desktop.metrics.gpu import LoadMeter
from her_desktop.metrics.gpu_load import GpuFold
from her_desktop.metrics.health import HealthFold, Light

MODELS = (Stage.STT, Stage.LLM, Stage.TTS)


class Rig:
    """An engine whose models wait at gates, and a GPU on which all three of them are."""

    def __init__(self, sysfs: Path) -> None:
        self.load, self.health, self.watch = GpuFold(), HealthFold(), Watch()
        self.models: dict[Stage, FakeModel] = {
            Stage.STT: (ears := FakeRecognizer()),
            Stage.LLM: (mind := FakeLanguageModel()),
            Stage.TTS: (mouth := FakeVoice()),
        }
        # What a test waits for, both folds have taken in.
        self.engine = Engine(
            Conversation(History("Be kind.")), [self._fold, self.health.handle, self.watch]
        )
        send = self.engine.send
        self.llm: Worker[LanguageModel, Think | Prefill] = Worker(
            Stage.LLM, ModelLoader("mind", lambda: mind), stages.think, send
        )
        self.engine.connect(
            Worker(Stage.STT, ModelLoader("ears", lambda: ears), stages.transcribe, send),
            self.llm,
            Worker(Stage.TTS, ModelLoader("mouth", lambda: mouth), stages.speak, send),
            FakeOutput(self.engine.playback_started, self.engine.playback_finished, instant=True),
        )
        self._sysfs = sysfs

    def _fold(self, event: Event) -> None:
        self.load.handle(event)

    def start(self) -> None:
        self.engine.start()
        for _ in MODELS:
            self.watch.wait_for(StageReady)
        for stage in MODELS:
            self.engine.send(GpuMemoryTaken(at=time.monotonic(), stage=stage, held=1 << 30))

    def ask(self, stage: Stage) -> None:
        """Bring `stage` to work for a turn."""
        now = time.monotonic()
        if stage is not Stage.STT:
            self.engine.send(TextSubmitted(at=now, text="What is the time?"))
            return
        pcm = np.full(1600, 0.1, np.float32)
        self.engine.send(SpeechStarted(at=now, started_at=now, origin=Origin.PUSH_TO_TALK))
        self.engine.send(SpeechPaused(at=now, pcm=pcm, until=now, speech_ended_at=now))

    def keep_busy(self, start_at: float, end_at: float) -> None:
        """Have the GPU be fully busy between two instants, and its driver tell so."""
        first = int(start_at * 1e6)
        card = ScriptedCard(samples=[(first, 0)], own_samples=None)
        meter = LoadMeter(ScriptedNvml([card]), self._sysfs, lambda: (end_at, 1e9))
        meter.sample()
        # The seldom samples of a real driver: 50 ms.
        stamps = np.arange(start_at + 0.05, end_at + 0.025, 0.05)
        card.samples = [(first, 0), *((int(stamp * 1e6), 100) for stamp in stamps)]
        for event in meter.sample():
            self.engine.send(event)
        meter.close()
        self.watch.wait_for(GpuSampled)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    rig.start()
    yield rig
    for model in rig.models.values():
        model.gate.open()
    rig.engine.stop()


@pytest.mark.parametrize("stage", MODELS)
def test_a_stage_that_was_interrupted_is_credited_until_it_ends_and_no_longer(
    rig: Rig, stage: Stage
) -> None:
    gate = rig.models[stage].gate
    gate.close()
    rig.ask(stage)
    begun_at = rig.watch.wait_for(WorkStarted, lambda event: event.stage is stage).at
    assert gate.reached.wait(10)
    rig.engine.send(StopRequested(at=time.monotonic()))
    stopped_at = rig.watch.wait_for(TurnEnded).at
    gate.open()
    ended_at = rig.watch.wait_for(AsideFinished, lambda event: event.stage is stage).at

    later = ended_at + 1.0
    rig.keep_busy(begun_at, later)
    assert rig.load.busy(stopped_at, ended_at).get(stage) == pytest.approx(
        ended_at - stopped_at, abs=1e-4
    ), "it was at work for nobody, and yet at work"
    after = rig.load.busy(ended_at + 0.05, later)
    assert set(after) == {None}, "what comes after its end is somebody else's"
    assert rig.health.of(stage).light is not Light.FAILED, "to be interrupted is no failure"


@pytest.mark.parametrize("stage", MODELS)
def test_a_stage_interrupted_by_a_new_question_ends_like_any_other(rig: Rig, stage: Stage) -> None:
    gate = rig.models[stage].gate
    gate.close()
    rig.ask(stage)
    assert gate.reached.wait(10)
    begun_at = rig.watch.wait_for(WorkStarted, lambda event: event.stage is stage).at
    rig.engine.send(TextSubmitted(at=time.monotonic(), text="And what is the date?"))
    first = rig.watch.wait_for(TurnEnded).turn
    gate.open()
    rig.watch.wait_for(TurnEnded, lambda event: event.turn > first)
    # Each of them, for the turn that died and for the one that lived.
    started = len(rig.watch.all(WorkStarted)) + len(rig.watch.all(AsideStarted))
    while len(rig.watch.all(WorkFinished)) + len(rig.watch.all(AsideFinished)) < started:
        rig.watch.wait_for(Event)

    ended_at = time.monotonic()
    rig.keep_busy(begun_at, ended_at + 1.0)
    assert set(rig.load.busy(ended_at + 0.05, ended_at + 1.0)) == {None}


def test_work_done_ahead_is_credited_and_judged_by_nobody(rig: Rig) -> None:
    rig.engine.send(TextSubmitted(at=time.monotonic(), text="What is the time?"))
    rig.watch.wait_for(TurnEnded)
    before = rig.health.of(Stage.LLM)
    rig.llm.submit(Prefill((Message("user", "And"),)), threading.Event())
    begun_at = rig.watch.wait_for(AsideStarted, lambda event: event.stage is Stage.LLM).at
    ended_at = rig.watch.wait_for(AsideFinished, lambda event: event.stage is Stage.LLM).at
    rig.keep_busy(begun_at - 0.05, ended_at + 0.05)
    assert rig.load.busy(begun_at, ended_at)[Stage.LLM] == pytest.approx(
        ended_at - begun_at, abs=1e-4
    )
    assert rig.health.of(Stage.LLM) == before
