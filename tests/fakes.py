"""Scripted stand-ins for models and devices: they wait on events, never on the clock."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.conversation.events import Event
from her_desktop.inference.protocols import Cancelled, Transcript

E = TypeVar("E", bound=Event)

PATIENCE = 10.0
"""Seconds after which a test gives up waiting for something that should have happened."""


class Gate:
    """Lets a test decide when a scripted model goes on; open unless it is closed."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()
        self._open.set()

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def wait(self) -> None:
        self.reached.set()
        assert self._open.wait(PATIENCE), "a closed gate was never opened"


class FakeModel:
    """What the scripted models share."""

    detail = "scripted"

    def __init__(self) -> None:
        self.gate = Gate()
        self.closed = False

    def close(self) -> None:
        self.closed = True


class FakeRecognizer(FakeModel):
    """Understands the same text in everything; "" for silence."""

    def __init__(self, text: str = "What is the time?", language: str = "en") -> None:
        super().__init__()
        self.text, self.language = text, language
        self.heard: list[Pcm] = []

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        self.heard.append(pcm)
        self.gate.wait()
        return Transcript(self.text if pcm.any() else "", self.language)


class FakeLanguageModel(FakeModel):
    """Answers with the same pieces; the gate stands before each of them."""

    def __init__(
        self, pieces: Sequence[str] = ("It is just noon here. ", "Time to eat now.")
    ) -> None:
        super().__init__()
        self.pieces = tuple(pieces)
        self.asked: list[tuple[tuple[str, str], ...]] = []
        self.prepared: list[tuple[tuple[str, str], ...]] = []
        self.error: Exception | None = None

    def prepare(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> None:
        self.prepared.append(tuple((role, text) for role, text in messages))

    def end_probability(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> float:
        return 0.6

    def reply(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> Iterator[str]:
        self.asked.append(tuple((role, text) for role, text in messages))
        if self.error:
            raise self.error
        for piece in self.pieces:
            self.gate.wait()
            if cancelled():
                return
            yield piece


class FakeVoice(FakeModel):
    """A tone, one tenth of a second for every word."""

    sample_rate_hz = 1000

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        self.gate.wait()
        if not cancelled():
            yield np.full(100 * len(text.split()), 0.5, np.float32)


class FakeOutput:
    """A loudspeaker that plays when the test says so.

    `advance(seconds)` lets sound pass; turns start and finish as they do on a real one.
    """

    def __init__(
        self,
        started: Callable[[int, float], None],
        finished: Callable[[int, float], None],
        *,
        instant: bool = False,
    ) -> None:
        self._started, self._finished = started, finished
        self._instant = instant
        self.queued: dict[int, float] = {}
        self.played: dict[int, float] = {}
        self.ending: set[int] = set()
        self.stopped: list[int] = []
        self.held: set[int] = set()

    def play(self, turn: int, pcm: Pcm, sample_rate_hz: int) -> None:
        if turn not in self.played:
            self.played[turn] = 0.0
            self._started(turn, 0.0)
        self.queued[turn] = self.queued.get(turn, 0.0) + pcm.size / sample_rate_hz

    def finish(self, turn: int) -> None:
        self.ending.add(turn)
        if self._instant or not self.queued.get(turn):
            self.advance(turn, self.queued.get(turn, 0.0))

    def advance(self, turn: int, seconds: float) -> None:
        if turn in self.held:
            return
        step = min(seconds, self.queued.get(turn, 0.0))
        self.queued[turn] = self.queued.get(turn, 0.0) - step
        self.played[turn] = self.played.get(turn, 0.0) + step
        if turn in self.ending and self.queued[turn] <= 1e-9:
            self.ending.discard(turn)
            self._finished(turn, self.played[turn])

    def hold(self, turn: int) -> float:
        self.held.add(turn)
        return self.played.get(turn, 0.0)

    def resume(self, turn: int) -> None:
        self.held.discard(turn)

    def stop(self, turn: int) -> float:
        self.stopped.append(turn)
        self.ending.discard(turn)
        self.queued.pop(turn, None)
        return self.played.get(turn, 0.0)


class Watch:
    """Keeps every event and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._fresh: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._fresh.put(event)

    def wait_for(self, kind: type[E], where: Callable[[E], bool] | None = None) -> E:
        """Return the next event of a kind, among those not yet waited past."""
        while True:
            event = self._fresh.get(timeout=PATIENCE)
            if isinstance(event, kind) and (where is None or where(event)):
                return event

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]
