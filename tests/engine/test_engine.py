"""The hub with real threads and scripted models: what is played, shown and remembered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from fakes import PATIENCE, FakeLanguageModel, FakeOutput, FakeRecognizer, FakeVoice, Watch

from her_desktop.conversation.commands import Command, Speak, Think
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AudioMade,
    EndReason,
    Event,
    MessageAccepted,
    Noticed,
    Origin,
    PlaybackStarted,
    SentenceFormed,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
    Stage,
    StageFailed,
    StageReady,
    StopRequested,
    TextStreamed,
    TextSubmitted,
    TurnEnded,
    WorkFinished,
    WorkStarted,
)
from her_desktop.conversation.history import History
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import ModelError


class Rig:
    """An engine with scripted models and a loudspeaker that the test plays."""

    def __init__(self, *, instant: bool = True) -> None:
        self.watch = Watch()
        self.recognizer = FakeRecognizer()
        self.language_model = FakeLanguageModel()
        self.voice = FakeVoice()
        self.load_error: Exception | None = None
        self.conversation = Conversation(History("Be kind."))
        self.engine = Engine(self.conversation, [self.watch])
        self.output = FakeOutput(
            self.engine.playback_started, self.engine.playback_finished, instant=instant
        )
        self.engine.connect(
            Worker(
                Stage.STT,
                ModelLoader("ears", lambda: self.recognizer),
                stages.transcribe,
                self.engine.send,
            ),
            Worker(Stage.LLM, ModelLoader("mind", self._load_mind), stages.think, self.engine.send),
            Worker(
                Stage.TTS, ModelLoader("mouth", lambda: self.voice), stages.speak, self.engine.send
            ),
            self.output,
        )

    def _load_mind(self) -> FakeLanguageModel:
        if self.load_error:
            raise self.load_error
        return self.language_model

    def say(self) -> None:
        now = time.monotonic()
        pcm = np.full(1600, 0.1, np.float32)
        for event in (
            SpeechStarted(at=now, started_at=now, origin=Origin.PUSH_TO_TALK),
            SpeechPaused(at=now, pcm=pcm, until=now, speech_ended_at=now),
            SpeechEnded(at=now),
        ):
            self.engine.send(event)

    def type(self, text: str) -> None:
        self.engine.send(TextSubmitted(at=time.monotonic(), text=text))

    def stop(self) -> None:
        for model in (self.recognizer, self.language_model, self.voice):
            model.gate.open()
        self.engine.stop()


@pytest.fixture
def rig() -> Iterator[Rig]:
    before = set(threading.enumerate())
    rig = Rig()
    yield rig
    rig.stop()
    assert set(threading.enumerate()) == before, "a thread was left over"


@pytest.fixture
def slow_rig() -> Iterator[Rig]:
    rig = Rig(instant=False)
    yield rig
    rig.stop()


def test_a_spoken_question_is_answered_aloud(rig: Rig) -> None:
    rig.engine.start()
    rig.say()
    ended = rig.watch.wait_for(TurnEnded)
    assert (ended.reason, ended.heard) == (
        EndReason.FINISHED,
        "It is just noon here. Time to eat now.",
    )
    assert rig.output.played[ended.turn] == pytest.approx(0.9), (
        "nine words, a tenth of a second each"
    )
    assert rig.recognizer.heard[0].size == 1600
    assert rig.language_model.asked[0][-1] == ("user", "What is the time?")


def test_the_mind_gives_way_while_the_voice_is_at_work() -> None:
    watch = Watch()
    voice, mind = FakeVoice(), FakeLanguageModel(("Well, my dear friend, ", "that ", "is it."))
    tts = Worker(Stage.TTS, ModelLoader("mouth", lambda: voice), stages.speak, watch)
    llm = Worker(
        Stage.LLM, ModelLoader("mind", lambda: mind), stages.think, watch, gives_way_to=[tts.idle]
    )
    voice.gate.close()
    tts.start()
    llm.start()
    try:
        tts.submit(Speak(1, 0, "Well."), threading.Event())
        assert voice.gate.reached.wait(10)
        llm.submit(Think(1, ()), threading.Event())
        watch.wait_for(WorkStarted, lambda begun: begun.stage is Stage.LLM)
        voice.gate.open()
        watch.wait_for(WorkFinished, lambda done: done.stage is Stage.LLM)
        heard, written = (
            next(i for i, event in enumerate(watch.events) if isinstance(event, kind))
            for kind in (AudioMade, TextStreamed)
        )
        assert heard < written, "the voice had to be done first"
        assert "".join(e.text for e in watch.all(TextStreamed)) == "".join(mind.pieces)
    finally:
        voice.gate.open()
        for worker in (tts, llm):
            worker.stop()
            worker.join(10)


def test_who_waits_goes_on_after_what_follows_has_been_ordered(rig: Rig) -> None:
    rig.engine.start()
    for number in range(20):
        rig.engine.send_and_wait(TextSubmitted(at=time.monotonic(), text=f"Question {number}?"))
        assert len(rig.watch.all(MessageAccepted)) == number + 1
    rig.engine.stop()
    # Nobody is there any more, and nobody waits for ever.
    rig.engine.send_and_wait(TextSubmitted(at=time.monotonic(), text="Hello?"))
    assert len(rig.watch.all(MessageAccepted)) == 20


def test_the_threads_have_their_names(rig: Rig) -> None:
    rig.engine.start()
    names = {thread.name for thread in threading.enumerate()}
    assert {"engine", "stt", "llm", "tts"} <= names


def test_the_second_sentence_is_made_while_the_first_is_heard(slow_rig: Rig) -> None:
    slow_rig.engine.start()
    slow_rig.type("Hello")
    slow_rig.watch.wait_for(AudioMade, lambda made: made.index == 1)
    turn = slow_rig.watch.all(AudioMade)[0].turn
    assert slow_rig.output.played[turn] == 0.0, "nothing has been played to its end yet"
    assert slow_rig.watch.all(PlaybackStarted)
    slow_rig.watch.wait_for(WorkFinished, lambda done: done.stage is Stage.TTS)
    assert not slow_rig.watch.all(TurnEnded)


def test_the_voice_begins_before_the_answer_is_complete(rig: Rig) -> None:
    rig.language_model.pieces = ("It is noon now, my friend. ", "And ", "more.")
    gate = rig.language_model.gate
    rig.engine.start()
    rig.watch.wait_for(StageReady, lambda ready: ready.stage is Stage.LLM)
    original = gate.wait

    def stop_after_the_first() -> None:
        original()
        gate.close()

    gate.wait = stop_after_the_first  # type: ignore[method-assign]
    rig.type("Hello")
    rig.watch.wait_for(AudioMade)
    thought = [e for e in rig.watch.all(WorkFinished) if e.stage is Stage.LLM]
    assert not thought, "the language model is still held at its second piece"
    gate.wait = original  # type: ignore[method-assign]


def test_an_answer_interrupted_in_the_middle_keeps_what_was_heard(slow_rig: Rig) -> None:
    slow_rig.engine.start()
    slow_rig.say()
    slow_rig.watch.wait_for(WorkFinished, lambda done: done.stage is Stage.LLM)
    slow_rig.watch.wait_for(AudioMade, lambda made: made.index == 1)
    slow_rig.output.advance(1, 0.7)
    slow_rig.engine.send(StopRequested(at=time.monotonic()))
    ended = slow_rig.watch.wait_for(TurnEnded)
    assert (ended.reason, ended.heard) == (EndReason.STOPPED, "It is just noon here. Time to")
    assert slow_rig.output.stopped == [1]
    slow_rig.type("Go on")
    slow_rig.watch.wait_for(WorkStarted, lambda begun: begun.stage is Stage.LLM)
    slow_rig.watch.wait_for(TextStreamed)
    assert slow_rig.language_model.asked[-1][1:] == (
        ("user", "What is the time?"),
        ("assistant", "It is just noon here. Time to"),
        ("user", "Go on"),
    )


def test_a_turn_can_be_stopped_at_every_stage(rig: Rig) -> None:
    rig.engine.start()
    for model in (rig.recognizer, rig.language_model, rig.voice):
        model.gate.close()
        model.gate.reached.clear()
        rig.say()
        assert model.gate.reached.wait(10)
        rig.engine.send(StopRequested(at=time.monotonic()))
        ended = rig.watch.wait_for(TurnEnded)
        assert ended.reason is EndReason.STOPPED
        assert ended.heard == ""
        model.gate.open()
    rig.say()
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FINISHED


def test_nothing_of_a_stopped_turn_is_played_or_shown(rig: Rig) -> None:
    rig.engine.start()
    rig.voice.gate.close()
    rig.type("First")
    assert rig.voice.gate.reached.wait(10)
    rig.engine.send(StopRequested(at=time.monotonic()))
    stopped = rig.watch.wait_for(TurnEnded)
    rig.voice.gate.open()
    rig.type("Second")
    rig.watch.wait_for(TurnEnded)
    assert stopped.turn not in rig.output.played
    position = rig.watch.events.index(stopped)
    later = [
        e for e in rig.watch.events[position + 1 :] if getattr(e, "turn", None) == stopped.turn
    ]
    assert later == []


def test_ten_questions_in_a_row_and_the_tenth_knows_the_first(rig: Rig) -> None:
    rig.engine.start()
    for number in range(10):
        rig.type(f"Question {number}")
        rig.watch.wait_for(TurnEnded)
    asked = rig.language_model.asked[-1]
    assert len(asked) == 1 + 2 * 9 + 1
    assert asked[1] == ("user", "Question 0")


def test_events_come_in_an_order_a_person_would_tell(rig: Rig) -> None:
    rig.engine.start()
    rig.type("Hello")
    rig.watch.wait_for(TurnEnded)
    kinds = [type(event).__name__ for event in rig.watch.events]
    order = ["TurnStarted", "TextStreamed", "SentenceFormed", "AudioMade", "TurnEnded"]
    positions = [kinds.index(kind) for kind in order]
    assert positions == sorted(positions)
    assert [e.index for e in rig.watch.all(SentenceFormed)] == [0, 1]


def test_a_model_that_cannot_be_loaded_is_named_and_the_rest_goes_on(rig: Rig) -> None:
    rig.load_error = ModelError("The model file is damaged. Please install the model again.")
    rig.engine.start()
    failed = rig.watch.wait_for(StageFailed)
    assert (failed.stage, failed.message) == (Stage.LLM, str(rig.load_error))
    rig.type("Hello")
    assert rig.watch.wait_for(Noticed).message == str(rig.load_error)
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FAILED


def test_an_error_nobody_foresaw_is_told_without_what_was_said(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.language_model.error = RuntimeError("failed on: my secret canary")
    rig.engine.start()
    rig.type("my secret canary")
    notice = rig.watch.wait_for(Noticed)
    assert "canary" not in notice.message
    assert "RuntimeError" in notice.message
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FAILED
    assert "canary" not in caplog.text
    assert "RuntimeError" in caplog.text
    rig.language_model.error = None
    rig.type("Again")
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FINISHED


def test_a_fault_in_the_conversation_is_told_without_what_was_said(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = rig.conversation.handle

    def faulty(event: Event) -> list[Command]:
        if isinstance(event, TextSubmitted) and "canary" in event.text:
            raise KeyError(event.text)
        return sound(event)

    monkeypatch.setattr(rig.conversation, "handle", faulty)
    rig.engine.start()
    rig.type("my secret canary")
    assert "went wrong" in rig.watch.wait_for(Noticed).message
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text
    rig.type("Again")
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FINISHED


def test_a_watcher_that_fails_stops_nobody() -> None:
    watch = Watch()

    def broken(event: object) -> None:
        raise ValueError("a broken panel")

    rig = Rig()
    rig.engine._watchers = (broken, watch)
    rig.engine.start()
    rig.type("Hello")
    assert watch.wait_for(TurnEnded).reason is EndReason.FINISHED
    rig.stop()


@pytest.mark.parametrize("stage", ["recognizer", "language_model", "voice"])
def test_stopping_in_the_middle_of_work_leaves_nothing_running(stage: str) -> None:
    before = set(threading.enumerate())
    rig = Rig()
    rig.engine.start()
    model = getattr(rig, stage)
    model.gate.close()
    rig.say()
    assert model.gate.reached.wait(10)
    stopper = threading.Thread(target=rig.stop)
    stopper.start()
    stopper.join(10)
    assert not stopper.is_alive()
    assert set(threading.enumerate()) == before
    assert rig.recognizer.closed
    assert rig.language_model.closed
    assert rig.voice.closed


def other_models(rig: Rig) -> tuple[FakeRecognizer, FakeLanguageModel, FakeVoice]:
    """Choose another model for every stage; return them."""
    ears, mind, mouth = FakeRecognizer("And now?"), FakeLanguageModel(("Yes.",)), FakeVoice()
    rig.engine.change(Stage.STT, ModelLoader("other ears", lambda: ears))
    rig.engine.change(Stage.LLM, ModelLoader("other mind", lambda: mind))
    rig.engine.change(Stage.TTS, ModelLoader("other mouth", lambda: mouth))
    return ears, mind, mouth


def let_everything_happen(rig: Rig) -> None:
    """Wait until the hub, and then every worker, has done what it was told so far."""
    rig.engine.send_and_wait(StageReady(at=time.monotonic(), stage=Stage.VAD, model="", detail=""))
    for worker in rig.engine._workers.values():
        done = threading.Event()
        worker._items.put(done.set)
        assert done.wait(10)


def test_models_chosen_while_it_speaks_answer_the_next_turn(slow_rig: Rig) -> None:
    rig = slow_rig
    rig.engine.start()
    rig.say()
    rig.watch.wait_for(AudioMade, lambda made: made.index == 1)
    rig.watch.wait_for(WorkFinished, lambda done: done.stage is Stage.TTS)
    ears, mind, mouth = other_models(rig)
    let_everything_happen(rig)
    before = {event.model for event in rig.watch.all(StageReady)}
    rig.output.advance(1, 0.5)
    rig.output.advance(1, 5.0)
    ended = rig.watch.wait_for(TurnEnded)
    assert ended.heard == "It is just noon here. Time to eat now.", "it was not cut in two"
    assert before == {"ears", "mind", "mouth", ""}, "nothing is loaded while it speaks"
    for _ in range(3):
        rig.watch.wait_for(StageReady)
    rig.say()
    rig.watch.wait_for(AudioMade)
    assert len(ears.heard) == 1
    assert mind.asked[-1][1:] == (
        ("user", "What is the time?"),
        ("assistant", "It is just noon here. Time to eat now."),
        ("user", "And now?"),
    )
    assert (rig.recognizer.closed, rig.language_model.closed, rig.voice.closed) == (True,) * 3
    assert not mouth.closed


def test_an_answer_that_is_spoken_over_makes_room_for_the_models_chosen(slow_rig: Rig) -> None:
    rig = slow_rig
    rig.engine.start()
    rig.say()
    rig.watch.wait_for(AudioMade, lambda made: made.index == 1)
    other_models(rig)
    rig.say()
    spoken = rig.watch.wait_for(MessageAccepted)
    assert spoken.text == "And now?", "the turn that begins already has them"


def test_a_model_that_cannot_be_loaded_leaves_the_conversation_as_it_was(rig: Rig) -> None:
    rig.engine.start()
    rig.watch.wait_for(StageReady, lambda ready: ready.stage is Stage.LLM)

    def refuse() -> FakeLanguageModel:
        raise ModelError("There is not enough memory.")

    rig.engine.change(Stage.LLM, ModelLoader("huge", refuse))
    failed = rig.watch.wait_for(StageFailed)
    assert (failed.model, failed.kept) == ("huge", "mind")
    rig.say()
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FINISHED
    assert not rig.watch.all(Noticed)


def test_a_thread_that_a_library_keeps_costs_one_answer(rig: Rig) -> None:
    stuck = rig.language_model
    stuck.gate.close()
    rig.engine.start()
    rig.type("Hello")
    assert stuck.gate.reached.wait(PATIENCE)
    (thread,) = (each for each in threading.enumerate() if each.name == "llm")
    rig.language_model = FakeLanguageModel(["I am back."])
    assert rig.engine.lose(Stage.LLM, "The engine broke down. Please ask again.")
    try:
        assert rig.watch.wait_for(Noticed).message == "The engine broke down. Please ask again."
        assert rig.watch.wait_for(TurnEnded).reason is EndReason.FAILED
        assert rig.watch.wait_for(StageReady, lambda ready: ready.stage is Stage.LLM)
        rig.type("Are you there?")
        ended = rig.watch.wait_for(TurnEnded)
        assert (ended.reason, ended.heard) == (EndReason.FINISHED, "I am back.")
        assert not rig.engine.stop(PATIENCE), "one thread is not to be had back"
        assert not rig.engine.lose(Stage.LLM, "Too late."), "and nobody can take over any more"
    finally:
        stuck.gate.open()
        thread.join(PATIENCE)
