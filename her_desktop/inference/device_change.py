"""Models that move from the GPU to the processor when the GPU fails, and go on there.

A driver may lose its card in the middle of an answer. The model is then loaded again on the
processor, on the same thread, and the work that failed is done again, unless a part of it has been
given out already: then it fails with a sentence, and the next one works.

Rule: as for every adapter, the worker that loaded a model is the only one to use it. What became of
it is reported through `changed`, which must only hand the news on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from her_desktop.audio.format import Pcm
from her_desktop.inference.gpu_trouble import Cause, GpuError
from her_desktop.inference.immortal import keep_for_good
from her_desktop.inference.protocols import (
    Cancelled,
    KnownVoice,
    LanguageModel,
    ModelError,
    Recognizer,
    Transcript,
    Voice,
)

_log = logging.getLogger(__name__)


class Closable(Protocol):
    """What every model can do."""

    @property
    def detail(self) -> str:
        """What it runs on, for a person."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


Model = TypeVar("Model", bound=Closable)
Model_co = TypeVar("Model_co", bound=Closable, covariant=True)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Attempt(Generic[Model_co]):
    """One way to load a model, and what the user should know if it is this one that is taken."""

    load: Callable[[], Model_co]
    sentences: tuple[str, ...] = ()
    on_gpu: bool = False


def first_that_loads(
    name: str, attempts: Sequence[Attempt[Model]], notice: Callable[[str], None]
) -> tuple[Model, int]:
    """Load the model `name` in the first way that works; return it and which way that was, from 0.

    Only what a GPU does wrong leads on to the next way: a damaged file stays one everywhere. Why
    it came to another way is told through `notice`, once one has worked. Raises ModelError where
    the last one fails.
    """
    told: list[str] = []
    for number, attempt in enumerate(attempts):
        try:
            model = attempt.load()
        except GpuError as error:
            if number + 1 == len(attempts):
                raise
            _log.warning("not on the GPU: %s %s", error.trouble.cause, error.trouble.library)
            told = [error.trouble.sentence(name)]
            continue
        # A second way on the GPU says itself what is less about it.
        for sentence in attempt.sentences if attempt.on_gpu else (*told, *attempt.sentences):
            notice(sentence)
        return model, number
    raise AssertionError("there is always a way without a GPU")


def let_go(model: Closable, error: GpuError) -> None:
    """Give up a model on a GPU that failed with `error`.

    Where memory ran out, it is closed, as others need what it has. Else it is left as it is, to the
    end of the process: libraries check each of their calls, and where one fails while they free
    what they own, llama.cpp aborts and C++ ends the process. The card has lost it anyway.
    """
    if error.trouble.cause is not Cause.MEMORY:
        keep_for_good(model)
        return
    try:
        model.close()
    except Exception as error:
        # Every library raises classes of its own here, and nothing is left to be done.
        _log.warning("a model could not be closed: %s", type(error).__name__)


class _Movable(Generic[Model]):
    """Owns a model on the GPU, and how to load it on the processor when the GPU fails.

    Where that fails too, there is no model for the moment, and the next work tries again.
    """

    def __init__(
        self,
        name: str,
        model: Model,
        on_processor: Callable[[], Model] | None,
        changed: Callable[[str, str], None],
        told: Callable[[str], str] | None = None,
    ) -> None:
        """Keep the model `name`; `changed` is told what it runs on now, and why, in a sentence.

        Without `on_processor` it is there already. `told` adds why it is where it is to what it
        runs on.
        """
        self._name = name
        self._model: Model | None = model
        self._on_processor = on_processor
        self._changed = changed
        self._told = told
        self._why = ""
        self._tuned: dict[str, Any] = {}

    @property
    def detail(self) -> str:
        """What it runs on, for a person; "" while it runs on nothing."""
        if self._model is None:
            return ""
        return self._told(self._model.detail) if self._told else self._model.detail

    def tune(self, **choices: Any) -> None:
        """Tell the model what it can be told while it is loaded; a later one is told too."""
        self._tuned = choices
        if self._model is not None:
            _tuned(self._model, choices)

    def close(self) -> None:
        """Free what the model holds; it is not used after that."""
        if self._model is not None:
            self._model.close()

    def _done(self, work: Callable[[Model], Result]) -> Result:
        """Do work, again on the processor where the GPU failed at it."""
        try:
            return work(self._at_hand())
        except GpuError as error:
            self._give_up(error)
            return work(self._at_hand())

    def _yielded(self, work: Callable[[Model], Iterator[Result]]) -> Iterator[Result]:
        """Yield what work yields; begin again on the processor only if nothing was yielded."""
        given = False
        try:
            for item in work(self._at_hand()):
                given = True
                yield item
        except GpuError as error:
            self._give_up(error)
            self._at_hand()
            if given:
                raise ModelError(
                    "The GPU stopped in the middle of the answer. The processor has taken over: "
                    "please ask again."
                ) from error
        else:
            return
        yield from work(self._at_hand())

    def _give_up(self, error: GpuError) -> None:
        """Let go of the model on the GPU. Raises the error itself where there is no other way."""
        if self._on_processor is None or self._model is None:
            raise error
        _log.warning("the GPU failed: %s", error.trouble.cause)
        model, self._model = self._model, None
        self._why = error.trouble.sentence(self._name)
        let_go(model, error)

    def _at_hand(self) -> Model:
        """Return the model, loaded on the processor where the GPU has failed. Raises ModelError."""
        if self._model is None:
            if self._on_processor is None:
                raise AssertionError("a model without another way is never let go of")
            self._model = self._on_processor()
            self._on_processor = self._told = None
            if self._tuned:
                _tuned(self._model, self._tuned)
            self._changed(self._model.detail, self._why)
        return self._model


def _tuned(model: Any, choices: dict[str, Any]) -> None:
    # Each model has choices of its own; whoever makes them knows which model it is.
    model.tune(**choices)


class MovableRecognizer(_Movable[Recognizer]):
    """A recognizer that survives its GPU. Used by the stt worker alone."""

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        """Recognise `pcm` (16 kHz, any length). Silence and noise give an empty text."""
        return self._done(lambda model: model.transcribe(pcm, cancelled))


class MovableLanguageModel(_Movable[LanguageModel]):
    """A language model that survives its GPU. Used by the llm worker alone."""

    def prepare(
        self, messages: Sequence[tuple[str, str]], cancelled: Cancelled = lambda: False
    ) -> None:
        """Read what is known of the next prompt, so that its first token comes sooner."""
        self._done(lambda model: model.prepare(messages, cancelled))

    def end_probability(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> float:
        """Return how likely (0 to 1) the last message ends where it does."""
        return self._done(lambda model: model.end_probability(messages, cancelled))

    def reply(self, messages: Sequence[tuple[str, str]], cancelled: Cancelled) -> Iterator[str]:
        """Yield the answer piece by piece."""
        return self._yielded(lambda model: model.reply(messages, cancelled))


class MovableVoice(_Movable[Voice]):
    """A voice that survives its GPU. Used by the tts worker alone."""

    @property
    def sample_rate_hz(self) -> int:
        """The rate of everything `speak` yields."""
        return self._at_hand().sample_rate_hz

    @property
    def identity(self) -> str:
        """What settles how it sounds; "" while there is no model, or one without a name."""
        return self._model.identity if isinstance(self._model, KnownVoice) else ""

    def speak(self, text: str, cancelled: Cancelled) -> Iterator[Pcm]:
        """Yield the sentence as sound, without leading silence; nothing for an unsayable text."""
        return self._yielded(lambda model: model.speak(text, cancelled))
