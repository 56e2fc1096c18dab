"""Speech that goes on after a pause, with real threads: what is heard, and what is remembered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from fakes import FakeLanguageModel, FakeOutput, FakeRecognizer, FakeVoice, Watch

from her_desktop.audio.format import Pcm
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    EndReason,
    Event,
    ListenMode,
    ListenModeRequested,
    Origin,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Stage,
    TurnEnded,
)
from her_desktop.conversation.history import History
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.inference.protocols import Cancelled, Transcript

HALF, WHOLE = "Why is the sky", "Why is the sky blue?"
STALE, FRESH = 0.25, 0.75
"""Amplitudes by which a test knows which answer it hears."""


class Ears(FakeRecognizer):
    """Understands half of the question in a short sound, and all of it in a long one."""

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        return Transcript(HALF if pcm.size < 2000 else WHOLE, "en")


class Mind(FakeLanguageModel):
    """Answers with one word, many times: another one for half of the question."""

    def reply(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> Iterator[str]:
        word = "blue" if "blue" in messages[-1][1] else "grey"
        for _ in range(20):
            if cancelled():
                return
            yield f"{word} "


class Mouth(FakeVoice):
    """Says an answer to half of the question with another amplitude than one to all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.amplitude = STALE

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        for _ in range(3):
            if not cancelled():
                yield np.full(100, FRESH if "blue" in text else STALE, np.float32)


class Ear(FakeOutput):
    """A loudspeaker that keeps what it was given, turn by turn, in order."""

    heard: list[tuple[int, float]]

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        self.heard.append((turn, float(pcm[0])))
        super().play(turn, pcm, sample_rate_hz)


@pytest.mark.parametrize("committed", [False, True], ids=["before the end", "after the end"])
@pytest.mark.parametrize("moment", range(10))
def test_what_was_begun_for_half_a_question_is_never_heard_beside_the_whole(
    moment: int, *, committed: bool
) -> None:
    watch = Watch()
    conversation = Conversation(History("Be kind."))
    engine = Engine(conversation, [watch])
    output = Ear(engine.playback_started, engine.playback_finished, instant=False)
    output.heard = []
    engine.connect(
        Worker(Stage.STT, ModelLoader("ears", Ears), stages.transcribe, engine.send),
        Worker(Stage.LLM, ModelLoader("mind", Mind), stages.think, engine.send),
        Worker(Stage.TTS, ModelLoader("mouth", Mouth), stages.speak, engine.send),
        output,
    )
    engine.start()

    def tell(*events: Event) -> None:
        for event in events:
            engine.send(event)

    def paused(samples: int) -> SpeechPaused:
        at = time.monotonic()
        pcm = np.full(samples, 0.1, np.float32)
        return SpeechPaused(at=at, pcm=pcm, until=at, speech_ended_at=at)

    try:
        now = time.monotonic()
        tell(ListenModeRequested(at=now, mode=ListenMode.ALWAYS))
        tell(SpeechStarted(at=now, started_at=now, origin=Origin.HANDS_FREE), paused(1000))
        if committed:
            tell(SpeechEnded(at=now))
            # Within the yield window the listener says that the same utterance goes on; once it
            # was closed, that somebody speaks.
            # What is as short as a "mm-hm" would not be: this began two seconds ago.
            again: Event = SpeechStarted(at=now, started_at=now - 2.0, origin=Origin.HANDS_FREE)
        else:
            again = SpeechResumed(at=now, resumed_at=now)
        for _ in range(moment * 3):
            watch.wait_for(Event)
        tell(again, paused(4000))
        if not committed:
            tell(SpeechEnded(at=time.monotonic()))
        # Over an answer nobody says when it is over: the length of the pause does.
        while again not in watch.events:
            watch.wait_for(Event)
        finished: TurnEnded | None = None
        while finished is None or finished.reason is not EndReason.FINISHED:
            # The loudspeaker plays whatever it has, as soon as it has it.
            for turn in list(output.queued):
                output.advance(turn, output.queued.get(turn, 0.0))
            event = watch.wait_for(Event)
            finished = event if isinstance(event, TurnEnded) else finished
    finally:
        engine.stop()
    last = output.heard[-1][0]
    assert {amplitude for turn, amplitude in output.heard if turn == last} == {FRESH}
    begun = next(index for index, (turn, _) in enumerate(output.heard) if turn == last)
    assert all(turn == last for turn, _ in output.heard[begun:]), "nothing stale afterwards"
    if not committed:
        assert {turn for turn, _ in output.heard} == {last}
    said = " ".join(m.text for m in conversation.history.messages if m.role == "user")
    assert said.count(WHOLE) == 1
    answers = [e for e in watch.all(TurnEnded) if e.reason is EndReason.FINISHED]
    assert len(answers) == 1
