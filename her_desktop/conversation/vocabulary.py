"""The words that events are made of: what a stage, a state, a device can be.

Rule: values only. Others take them from `events`, with the events themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.float32]


class Stage(StrEnum):
    """The four models: these words name threads, log lines and panel rows alike."""

    VAD = "vad"
    STT = "stt"
    LLM = "llm"
    TTS = "tts"


class Origin(StrEnum):
    """How a turn was asked for, which decides what its latency is counted from."""

    PUSH_TO_TALK = "push-to-talk"
    HANDS_FREE = "hands-free"
    TYPED = "typed"
    REPEAT = "repeat"


class State(StrEnum):
    """What the assistant is doing, as the orb and `control status` show it."""

    LOADING = "loading"
    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


class ListenMode(StrEnum):
    """What makes the microphone's sound an utterance; the words of `--listen`."""

    HOLD = "hold"
    ALWAYS = "always"
    WAKE = "wake"


class EndReason(StrEnum):
    """Why a turn is over."""

    FINISHED = "finished"
    YIELDED = "yielded"  # it was given too early: the user went on, and is answered anew
    STOPPED = "stopped"  # the user stopped it, or spoke over it
    RESUMED = "resumed"  # it was a guess, and the user went on talking
    NOTHING_SAID = "nothing-said"
    FAILED = "failed"


class Device(StrEnum):
    """The two ends of the sound path."""

    MICROPHONE = "microphone"
    SPEAKER = "speaker"


class DeviceState(StrEnum):
    """What is known of a device, from samples that moved rather than from a flag."""

    OPENING = "opening"
    READY = "ready"
    MISSING = "missing"
    BUSY = "busy"
    SILENT = "silent"  # it delivers samples, and every one of them is zero
    LOST = "lost"
    MUTED = "muted"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something happened at `at`."""

    at: float
