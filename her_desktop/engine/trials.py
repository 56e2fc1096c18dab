"""A model tried on purpose: spoken to, listened to or asked, as `Try` says, outside of any turn.

Rule: as in `stages`, run on the worker's own thread; what came of it is one `StageTried`, also
where it failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from her_desktop.audio.format import SAMPLE_RATE_HZ, Pcm
from her_desktop.audio.resample import resample
from her_desktop.conversation.commands import Try
from her_desktop.conversation.events import Event, StageTried
from her_desktop.inference.protocols import (
    Cancelled,
    LanguageModel,
    ModelError,
    Recognizer,
    Voice,
)

_ANSWER_PIECES = 24
"""So much of an answer shows that there is one."""


@dataclass(frozen=True)
class _Result:
    """What a model gave: the instant of its first piece, None where there was none."""

    first_at: float | None = None
    text: str = ""
    pcm: Pcm | None = None


def speak(model: Voice, job: Try, cancelled: Cancelled) -> Iterator[Event]:
    """Have the voice say the text."""

    def spoken() -> _Result:
        first_at, pieces = None, []
        for piece in model.speak(job.text, cancelled):
            first_at = first_at or time.monotonic()
            pieces.append(piece)
        if first_at is None:
            return _Result()
        pcm = resample(np.concatenate(pieces), model.sample_rate_hz, SAMPLE_RATE_HZ)
        return _Result(first_at, pcm=pcm)

    return _tried(job, cancelled, spoken)


def recognise(model: Recognizer, job: Try, cancelled: Cancelled) -> Iterator[Event]:
    """Have the recogniser listen to the sound."""

    def recognised() -> _Result:
        text = model.transcribe(job.pcm, cancelled).text
        return _Result(time.monotonic(), text)

    return _tried(job, cancelled, recognised)


def answer(model: LanguageModel, job: Try, cancelled: Cancelled) -> Iterator[Event]:
    """Have the language model begin to answer the messages."""

    def answered() -> _Result:
        first_at, pieces = None, []
        for piece in model.reply(job.messages, cancelled):
            first_at = first_at or time.monotonic()
            pieces.append(piece)
            if len(pieces) == _ANSWER_PIECES:
                break
        return _Result(first_at, "".join(pieces))

    return _tried(job, cancelled, answered)


def _tried(job: Try, cancelled: Cancelled, work: Callable[[], _Result]) -> Iterator[Event]:
    begun_at = time.monotonic()

    def told(result: _Result, message: str = "") -> StageTried:
        sound = {} if result.pcm is None else {"pcm": result.pcm}
        return StageTried(
            at=time.monotonic(),
            stage=job.stage,
            begun_at=begun_at,
            first_at=result.first_at,
            text=result.text,
            message=message,
            gave_way=cancelled(),
            **sound,
        )

    try:
        result = work()
    except ModelError as error:
        yield told(_Result(), str(error))
    except Exception as error:
        yield told(_Result(), f"It failed ({type(error).__name__}); the log has the details.")
        raise
    else:
        yield told(result)
