"""The doctor's look at the four models: each at work, then all of them in one timed turn.

Rule: the command's own thread; the models live in an engine of its own, each loaded once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from her_desktop.audio.format import Pcm
from her_desktop.conversation.events import EndReason, Stage, StageFailed, StageReady
from her_desktop.inference.protocols import ModelError
from her_desktop.metrics.examination import NO_SENTENCE, Examination
from her_desktop.metrics.findings import Finding, broken, note, well
from her_desktop.models import VAD_MODEL, Models
from her_desktop.tools.ask import find_speech
from her_desktop.tools.doctor_gpu import gpu_findings
from her_desktop.tools.session import Session

TURN = "turn"
"""The name of the finding about the whole turn."""

_NEEDS_ALL = "Not tried, because it needs every model above."


def model_findings(models: Models) -> Iterator[Finding]:
    """Load the user's models and try each, then the graphics card's part, then a whole turn."""
    examination = Examination(models.language)
    failed = False
    with Session(models) as session:
        for finding in session.examine(examination):
            failed = failed or not finding.ok
            yield finding
            if finding.name == Stage.TTS.value:
                yield _detected(models, examination.speech)
        speech = examination.speech
        yield note(TURN, _NEEDS_ALL) if failed or speech is None else _turn(session, speech)
        states, notices = dict(session.stages), tuple(session.notices)
    yield from gpu_findings(models, _runs_on(states), notices)


def _detected(models: Models, speech: Pcm | None) -> Finding:
    """Let the voice detector tell the spoken sentence from silence."""
    name = Stage.VAD.value
    if speech is None:
        return note(name, NO_SENTENCE)
    try:
        detector = models.load_detector()
    except ModelError as error:
        return broken(name, str(error))
    begun = time.monotonic()
    end = find_speech(detector, speech)
    silent = find_speech(detector, np.zeros_like(speech))
    if end is None or silent is not None:
        again = f"Run `her-desktop models verify {VAD_MODEL}`."
        return broken(name, f"Speech and silence are not told apart. {again}")
    took = time.monotonic() - begun
    return well(name, "Heard the spoken sentence as speech, and silence as silence.", took)


def _turn(session: Session, speech: Pcm) -> Finding:
    """Say the sentence to the whole of it, and time the answer."""
    answer = session.ask_sound(speech)
    gap = None if answer.timing is None else answer.timing.gap
    if answer.ended.reason is not EndReason.FINISHED or gap is None:
        why = answer.problems[-1] if answer.problems else "No answer became audible."
        return broken(TURN, f"A whole turn failed. {why}")
    words = len(answer.text.split())
    return well(TURN, f"A whole turn: heard, answered in {words} words, and spoke them.", gap)


def _runs_on(states: dict[Stage, StageReady | StageFailed]) -> dict[Stage, str]:
    return {stage: state.detail for stage, state in states.items() if isinstance(state, StageReady)}
