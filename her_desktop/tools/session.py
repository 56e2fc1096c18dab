"""One conversation without a window: an engine, its events, and waiting for a turn to end.

Rule: used by one thread, the one that runs the command; the engine's threads only fill its queue.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
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
from her_desktop.metrics.examination import Examination
from her_desktop.metrics.findings import Finding
from her_desktop.metrics.latency import LatencyFold, TurnTiming
from her_desktop.models import Models
from her_desktop.wiring import collecting_engine

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
        self.notices: list[str] = []
        """What was told while the models were loaded."""

    def __enter__(self) -> Session:
        """Start the engine and wait until every model is loaded or has failed."""
        try:
            self._engine.start()
            while not set(self.stages) >= _NEEDED:
                event = self._events.get()
                if isinstance(event, StageReady | StageFailed):
                    self.stages[event.stage] = event
                elif isinstance(event, Noticed):
                    self.notices.append(event.message)
        except BaseException:
            # Interrupted while a model loads: the engine's threads would keep the process alive.
            self._engine.stop()
            raise
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

    def examine(self, examination: Examination) -> Iterator[Finding]:
        """Carry out an examination; yield each finding as it is found."""
        for known in self.stages.values():
            examination.handle(known)
        step = examination.begin(time.monotonic())
        while True:
            yield from step.findings
            for wish in step.wishes:
                self._engine.send(wish)
            if not examination.is_running:
                return
            step = examination.handle(self._events.get())

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
