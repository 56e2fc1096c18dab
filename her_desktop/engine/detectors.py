"""How the listener comes by its two small models, and what is told of it.

Rule: used by the listener thread alone, which owns both. Without one of them it goes on with less:
loudness stands for speech, the words and the length of a pause for the end of a turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from her_desktop.conversation.events import (
    Event,
    Noticed,
    Stage,
    StageFailed,
    StageLoading,
    StageReady,
)
from her_desktop.engine.work_failures import plain_sentence
from her_desktop.inference.protocols import TurnDetector, VoiceDetector

Emit = Callable[[Event], None]

_VAD = "Silero VAD"


def voice_detector(load: Callable[[], VoiceDetector], emit: Emit) -> VoiceDetector | None:
    """Load the voice detector and say what came of it; None where it cannot be loaded."""
    emit(StageLoading(at=time.monotonic(), stage=Stage.VAD, model=_VAD))
    try:
        detector = load()
    except Exception as error:
        message = plain_sentence(error, f"The model {_VAD} could not be loaded")
        emit(StageFailed(at=time.monotonic(), stage=Stage.VAD, model=_VAD, message=message))
        return None
    emit(StageReady(at=time.monotonic(), stage=Stage.VAD, model=_VAD, detail="CPU, 1 thread"))
    return detector


def turn_detector(load: Callable[[], TurnDetector], emit: Emit) -> TurnDetector | None:
    """Load the turn detector; where that cannot be done, say why and return None."""
    try:
        return load()
    except Exception as error:
        message = plain_sentence(error, "The model Smart Turn could not be loaded")
        emit(Noticed(at=time.monotonic(), message=message))
        return None
