"""`her-desktop ask`: one turn without a window."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from her_desktop.audio.format import FRAME_SAMPLES, Pcm
from her_desktop.audio.wav import read_wav, write_wav
from her_desktop.conversation.endpointing import last_speech_sample
from her_desktop.conversation.events import Stage, StageReady
from her_desktop.inference.protocols import ModelError, VoiceDetector
from her_desktop.metrics.status import timing_as_dict
from her_desktop.models import Models
from her_desktop.tools.outputs import check_writable
from her_desktop.tools.session import Answer, Session


@dataclass(frozen=True)
class Question:
    """What is asked: a sound file or a text."""

    wav: Path | None
    text: str | None


def ask(models: Models, question: Question, out: Path | None, *, as_json: bool) -> int:
    """Answer one question; print the answer, or everything known of the turn as JSON.

    Raises SoundError for a file that is no sound and ModelError for a model that is not there.
    """
    if out is not None:
        check_writable(out)
    pcm = None if question.wav is None else _speech_in(models, question.wav)
    with Session(models) as session:
        session.require(Stage.LLM, *([Stage.STT] if pcm is not None else []))
        if out is not None:
            session.require(Stage.TTS)
        if pcm is not None:
            answer = session.ask_sound(pcm)
        else:
            answer = session.ask_text(question.text or "")
        names = {
            str(stage): state.model
            for stage, state in sorted(session.stages.items())
            if isinstance(state, StageReady)
        }
    if pcm is not None and not answer.understood and not answer.problems:
        raise ModelError(f"No speech was recognised in {question.wav}.")
    if not answer.text:
        why = answer.problems[0] if answer.problems else "The language model gave no answer."
        raise ModelError(why)
    if out is not None:
        write_wav(out, answer.pcm, answer.sample_rate_hz)
    for problem in answer.problems:
        print(problem, file=sys.stderr)
    if as_json:
        print(json.dumps(_report(answer, names, out), ensure_ascii=False, indent=2))
    else:
        print(answer.text)
    return 1 if answer.problems else 0


def find_speech(detector: VoiceDetector, pcm: Pcm) -> int | None:
    """Return the index just past the last spoken sample of `pcm` (16 kHz), None without speech."""
    detector.reset()
    frames = pcm[: pcm.size - pcm.size % FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    probabilities = np.array([detector.probability(frame) for frame in frames], np.float32)
    return last_speech_sample(pcm, probabilities)


def _speech_in(models: Models, wav: Path) -> Pcm:
    """Return a file's sound up to its last spoken sample and a little more."""
    pcm = read_wav(wav)
    # A file shorter than a frame, or of pure silence, holds no speech for any detector.
    end = find_speech(models.load_detector(), pcm)
    if end is None:
        raise ModelError(f"No speech was found in {wav}.")
    return pcm[: end + FRAME_SAMPLES]


def _report(answer: Answer, names: dict[str, str], out: Path | None) -> dict[str, Any]:
    return {
        "understood": answer.understood,
        "answer": answer.text,
        "timings": timing_as_dict(answer.timing),
        "models": names,
        "out": None if out is None else str(out),
    }
