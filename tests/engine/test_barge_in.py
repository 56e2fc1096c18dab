"""Somebody speaks over an answer: real threads, scripted models, and the sound that is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from asked_player import asked
from fakes import FakeLanguageModel, FakeRecognizer, FakeVoice, Watch

from her_desktop.audio import chimes
from her_desktop.audio.format import Pcm
from her_desktop.audio.playback import PlaybackBuffer
from her_desktop.audio.player import PlainPlayer
from her_desktop.audio.rewind import REWIND
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AttentionChosen,
    AttentionOptions,
    EndReason,
    FollowUpOpened,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    Origin,
    PartialTranscribed,
    PlaybackHeld,
    PlaybackStarted,
    PlayRequested,
    SpeechPaused,
    SpeechStarted,
    Stage,
    StageReady,
    StageReleased,
    State,
    StateChanged,
    StopRequested,
    TextSubmitted,
    TimerFired,
    Transcribed,
    TurnEnded,
    WakePhrase,
    WorkFinished,
)
from her_desktop.conversation.history import History
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine
from her_desktop.engine.worker import ModelLoader, Worker

RATE = 1000
"""What the scripted voice speaks at; the loudspeaker here runs at the same."""

BLOCK = RATE // 100
SPEECH = np.full(16_000, 0.1, np.float32)

HEARD = (
    "Mm-hmm.", "Mhm.", "Uh-huh.", "Yeah.", "Okay.", "Right.", "I see.", "Oh, wow.", "Hmm.", "Sure.",
    "Oui.", "D'accord.", "Ah oui.", "Ouais.", "Hein ?", "Hahaha.", "(coughs)", "", "Ahem.", "Ah.",
)  # fmt: skip

MEANT = (
    "Stop.", "No.", "Wait, what about whales?", "Tell me something else.", "Hold on a moment.",
    "Sorry, I meant the other one.", "What do you mean?", "Enough of that.", "Please repeat it.",
    "I would rather hear about music.", "Okay, but why is that?", "Yeah, and who made it?",
    "Arrête.", "Attends, pas celui-là.", "Non, l'autre.", "Parle-moi de la mer.", "Pourquoi ?",
    "Excuse me.", "That is not what I asked.", "Next question, please.",
)  # fmt: skip


class Loudspeaker(PlaybackBuffer):
    """A loudspeaker that a test plays block by block; everything runs at one rate."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine.playback_started, engine.playback_finished)
        self.player = PlainPlayer(1, RATE)
        self.attach(self.player, RATE, lambda block: block.dac_at)
        self.chimed = 0

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int = RATE) -> None:
        if sample_rate_hz == chimes.RATE_HZ:
            self.chimed += 1
            return
        super().play(turn, pcm)

    def sound(self, seconds: float) -> Pcm:
        """Let time pass, and return what was heard in it."""
        blocks = []
        for _ in range(round(seconds * RATE) // BLOCK):
            blocks.append(asked(self.player, BLOCK, time.monotonic()))
            self.catch_up()
        return np.concatenate(blocks)


class Rig:
    """An engine that listens by itself and has just begun an answer of three seconds."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.recognizer = FakeRecognizer()
        self.mind = FakeLanguageModel(("One two three four five six seven eight nine ten. " * 3,))
        self.voice = FakeVoice()
        self.engine = Engine(Conversation(History("Be kind.")), [self.watch])
        self.output = Loudspeaker(self.engine)
        send = self.engine.send
        self.engine.connect(
            Worker(
                Stage.STT, ModelLoader("ears", lambda: self.recognizer), stages.transcribe, send
            ),
            Worker(Stage.LLM, ModelLoader("mind", lambda: self.mind), stages.think, send),
            Worker(Stage.TTS, ModelLoader("mouth", lambda: self.voice), stages.speak, send),
            self.output,
        )
        self.engine.start()
        for _ in range(3):
            self.watch.wait_for(StageReady)
        self.listen(ListenMode.ALWAYS)

    def listen(self, mode: ListenMode) -> None:
        self.engine.send(ListenModeRequested(at=time.monotonic(), mode=mode))
        self.watch.wait_for(ListenModeChanged)

    def ask(self) -> int:
        """Ask something and hear the beginning of the answer; return its turn."""
        self.engine.send(TextSubmitted(at=time.monotonic(), text="Count, please."))
        for _ in range(3):
            self.watch.wait_for(WorkFinished, lambda event: event.stage is Stage.TTS)
        assert self.output.sound(0.5).any()
        return self.watch.wait_for(PlaybackStarted).turn

    def begin_to_speak(self) -> None:
        now = time.monotonic()
        self.engine.send(SpeechStarted(at=now, started_at=now - 0.5, origin=Origin.HANDS_FREE))
        self.watch.wait_for(PlaybackHeld)

    def stop_speaking(self, text: str, lasted: float = 0.9) -> None:
        """End what is said over the answer; it is so long ago that a pause has settled."""
        self.recognizer.text = text
        at = time.monotonic() + lasted
        pause = SpeechPaused(at=at, pcm=SPEECH, until=at, speech_ended_at=at)
        self.engine.send(pause)
        self.watch.wait_for(PartialTranscribed)
        self.engine.send(TimerFired(at=at + 1.0, name="doubt"))

    def stop(self) -> None:
        assert self.engine.stop(10.0)


@pytest.fixture
def rig() -> Iterator[Rig]:
    before = set(threading.enumerate())
    rig = Rig()
    yield rig
    rig.stop()
    assert set(threading.enumerate()) == before, "a thread was left over"


@pytest.mark.parametrize("text", HEARD)
def test_listening_is_heard_in_silence_and_the_answer_goes_on_to_its_end(
    rig: Rig, text: str
) -> None:
    turn = rig.ask()
    rig.begin_to_speak()
    assert not rig.output.sound(0.3)[BLOCK:].any()
    rig.stop_speaking(text)
    rig.watch.wait_for(StateChanged, lambda event: event.state is State.SPEAKING)
    rest = rig.output.sound(4.0)
    ended = rig.watch.wait_for(TurnEnded)
    assert (ended.turn, ended.reason) == (turn, EndReason.FINISHED)
    # Nothing was lost: what is left of three seconds, and at most a syllable again.
    assert 2.5 * RATE <= np.flatnonzero(rest).size <= (2.5 + REWIND) * RATE + BLOCK


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant_for_it_ends_the_answer(rig: Rig, text: str) -> None:
    turn = rig.ask()
    rig.begin_to_speak()
    assert not rig.output.sound(0.3)[BLOCK:].any()
    rig.stop_speaking(text)
    ended = rig.watch.wait_for(TurnEnded)
    assert (ended.turn, ended.reason) == (turn, EndReason.STOPPED)
    assert ended.heard == "One two three four five"
    assert rig.watch.wait_for(Transcribed).text == text
    heard = rig.recognizer.heard
    assert len(heard) == 1, "what was recognised is not recognised again"


def test_a_sound_can_be_played_and_stopped_like_an_answer(rig: Rig) -> None:
    tone = np.full(2 * RATE, 0.3, np.float32)
    rig.engine.send(PlayRequested(at=time.monotonic(), pcm=tone, sample_rate_hz=RATE))
    rig.watch.wait_for(StateChanged, lambda event: event.state is State.THINKING)
    heard = rig.output.sound(0.5)
    started = rig.watch.wait_for(PlaybackStarted)
    assert heard.max() == pytest.approx(0.3)
    rig.engine.send(StopRequested(at=time.monotonic()))
    ended = rig.watch.wait_for(TurnEnded)
    assert (ended.turn, ended.reason) == (started.turn, EndReason.STOPPED)
    assert not rig.output.sound(0.5)[2 * BLOCK :].any()
    rig.engine.send(PlayRequested(at=time.monotonic(), pcm=tone[:RATE], sample_rate_hz=RATE))
    rig.watch.wait_for(StateChanged, lambda event: event.state is State.THINKING)
    rig.output.sound(1.2)
    assert rig.watch.wait_for(TurnEnded).reason is EndReason.FINISHED
    assert rig.engine.stop(10.0)


def test_nobody_learns_what_is_said_before_the_phrase(rig: Rig) -> None:
    options = AttentionOptions(wake_phrase=WakePhrase.OWN, own_phrase="Eva")
    rig.engine.send(AttentionChosen(at=time.monotonic(), options=options))
    rig.listen(ListenMode.WAKE)
    for text in ("My secret is safe.", "Eva, count to ten."):
        rig.recognizer.text = text
        now = time.monotonic()
        rig.engine.send(SpeechStarted(at=now, started_at=now - 0.5, origin=Origin.HANDS_FREE))
        pause = SpeechPaused(at=now, pcm=SPEECH, until=now, speech_ended_at=now)
        rig.engine.send(pause)
        if text.startswith("Eva"):
            rig.watch.wait_for(WorkFinished, lambda event: event.stage is Stage.TTS)
        else:
            assert rig.recognizer.gate.reached.wait(10.0), "it was not recognised"
            rig.engine.send(TimerFired(at=now + 1.0, name="doubt"))
    said = [event.text for event in rig.watch.events if hasattr(event, "text")]
    assert any("count to ten" in text for text in said)
    assert not any("secret" in text for text in said)
    asked = [text for messages in rig.mind.asked for _, text in messages]
    assert asked[-1] == "count to ten."
    assert not any("secret" in text for text in asked)


def test_a_quiet_sound_tells_that_it_listens(rig: Rig) -> None:
    options = AttentionOptions(sounds=True)
    rig.engine.send(AttentionChosen(at=time.monotonic(), options=options))
    rig.listen(ListenMode.HOLD)
    rig.listen(ListenMode.ALWAYS)
    assert rig.output.chimed == 2
    assert not rig.watch.all(FollowUpOpened)


def test_models_leave_the_memory_and_are_back_for_the_first_word(rig: Rig) -> None:
    options = AttentionOptions(release_after=600.0)
    rig.engine.send(AttentionChosen(at=time.monotonic(), options=options))
    rig.engine.send(TimerFired(at=time.monotonic(), name="rest"))
    assert {rig.watch.wait_for(StageReleased).stage for _ in range(3)} == {
        Stage.STT,
        Stage.LLM,
        Stage.TTS,
    }
    assert rig.recognizer.closed
    now = time.monotonic()
    rig.engine.send(SpeechStarted(at=now, started_at=now - 0.5, origin=Origin.HANDS_FREE))
    # Nothing but the beginning of speech has asked for them.
    for _ in range(3):
        rig.watch.wait_for(StageReady)
    rig.recognizer.text = "Count to ten."
    rig.engine.send(SpeechPaused(at=now, pcm=SPEECH, until=now, speech_ended_at=now))
    assert rig.watch.wait_for(Transcribed).text == "Count to ten."
