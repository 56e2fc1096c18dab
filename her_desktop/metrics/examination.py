"""The models of a running engine examined: a sentence is spoken, recognised again, and answered.

Rule: pure. It takes every event and says which events to send next; the command and the window
each drive one with an engine of theirs, so that no second copy of a model is ever loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from her_desktop.conversation.events import (
    Event,
    Pcm,
    Stage,
    StageFailed,
    StageReady,
    StageTried,
    TrialRequested,
)
from her_desktop.metrics.findings import Finding, broken, note, well

SENTENCES = {
    "en": "The weather is lovely today, and the birds are singing in the garden.",
    "fr": "Il fait très beau aujourd'hui, et les oiseaux chantent dans le jardin.",
}
"""What is spoken and has to be understood again."""

GAVE_WAY = "Not tried, because you were talking. Examine again."
NO_SENTENCE = "Not tried, because the voice made no sentence to try it with."

_ALIKE = 0.6
_RATE_HZ = 16000
_ORDER = (Stage.TTS, Stage.STT, Stage.LLM)


@dataclass(frozen=True)
class Step:
    """What was found, and the events to send now."""

    findings: tuple[Finding, ...] = ()
    wishes: tuple[Event, ...] = ()


class Examination:
    """Owns the course of one examination after the other. Called on one thread."""

    def __init__(self, language: str = "en") -> None:
        """Begin at rest; `language` is the one the voice speaks."""
        self.use_language(language)
        self._details: dict[Stage, str] = {}
        self._failures: dict[Stage, str] = {}
        self._waiting: Stage | None = None
        self.speech: Pcm | None = None
        """The sentence as the voice said it, at 16 kHz, once it has."""

    def use_language(self, language: str) -> None:
        """Have the next examinations speak a language: the voice may be another by then."""
        self._sentence = SENTENCES.get(language, SENTENCES["en"])

    @property
    def is_running(self) -> bool:
        """Whether a model is being tried."""
        return self._waiting is not None

    @property
    def waiting_for(self) -> str:
        """The name of the finding that is waited for, "" at rest."""
        return "" if self._waiting is None else self._waiting.value

    def give_up(self, at: float, finding: Finding) -> Step:
        """Wait no longer for a trial's result; `finding` says so in its place."""
        if self._waiting is None:
            return Step()
        following = self._try_next(self._waiting, at)
        return Step((finding, *following.findings), following.wishes)

    def begin(self, at: float) -> Step:
        """Start over at the instant `at`."""
        self.speech = None
        return self._try_from(_ORDER[0], at)

    def stop(self) -> None:
        """Forget what is under way; its result is taken for nothing."""
        self._waiting = None

    def handle(self, event: Event) -> Step:
        """Take in an event; most have nothing to do with it."""
        match event:
            case StageReady(stage=stage, detail=detail):
                self._details[stage] = detail
                self._failures.pop(stage, None)
            case StageFailed(stage=stage, message=message, kept=""):
                self._failures[stage] = message
            case StageTried(stage=stage) if stage is self._waiting:
                return self._after(event, judged(event, self._sentence, self._detail(stage)))
        return Step()

    def _after(self, event: StageTried, finding: Finding) -> Step:
        if event.stage is Stage.TTS and finding.ok and event.pcm.any():
            self.speech = event.pcm
        following = self._try_next(event.stage, event.at)
        return Step((finding, *following.findings), following.wishes)

    def _try_next(self, stage: Stage, at: float) -> Step:
        position = _ORDER.index(stage) + 1
        if position == len(_ORDER):
            self._waiting = None
            return Step()
        return self._try_from(_ORDER[position], at)

    def _try_from(self, stage: Stage, at: float) -> Step:
        """Ask for a stage's trial, or say why it cannot be tried and go on to the next."""
        if stage in self._failures:
            found = broken(stage.value, self._failures[stage])
        elif stage is Stage.STT and self.speech is None:
            found = note(stage.value, NO_SENTENCE)
        else:
            self._waiting = stage
            pcm = self.speech if stage is Stage.STT and self.speech is not None else _nothing()
            text = "" if stage is Stage.STT else self._sentence
            return Step((), (TrialRequested(at=at, stage=stage, text=text, pcm=pcm),))
        following = self._try_next(stage, at)
        return Step((found, *following.findings), following.wishes)

    def _detail(self, stage: Stage) -> str:
        return self._details.get(stage, "")


def judged(event: StageTried, sentence: str, runs_on: str) -> Finding:
    """Return what a trial with `sentence` shows of a model that runs on `runs_on`."""
    name = event.stage.value
    if event.message:
        return broken(name, event.message)
    if event.gave_way:
        return note(name, GAVE_WAY)
    return _JUDGES[event.stage](event, sentence, runs_on)


def _judge_voice(event: StageTried, sentence: str, runs_on: str) -> Finding:
    name = event.stage.value
    if not event.pcm.any():
        return broken(name, "The voice made no sound. Choose another voice.")
    length = f"{event.pcm.size / _RATE_HZ:.1f}"
    return well(name, f"Spoke {length} s of sound on {runs_on}.", _until_first(event))


def _judge_ears(event: StageTried, sentence: str, runs_on: str) -> Finding:
    name = event.stage.value
    alike = SequenceMatcher(None, sentence.lower(), event.text.lower()).ratio()
    if alike < _ALIKE:
        # Our own sentence, misheard: nobody's speech is in it.
        text = event.text
        return broken(
            name, f"The spoken sentence was recognised as “{text}”. Choose another model."
        )
    return well(name, f"Recognised the spoken sentence on {runs_on}.", event.at - event.begun_at)


def _judge_mind(event: StageTried, sentence: str, runs_on: str) -> Finding:
    name = event.stage.value
    if not event.text.strip():
        return broken(name, "The language model gave no answer. Choose another model.")
    return well(name, f"Began to answer on {runs_on}.", _until_first(event))


_JUDGES: dict[Stage, Callable[[StageTried, str, str], Finding]] = {
    Stage.TTS: _judge_voice,
    Stage.STT: _judge_ears,
    Stage.LLM: _judge_mind,
}


def _until_first(event: StageTried) -> float:
    return (event.first_at or event.at) - event.begun_at


def _nothing() -> Pcm:
    return np.zeros(0, np.float32)
