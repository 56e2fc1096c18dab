"""What is spared while nobody speaks delays nothing: block by block, as in real time."""

from __future__ import annotations

import queue
import threading

import numpy as np
import pytest

from her_desktop.audio.echo import EchoOptions
from her_desktop.audio.format import Block, Pcm, level_db
from her_desktop.audio.microphone import BlockQueue, Doze
from her_desktop.audio.resample import resample
from her_desktop.conversation.commands import SetListenMode
from her_desktop.conversation.events import Event, ListenMode, SpeechStarted, SpeechSuspected
from her_desktop.engine.attention import Attention
from her_desktop.engine.listener import Listener
from her_desktop.inference.protocols import TurnDetector, VoiceDetector
from her_desktop.models import Models
from her_desktop.paths import Paths
from her_desktop.settings import Settings

pytestmark = pytest.mark.models

RATE_HZ = 48_000
BLOCK = 480
A_FRAME = 4
"""Blocks: a frame of 32 ms ends in the fourth at the latest."""

PATIENCE = 60.0


class Steps(BlockQueue):
    """Takes one block at a time, and waits until the listener sleeps again."""

    def __init__(self, *, may_doze: bool) -> None:
        super().__init__()
        self._may_doze = may_doze
        self._sleeps = threading.Condition(self._lock)
        self._is_at_work = True
        self.wakes = 0

    def get(
        self, timeout: float | None = None, at_least: int = 1, doze: Doze | None = None
    ) -> Block | object:
        self.wakes += 1
        return super().get(timeout, at_least, doze if self._may_doze else None)

    def _holds_something(self) -> bool:
        # The listener asks under the lock, before it goes to sleep and as it is woken.
        self._is_at_work = super()._holds_something()
        self._sleeps.notify_all()
        return self._is_at_work

    def _is_asleep(self) -> bool:
        return not (self._is_at_work or super()._holds_something())

    def step(self, block: Block) -> None:
        self.put(block)
        with self._sleeps:
            assert self._sleeps.wait_for(self._is_asleep, PATIENCE)


class Attentive(Attention):
    """Looks at every frame."""

    def probability(
        self, detector: VoiceDetector | None, frame: Pcm, level_db: float, *, may_rest: bool
    ) -> float:
        return super().probability(detector, frame, level_db, may_rest=False)


def no_turn_detector() -> TurnDetector:
    raise AssertionError("nobody pauses here")


def listen(models: Models, sound: Pcm, *, spares: bool) -> tuple[int, int, int]:
    """Return the numbers of the blocks with which speech was suspected and began, and the wakes."""
    blocks = Steps(may_doze=spares)
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    listener = Listener(
        blocks,
        models.load_detector,
        no_turn_detector,
        events.put,
        lambda: "a microphone",
        echo=EchoOptions(cancel_echo=False),
    )
    listener._load_turn_detector = None
    if not spares:
        listener._attention = Attentive()
    listener.start()
    listener.order(SetListenMode(ListenMode.ALWAYS))
    seen: dict[type[Event], int] = {}
    wakes = 0
    for number in range(sound.size // BLOCK):
        pcm = sound[number * BLOCK : (number + 1) * BLOCK]
        blocks.step(Block(100.0 + 0.01 * number, pcm, RATE_HZ))
        while not events.empty():
            seen.setdefault(type(events.get()), number)
        if SpeechStarted in seen:
            break
        wakes = blocks.wakes
    listener.stop()
    listener.join(PATIENCE)
    return seen[SpeechSuspected], seen[SpeechStarted], wakes


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return Models(Settings(), Paths.under(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def question(models: Models) -> Pcm:
    """A spoken question at 48 kHz and -20 dBFS."""
    voice = models.load_voice(variation=0.0)
    spoken = np.concatenate(list(voice.speak("What is the weather like today?", lambda: False)))
    pcm = resample(spoken, voice.sample_rate_hz, RATE_HZ)
    voice.close()
    return pcm * np.float32(10.0 ** ((-20.0 - level_db(pcm)) / 20.0))


@pytest.mark.parametrize(
    ("voice_db", "noise_db", "begins_at"),
    [(0.0, -70.0, 4.0), (-20.0, -70.0, 4.09), (-20.0, -70.0, 4.17), (0.0, -45.0, 4.25)],
)
def test_speech_is_noticed_as_soon_as_by_one_who_never_rests(
    models: Models, question: Pcm, voice_db: float, noise_db: float, begins_at: float
) -> None:
    before = round(begins_at * RATE_HZ)
    noise = np.random.default_rng(3).standard_normal(before + question.size + RATE_HZ // 2)
    sound = (10.0 ** (noise_db / 20.0) * noise).astype(np.float32)
    sound[before : before + question.size] += np.float32(10.0 ** (voice_db / 20.0)) * question
    suspected, started, wakes = listen(models, sound, spares=False)
    suspected_too, started_too, fewer = listen(models, sound, spares=True)
    assert started > before // BLOCK
    assert abs(suspected_too - suspected) <= A_FRAME
    assert abs(started_too - started) <= A_FRAME
    assert fewer < 0.7 * wakes, "of which the first second or two are as restless"
