"""Event lists that several tests of the window tell it."""

from __future__ import annotations

import numpy as np

from her_desktop.conversation.events import (
    AudioMade,
    Device,
    DeviceChanged,
    DeviceState,
    EndReason,
    Event,
    MessageAccepted,
    Origin,
    PlaybackStarted,
    SentenceFormed,
    Stage,
    StageReady,
    State,
    StateChanged,
    TextStreamed,
    Transcribed,
    TurnCommitted,
    TurnEnded,
    TurnStarted,
    WorkStarted,
)


def everything_ready() -> list[Event]:
    """All models loaded and the microphone open."""
    stages = [
        StageReady(at=0.0, stage=stage, model=f"model {stage}", detail="CPU") for stage in Stage
    ]
    microphone = DeviceChanged(
        at=0.0, device=Device.MICROPHONE, state=DeviceState.READY, name="Desk microphone"
    )
    return [*stages, microphone, StateChanged(at=0.0, state=State.IDLE)]


def spoken_turn(
    turn: int, zero: float, question: str = "How are you?", answer: str = "Well, thank you."
) -> list[Event]:
    """A turn that is audible 310 ms after its last word at `zero`."""
    pcm = np.zeros(16, np.float32)
    return [
        TurnStarted(at=zero + 0.06, turn=turn, origin=Origin.PUSH_TO_TALK, speech_ended_at=zero),
        TurnCommitted(at=zero + 0.08, turn=turn),
        WorkStarted(at=zero + 0.08, turn=turn, stage=Stage.STT),
        Transcribed(at=zero + 0.14, turn=turn, text=question, language="en"),
        MessageAccepted(at=zero + 0.14, turn=turn, text=question),
        WorkStarted(at=zero + 0.15, turn=turn, stage=Stage.LLM),
        TextStreamed(at=zero + 0.19, turn=turn, text=answer),
        SentenceFormed(at=zero + 0.24, turn=turn, index=0, text=answer),
        WorkStarted(at=zero + 0.24, turn=turn, stage=Stage.TTS),
        AudioMade(at=zero + 0.28, turn=turn, index=0, pcm=pcm, sample_rate_hz=22050),
        PlaybackStarted(at=zero + 0.31, turn=turn, audible_at=zero + 0.31),
        TurnEnded(at=zero + 2.0, turn=turn, reason=EndReason.FINISHED, heard=answer),
    ]
