"""An examination's course on events, and with scripted models on the engine's real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fakes import FakeLanguageModel, FakeOutput, FakeRecognizer, FakeVoice, Watch

from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    EndReason,
    Event,
    Stage,
    StageFailed,
    StageReady,
    StageTried,
    State,
    StateChanged,
    TextSubmitted,
    TrialRequested,
    TurnEnded,
)
from her_desktop.conversation.history import History
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import ModelError
from her_desktop.metrics.examination import (
    GAVE_WAY,
    NO_SENTENCE,
    SENTENCES,
    Examination,
    Step,
    judged,
)
from her_desktop.metrics.findings import Finding, Verdict, broken
from her_desktop.metrics.health import HealthFold, Light

SENTENCE = SENTENCES["en"]
TONE = np.full(16000, 0.3, np.float32)


def tried(stage: Stage, **what: Any) -> StageTried:
    return StageTried(at=2.0, stage=stage, begun_at=1.0, **what)


def asked(step: Step) -> list[Stage]:
    return [wish.stage for wish in step.wishes if isinstance(wish, TrialRequested)]


def ready_examination() -> Examination:
    examination = Examination()
    for stage in (Stage.STT, Stage.LLM, Stage.TTS):
        examination.handle(StageReady(at=0.0, stage=stage, model="model", detail="CPU, 1 thread"))
    return examination


def test_a_sentence_is_spoken_recognised_again_and_answered() -> None:
    examination = ready_examination()
    assert asked(examination.begin(0.0)) == [Stage.TTS]
    spoken = examination.handle(tried(Stage.TTS, first_at=1.04, pcm=TONE))
    assert [finding.detail for finding in spoken.findings] == [
        "Spoke 1.0 s of sound on CPU, 1 thread."
    ]
    assert spoken.findings[0].milliseconds == 40.0
    assert asked(spoken) == [Stage.STT]
    request = spoken.wishes[0]
    assert isinstance(request, TrialRequested)
    assert request.pcm is TONE, "what was spoken is what has to be understood"
    heard = examination.handle(tried(Stage.STT, first_at=2.0, text=SENTENCE.lower()))
    assert (heard.findings[0].verdict, heard.findings[0].milliseconds) == (Verdict.OK, 1000.0)
    assert asked(heard) == [Stage.LLM]
    answered = examination.handle(tried(Stage.LLM, first_at=1.1, text="Lovely indeed."))
    assert answered.findings[0].ok
    assert not answered.wishes
    assert not examination.is_running


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (tried(Stage.TTS), "no sound"),
        (tried(Stage.TTS, pcm=np.zeros(100, np.float32)), "no sound"),
        (tried(Stage.TTS, message="The file is damaged."), "The file is damaged."),
        (tried(Stage.STT, text="A quite different thing"), "recognised as"),
        (tried(Stage.STT, text=""), "recognised as"),
        (tried(Stage.LLM, text=" \n"), "no answer"),
        (tried(Stage.LLM, message="Out of memory."), "Out of memory."),
    ],
    ids=str,
)
def test_a_trial_that_gave_nothing_right_is_broken(event: StageTried, words: str) -> None:
    finding = judged(event, SENTENCE, "CPU")
    assert finding.verdict is Verdict.BROKEN
    assert words in finding.detail


def test_a_trial_that_gave_way_is_neither_well_nor_broken() -> None:
    finding = judged(tried(Stage.LLM, gave_way=True), SENTENCE, "CPU")
    assert (finding.verdict, finding.detail) == (Verdict.NOTE, GAVE_WAY)


def test_without_a_voice_the_recogniser_is_not_tried_and_the_rest_is() -> None:
    examination = ready_examination()
    failed = StageFailed(at=0.0, stage=Stage.TTS, model="Joe", message="The file is incomplete.")
    examination.handle(failed)
    step = examination.begin(1.0)
    assert [(found.name, found.verdict) for found in step.findings] == [
        ("tts", Verdict.BROKEN),
        ("stt", Verdict.NOTE),
    ]
    assert step.findings[1].detail == NO_SENTENCE
    assert asked(step) == [Stage.LLM]


def test_a_model_that_was_kept_is_tried() -> None:
    examination = ready_examination()
    kept = StageFailed(at=0.0, stage=Stage.TTS, model="new", message="Damaged.", kept="model")
    examination.handle(kept)
    assert asked(examination.begin(1.0)) == [Stage.TTS]


def test_a_stage_that_never_answers_is_given_up_and_the_next_is_tried() -> None:
    examination = ready_examination()
    examination.begin(0.0)
    assert examination.waiting_for == "tts"
    step = examination.give_up(9.0, broken("tts", "It did not answer."))
    assert [finding.detail for finding in step.findings] == ["It did not answer.", NO_SENTENCE]
    assert asked(step) == [Stage.LLM]
    late = examination.handle(tried(Stage.TTS, pcm=TONE))
    assert late == Step(), "an answer that comes too late is nobody's"


def test_what_was_stopped_takes_no_more_results() -> None:
    examination = ready_examination()
    examination.begin(0.0)
    examination.stop()
    assert examination.handle(tried(Stage.TTS, pcm=TONE)) == Step()
    assert examination.give_up(1.0, broken("", "")) == Step()


# --- on the engine's threads -------------------------------------------------------------------


class Rig:
    """An engine with scripted models that an examination is carried out on."""

    def __init__(self) -> None:
        self.watch, self.health = Watch(), HealthFold()
        self.recognizer = FakeRecognizer(SENTENCE)
        self.language_model, self.voice = FakeLanguageModel(), FakeVoice()
        self.conversation = Conversation(History("Be kind."))
        engine = self.engine = Engine(self.conversation, [self.health.handle, self.watch])
        loaders: list[ModelLoader[Any]] = [
            ModelLoader("ears", lambda: self.recognizer),
            ModelLoader("mind", lambda: self.language_model),
            ModelLoader("mouth", lambda: self.voice),
        ]
        engine.connect(
            Worker(Stage.STT, loaders[0], stages.transcribe, engine.send),
            Worker(Stage.LLM, loaders[1], stages.think, engine.send),
            Worker(Stage.TTS, loaders[2], stages.speak, engine.send),
            FakeOutput(engine.playback_started, engine.playback_finished, instant=True),
        )

    def examine(self) -> dict[str, Finding]:
        examination = Examination()
        found: dict[str, Finding] = {}
        step = examination.begin(time.monotonic())
        while True:
            found |= {finding.name: finding for finding in step.findings}
            for wish in step.wishes:
                self.engine.send(wish)
            if not examination.is_running:
                return found
            step = examination.handle(self.watch.wait_for(Event))


@pytest.fixture
def rig() -> Iterator[Rig]:
    before = set(threading.enumerate())
    rig = Rig()
    rig.engine.start()
    yield rig
    for model in (rig.recognizer, rig.language_model, rig.voice):
        model.gate.open()
    rig.engine.stop()
    assert set(threading.enumerate()) == before, "a thread was left over"


def test_the_models_of_a_running_engine_are_tried_without_a_turn(rig: Rig) -> None:
    found = rig.examine()
    assert {name: finding.verdict for name, finding in found.items()} == dict.fromkeys(
        ("tts", "stt", "llm"), Verdict.OK
    )
    assert rig.recognizer.heard[0].size > 16000, "the recogniser heard what the voice said"
    assert rig.watch.all(TurnEnded) == []
    assert not rig.conversation.history.messages, "nothing of it is remembered"
    lit = [health.part for health in rig.health.parts if health.light is Light.WELL]
    assert lit == [Stage.STT, Stage.LLM, Stage.TTS]


def test_a_trial_begins_as_the_conversation_does(rig: Rig) -> None:
    rig.engine.send(TextSubmitted(at=time.monotonic(), text="What time is it?"))
    rig.watch.wait_for(TurnEnded)
    rig.examine()
    question, trial = rig.language_model.asked
    assert trial[: len(question)] == question, "so that nothing has to be read again"
    assert trial[-1] == ("user", SENTENCE)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModelError("The model is too large."), "The model is too large."),
        (RuntimeError("secret"), "It failed (RuntimeError); the log has the details."),
    ],
    ids=["foreseen", "unforeseen"],
)
def test_a_model_that_raises_is_found_broken_and_the_others_well(
    rig: Rig, error: Exception, words: str
) -> None:
    rig.language_model.error = error
    found = rig.examine()
    assert {name for name, finding in found.items() if not finding.ok} == {"llm"}
    assert found["llm"].detail == words
    assert rig.health.of(Stage.LLM).light is Light.FAILED
    rig.language_model.error = None
    assert rig.examine()["llm"].ok, "the worker goes on"


def test_a_trial_gives_way_to_what_the_user_says(rig: Rig) -> None:
    rig.language_model.gate.close()
    request = TrialRequested(at=time.monotonic(), stage=Stage.LLM, text=SENTENCE)
    rig.engine.send(request)
    assert rig.language_model.gate.reached.wait(10.0)
    rig.engine.send(TextSubmitted(at=time.monotonic(), text="What time is it?"))
    rig.watch.wait_for(StateChanged, lambda event: event.state is State.THINKING)
    rig.language_model.gate.open()
    assert rig.watch.wait_for(StageTried).gave_way
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FINISHED
