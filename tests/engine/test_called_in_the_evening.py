"""Half an hour of television, and people who call: the real ears, as fast as they can hear."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from engine.long_listening import Paced
from simulated_room import hiss
from television import calls, evening

from her_desktop.audio.format import FRAME_SAMPLES, SAMPLE_RATE_HZ, Block, Pcm
from her_desktop.conversation.commands import AwaitPhrase, EndCapture, SetListenMode
from her_desktop.conversation.events import Event, ListenMode, SpeechStarted, WakePhrase, WakeScored
from her_desktop.engine.listener import Listener
from her_desktop.engine.wake_watch import Call, WakeWatch
from her_desktop.inference.protocols import ModelError, TurnDetector
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

pytestmark = pytest.mark.models

_BLOCK = 160
_THRESHOLD = Settings().wake_threshold


class Sleeper:
    """Hears only whoever calls, and sleeps again after each call."""

    def __init__(self, models: Models) -> None:
        self._blocks = Paced()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._heard = 0
        self.now = 1000.0
        self.listener = Listener(
            self._blocks,
            models.load_detector,
            _refuse,
            self._events.put,
            lambda: "a microphone",
            load_wake=models.load_wake_detector,
        )
        self.listener.start()
        self._sleep()
        self.listener.order(SetListenMode(ListenMode.WAKE))

    def hear(self, pcm: Pcm) -> int:
        """Return how often it was called in that sound, or may have been."""
        before = self._heard
        for first in range(0, pcm.size - _BLOCK + 1, _BLOCK):
            self._blocks.put(Block(self.now, pcm[first : first + _BLOCK], SAMPLE_RATE_HZ))
            self.now += _BLOCK / SAMPLE_RATE_HZ
            if first % (20 * _BLOCK) == 0:
                self._take_note()
        self._blocks.wait_for_room(backlog=10)
        self._take_note()
        return self._heard - before

    def _take_note(self) -> None:
        self._blocks.wait_for_room()
        while not self._events.empty():
            if isinstance(self._events.get(), SpeechStarted):
                self._heard += 1
                self._sleep()

    def _sleep(self) -> None:
        self.listener.order(EndCapture())
        self.listener.order(AwaitPhrase(WakePhrase.HEY_JARVIS, _THRESHOLD))


def _refuse() -> TurnDetector:
    raise ModelError("There is no turn detector.")


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Sleeper]:
    sleeper = Sleeper(Models(Settings(), Paths.under(tmp_path)))
    yield sleeper
    sleeper.listener.stop()
    sleeper.listener.join(30.0)


def test_half_an_hour_of_television_calls_at_most_once(tmp_path: Path) -> None:
    told: list[Event] = []
    watch = WakeWatch(Models(Settings(), Paths.under(tmp_path)).load_wake_detector, told.append)
    watch.await_phrase(WakePhrase.HEY_JARVIS, _THRESHOLD)

    def called(pcm: Pcm) -> int:
        count = 0
        for frame in pcm[: pcm.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
            if watch.hear(frame) is not Call.NONE:
                count += 1
                watch.await_phrase(WakePhrase.HEY_JARVIS, _THRESHOLD)
        return count

    assert sum(map(called, evening(30))) <= 1
    # It has not gone deaf of it.
    called(hiss(5 * SAMPLE_RATE_HZ, -60.0))
    _, _, call = next(calls())
    assert called(_in_a_room(call)) == 1
    watch.close()
    assert all(isinstance(event, WakeScored) for event in told)


def test_whoever_calls_is_heard(sleeper: Sleeper) -> None:
    heard = [(person, text) for person, text, call in calls() if sleeper.hear(_in_a_room(call))]
    assert len(heard) >= 18, heard


def test_a_television_that_was_just_switched_off_deafens_nobody(sleeper: Sleeper) -> None:
    [minute] = evening(1)
    heard = []
    for number, (person, text, call) in enumerate(calls()):
        sleeper.hear(minute[2 * number * SAMPLE_RATE_HZ :][: 10 * SAMPLE_RATE_HZ])
        if sleeper.hear(_in_a_room(call)):
            heard.append((person, text))
    assert len(heard) >= 18, heard


def _in_a_room(call: Pcm) -> Pcm:
    quiet = np.zeros(SAMPLE_RATE_HZ, np.float32)
    whole = np.concatenate((quiet, 0.4 * call, quiet, quiet))
    return whole + hiss(whole.size, -60.0)
