"""What each worker does with a job: blocking generators from a job to events.

Rule: run on the worker's own thread; they ask `cancelled` and say what happened, and decide
nothing about the conversation.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from her_desktop.conversation.commands import (
    Prefill,
    PrepareSound,
    Speak,
    Think,
    Transcribe,
    TranscribePartial,
    Try,
)
from her_desktop.conversation.events import (
    AudioMade,
    Event,
    MessageEndEstimated,
    PartialTranscribed,
    SentenceFormed,
    SoundPrepared,
    TextStreamed,
    Transcribed,
)
from her_desktop.conversation.sentences import SentenceCutter
from her_desktop.engine import trials
from her_desktop.inference.protocols import Cancelled, LanguageModel, Recognizer, Voice

_PIECES_TOGETHER = 4
"""Pieces of text, of a few letters each, that are shown at once: some 30 ms of an answer."""


def transcribe(
    model: Recognizer, job: Transcribe | TranscribePartial | Try, cancelled: Cancelled
) -> Iterator[Event]:
    """Recognise an utterance: one `Transcribed`, or `PartialTranscribed` where it still goes on."""
    if isinstance(job, Try):
        yield from trials.recognise(model, job, cancelled)
        return
    transcript = model.transcribe(job.pcm, cancelled)
    if isinstance(job, TranscribePartial):
        yield PartialTranscribed(
            at=time.monotonic(),
            utterance=job.utterance,
            text=transcript.text,
            until=job.until,
            guess=transcript.guess,
        )
        return
    yield Transcribed(
        at=time.monotonic(),
        turn=job.turn,
        text=transcript.text,
        language=transcript.language,
    )


def think(
    model: LanguageModel, job: Think | Prefill | Try, cancelled: Cancelled
) -> Iterator[Event]:
    """Answer, or read what is known of the next question, of which nothing is to be told."""
    if isinstance(job, Try):
        yield from trials.answer(model, job, cancelled)
    elif isinstance(job, Prefill):
        model.prepare(job.messages, cancelled)
    else:
        yield from _answer(model, job, cancelled)


def _answer(model: LanguageModel, job: Think, cancelled: Cancelled) -> Iterator[Event]:
    """Yield the text as it comes, and each sentence as soon as it is whole.

    The first piece goes out alone, the others a few together: every event wakes the hub and the
    window, and on two cores that is time the model does not have.
    """
    if job.judges_end:
        likely = model.end_probability(job.messages, cancelled)
        yield MessageEndEstimated(at=time.monotonic(), turn=job.turn, probability=likely)
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


def speak(model: Voice, job: Speak | PrepareSound | Try, cancelled: Cancelled) -> Iterator[Event]:
    """Make a sentence audible, piece by piece; one prepared beforehand as a whole."""
    if isinstance(job, Try):
        yield from trials.speak(model, job, cancelled)
        return
    if isinstance(job, PrepareSound):
        pieces = list(model.speak(job.said, cancelled))
        if pieces and not cancelled():
            pcm, rate = np.concatenate(pieces), model.sample_rate_hz
            yield SoundPrepared(at=time.monotonic(), text=job.text, pcm=pcm, sample_rate_hz=rate)
        return
    for pcm in model.speak(job.text, cancelled):
        yield AudioMade(
            at=time.monotonic(),
            turn=job.turn,
            index=job.index,
            pcm=pcm,
            sample_rate_hz=model.sample_rate_hz,
        )
