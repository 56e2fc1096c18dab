"""One conversation without a window: an engine, its events, and waiting for a turn to end.

Rule: used by one thread, the one that runs the command; the engine's threads only fill its queue.
"""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar

from her_desktop.audio.format import Pcm
from her_desktop.conversation.events import (
    Event,
    MessageAccepted,
    Noticed,
    Origin,
    SpeechEnded,
    SpeechPaused,
    SpeechStarted,
    Stage,
    StageFailed,
    StageReady,
    TextStreamed,
    TextSubmitted,
    TurnEnded,
)
from her_desktop.inference.protocols import ModelError
from her_desktop.metrics.latency import LatencyFold, TurnTiming
from her_desktop.wiring import Models, collecting_engine

E = TypeVar("E", bound=Event)

_NEEDED = {Stage.STT, Stage.LLM, Stage.TTS}


@dataclass
class Answer:
    """What came of one turn."""

    understood: str
    text: str
    pcm: Pcm = field(repr=False)
    sample_rate_hz: int
    timing: TurnTiming | None
    problems: list[str]
    ended: TurnEnded


class Session:
    """Owns a windowless engine for as long as it is entered."""

    def __init__(self, models: Models) -> None:
        """Put the engine together."""
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._engine, self._collector = collecting_engine(models, [self._events.put])
        self._fold = LatencyFold()
        self.stages: dict[Stage, StageReady | StageFailed] = {}

    def __enter__(self) -> Session:
        """Start the engine and wait until every model is loaded or has failed."""
        self._engine.start()
        while set(self.stages) != _NEEDED:
            event = self._events.get()
            if isinstance(event, StageReady | StageFailed):
                self.stages[event.stage] = event
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop every thread."""
        self._engine.stop()

    def require(self, *stages: Stage) -> None:
        """Raise ModelError where a stage that is needed could not be loaded."""
        for stage in stages:
            state = self.stages[stage]
            if isinstance(state, StageFailed):
                raise ModelError(state.message)

    def ask_text(self, text: str) -> Answer:
        """Answer a typed message."""
        self._engine.send(TextSubmitted(at=time.monotonic(), text=text))
        return self._answer()

    def ask_sound(self, pcm: Pcm) -> Answer:
        """Answer an utterance (16 kHz) as if its last sample had just been spoken."""
        now = time.monotonic()
        for event in (
            SpeechStarted(at=now, started_at=now, origin=Origin.PUSH_TO_TALK),
            SpeechPaused(at=now, pcm=pcm, until=now, speech_ended_at=now),
            SpeechEnded(at=now),
        ):
            self._engine.send(event)
        return self._answer()

    def _answer(self) -> Answer:
        understood, text, problems = "", "", []
        while True:
            event = self._events.get()
            self._fold.handle(event)
            match event:
                case MessageAccepted():
                    understood = event.text
                case TextStreamed():
                    text += event.text
                case Noticed():
                    problems.append(event.message)
                case TurnEnded():
                    sound = self._collector.sound(event.turn)
                    rate = self._collector.sample_rate_hz
                    return Answer(
                        understood, text.strip(), sound, rate, self._fold.last, problems, event
                    )
