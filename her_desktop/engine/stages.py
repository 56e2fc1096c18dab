"""What each worker does with a job: blocking generators from a job to events.

Rule: run on the worker's own thread; they ask `cancelled` and say what happened, and decide
nothing about the conversation.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from her_desktop.conversation.commands import Speak, Think, Transcribe
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    SentenceFormed,
    TextStreamed,
    Transcribed,
)
from her_desktop.conversation.sentences import SentenceCutter
from her_desktop.inference.protocols import Cancelled, LanguageModel, Recognizer, Voice

_PIECES_TOGETHER = 4
"""Pieces of text, of a few letters each, that are shown at once: some 30 ms of an answer."""


def transcribe(model: Recognizer, job: Transcribe, cancelled: Cancelled) -> Iterator[Event]:
    """Recognise an utterance: one `Transcribed`."""
    transcript = model.transcribe(job.pcm, cancelled)
    yield Transcribed(
        at=time.monotonic(),
        turn=job.turn,
        text=transcript.text,
        language=transcript.language,
    )


def think(model: LanguageModel, job: Think, cancelled: Cancelled) -> Iterator[Event]:
    """Answer: the text as it comes, and each sentence as soon as it is whole.

    The first piece goes out alone, the others a few together: every event wakes the hub and the
    window, and on two cores that is time the model does not have.
    """
    cutter = SentenceCutter()
    formed = 0
    waiting = ""
    for number, piece in enumerate(model.reply(job.messages, cancelled)):
        waiting += piece
        sentences = cutter.feed(piece)
        if sentences or number % _PIECES_TOGETHER == 0:
            yield TextStreamed(at=time.monotonic(), turn=job.turn, text=waiting)
            waiting = ""
        for sentence in sentences:
            yield SentenceFormed(at=time.monotonic(), turn=job.turn, index=formed, text=sentence)
            formed += 1
    if waiting:
        yield TextStreamed(at=time.monotonic(), turn=job.turn, text=waiting)
    for sentence in cutter.finish():
        yield SentenceFormed(at=time.monotonic(), turn=job.turn, index=formed, text=sentence)
        formed += 1


def speak(model: Voice, job: Speak, cancelled: Cancelled) -> Iterator[Event]:
    """Make a sentence audible, piece by piece."""
    for pcm in model.speak(job.text, cancelled):
        yield AudioMade(
            at=time.monotonic(),
            turn=job.turn,
            index=job.index,
            pcm=pcm,
            sample_rate_hz=model.sample_rate_hz,
        )
