"""The wake phrase as the listener hears it, with a scripted detector."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from her_desktop.audio.format import FRAME_SAMPLES, Block, Pcm
from her_desktop.audio.microphone import BlockQueue
from her_desktop.conversation.commands import AwaitPhrase, EndCapture, SetListenMode
from her_desktop.conversation.events import (
    Event,
    ListenMode,
    Noticed,
    SpeechPaused,
    SpeechStarted,
    SpeechSuspected,
    StageReady,
    WakePhrase,
    WakePhraseHeard,
    WakeScored,
)
from her_desktop.engine.listener import Listener
from her_desktop.engine.wake_watch import Call, WakeWatch
from her_desktop.inference.protocols import ModelError, TurnDetector

FRAME = np.zeros(FRAME_SAMPLES, np.float32)


class Scripted:
    """A detector that is as sure as the last sample of the sound it is given."""

    def __init__(self) -> None:
        self.resets = 0
        self.closed = False

    def score(self, pcm: Pcm) -> float:
        return float(abs(pcm[-1]))

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self.closed = True


class Watched:
    """A watch for the phrase, what it loaded and what it said."""

    def __init__(self) -> None:
        self.loaded: list[tuple[WakePhrase, Scripted]] = []
        self.events: list[Event] = []
        self.watch = WakeWatch(self.load, self.events.append)

    def load(self, phrase: WakePhrase) -> Scripted:
        if phrase is WakePhrase.HEY_MYCROFT:
            raise ModelError("The wake phrase cannot be listened for here.")
        self.loaded.append((phrase, Scripted()))
        return self.loaded[-1][1]

    def hear(self, score: float, frames: int = 1) -> list[Call]:
        return [self.watch.hear(FRAME + np.float32(score)) for _ in range(frames)]

    @property
    def scores(self) -> list[float]:
        return [event.score for event in self.events if isinstance(event, WakeScored)]


@pytest.fixture
def watched() -> Watched:
    watched = Watched()
    watched.watch.await_phrase(WakePhrase.HEY_JARVIS, 0.5)
    return watched


def test_the_phrase_is_said_once_the_score_reaches_the_threshold(watched: Watched) -> None:
    assert watched.hear(0.49, 3) == [Call.NONE] * 3
    assert watched.hear(0.51) == [Call.SURE]
    watched.watch.await_phrase(WakePhrase.HEY_JARVIS, 0.8)
    assert watched.hear(0.7) == [Call.NONE]


def test_what_comes_near_and_no_nearer_is_suspected_once(watched: Watched) -> None:
    assert watched.hear(0.19, 30) == [Call.NONE] * 30
    assert watched.hear(0.35) == [Call.NONE], "it may become sure"
    assert Call.SUSPECTED not in watched.hear(0.1, 9)
    ((_, detector),) = watched.loaded
    before = detector.resets
    assert watched.hear(0.1) == [Call.SUSPECTED]
    assert detector.resets == before + 1, "nor is it suspected for what it remembers"
    assert watched.hear(0.1, 30) == [Call.NONE] * 30


def test_what_becomes_sure_is_no_suspicion_afterwards(watched: Watched) -> None:
    assert watched.hear(0.4, 5) == [Call.NONE] * 5
    assert watched.hear(0.6) == [Call.SURE]
    assert watched.hear(0.0, 30) == [Call.NONE] * 30


def test_no_threshold_makes_silence_a_phrase_or_the_phrase_impossible(watched: Watched) -> None:
    watched.watch.await_phrase(WakePhrase.HEY_JARVIS, 0.0)
    assert watched.hear(0.0, 30) == [Call.NONE] * 30
    watched.watch.await_phrase(WakePhrase.HEY_JARVIS, 1.0)
    assert watched.hear(0.995) == [Call.SURE]


def test_the_score_is_told_four_times_a_second_and_not_at_all_in_silence(
    watched: Watched,
) -> None:
    second = 31
    watched.hear(0.0, second)
    assert watched.scores == []
    watched.hear(0.3, second)
    assert 3 <= len(watched.scores) <= 5
    assert watched.scores[-1] == pytest.approx(0.3)
    watched.hear(0.0, second)
    assert watched.scores[-1] == 0.0, "a meter must fall back"
    told = len(watched.scores)
    watched.hear(0.0, second)
    assert len(watched.scores) == told


def test_a_detector_is_kept_for_its_phrase_and_freed_for_another(watched: Watched) -> None:
    watched.watch.await_phrase(WakePhrase.HEY_JARVIS, 0.6)
    (first,) = watched.loaded
    assert first[1].resets == 1
    watched.watch.await_phrase(WakePhrase.OKAY_NABU, 0.6)
    assert first[1].closed
    assert [phrase for phrase, _ in watched.loaded] == [WakePhrase.HEY_JARVIS, WakePhrase.OKAY_NABU]


def test_a_phrase_that_cannot_be_listened_for_is_told(watched: Watched) -> None:
    watched.watch.await_phrase(WakePhrase.HEY_MYCROFT, 0.5)
    assert [type(event) for event in watched.events] == [Noticed]
    assert watched.hear(1.0) == [Call.NONE]


# --- in the listener ----------------------------------------------------------------------------


class LoudIsSpeech:
    def probability(self, frame: Pcm) -> float:
        return float(np.abs(frame).max() > 0.05)

    def reset(self) -> None:
        pass


class Ear:
    """A listener that is fed sound at known instants."""

    def __init__(self) -> None:
        self.blocks = BlockQueue()
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.now = 100.0
        self.seen: list[Event] = []
        self.listener = Listener(
            self.blocks,
            LoudIsSpeech,
            _refuse,
            self.events.put,
            lambda: "a microphone",
            load_wake=lambda _: Scripted(),
        )
        self.listener.start()
        self.wait_for(StageReady)

    def feed(self, seconds: float, amplitude: float) -> None:
        times = np.arange(160) / 16_000
        tone = (amplitude * np.cos(2 * np.pi * 200 * times)).astype(np.float32)
        for _ in range(round(seconds * 100)):
            self.blocks.put(Block(self.now, tone.copy(), 16_000))
            self.now += 0.01

    def wait_for(self, kind: type[Event]) -> Event:
        while True:
            event = self.events.get(timeout=10.0)
            self.seen.append(event)
            if isinstance(event, kind):
                return event


def _refuse() -> TurnDetector:
    raise ModelError("There is no turn detector.")


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.listener.stop()
    ear.listener.join(10.0)
    assert "listener" not in {thread.name for thread in threading.enumerate()}


def test_asleep_only_the_phrase_begins_an_utterance_and_is_part_of_it(ear: Ear) -> None:
    ear.listener.order(AwaitPhrase(WakePhrase.HEY_JARVIS, 0.5))
    ear.listener.order(SetListenMode(ListenMode.WAKE))
    ear.feed(2.0, 0.1)
    ear.feed(0.2, 0.9)
    heard = ear.wait_for(WakePhraseHeard)
    assert not any(isinstance(event, SpeechStarted | SpeechSuspected) for event in ear.seen)
    started = ear.wait_for(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    assert started.at == heard.at
    assert started.started_at == pytest.approx(102.0 - 1.3, abs=0.1)
    ear.feed(0.5, 0.9)
    ear.feed(0.6, 0.0)
    paused = ear.wait_for(SpeechPaused)
    assert isinstance(paused, SpeechPaused)
    assert paused.pcm.size >= 16_000


def test_what_is_suspected_begins_an_utterance_that_nobody_was_heard_to_call_for(
    ear: Ear,
) -> None:
    ear.listener.order(AwaitPhrase(WakePhrase.HEY_JARVIS, 0.5))
    ear.listener.order(SetListenMode(ListenMode.WAKE))
    ear.feed(2.0, 0.1)
    ear.feed(0.4, 0.4)
    started = ear.wait_for(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    assert started.started_at == pytest.approx(102.0 + 0.3 - 1.6, abs=0.1)
    assert not any(isinstance(event, WakePhraseHeard) for event in ear.seen)
    ear.listener.order(EndCapture())
    ear.feed(0.2, 0.9)
    ear.wait_for(WakePhraseHeard)


def test_after_an_utterance_the_phrase_is_needed_again_where_it_is_so_ordered(ear: Ear) -> None:
    ear.listener.order(AwaitPhrase(WakePhrase.HEY_JARVIS, 0.5))
    ear.listener.order(SetListenMode(ListenMode.WAKE))
    ear.feed(0.5, 0.9)
    ear.wait_for(SpeechStarted)
    ear.listener.order(EndCapture())
    ear.listener.order(AwaitPhrase(WakePhrase.HEY_JARVIS, 0.5))
    ear.feed(1.0, 0.1)
    ear.feed(0.2, 0.9)
    ear.wait_for(WakePhraseHeard)


def test_the_first_frame_of_a_voice_is_told_before_it_is_sure(ear: Ear) -> None:
    ear.listener.order(SetListenMode(ListenMode.ALWAYS))
    ear.feed(0.3, 0.0)
    ear.feed(0.03, 0.5)
    ear.feed(0.3, 0.0)
    ear.wait_for(SpeechSuspected)
    assert not any(isinstance(event, SpeechStarted) for event in ear.seen)
    ear.feed(0.5, 0.5)
    ear.wait_for(SpeechStarted)
    suspicions = [event for event in ear.seen if isinstance(event, SpeechSuspected)]
    assert len(suspicions) == 2
