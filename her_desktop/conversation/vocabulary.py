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


class Reach(StrEnum):
    """How far the talk key is known to work outside the window."""

    OFF = "off"  # the user wants none
    STARTING = "starting"
    WAITING = "waiting"  # the system agreed; the key has not been pressed yet
    SEEN = "seen"  # it was pressed, and we saw it
    UNAVAILABLE = "unavailable"


class WakePhrase(StrEnum):
    """What calls the assistant in the mode for that; the words of the setting."""

    HEY_JARVIS = "hey_jarvis"
    OKAY_NABU = "okay_nabu"
    HEY_MYCROFT = "hey_mycroft"
    OWN = "own"  # found in the recognised text


class Chime(StrEnum):
    """The two quiet sounds."""

    STARTED = "started"
    STOPPED = "stopped"


@dataclass(frozen=True)
class AttentionOptions:
    """How the user wants to be listened to where no key is held; `Settings` says what each is."""

    wake_phrase: WakePhrase = WakePhrase.HEY_JARVIS
    own_phrase: str = ""
    threshold: float = 0.5
    follow_up: float = 8.0
    sounds: bool = False
    release_after: float = 0.0
    """Seconds of rest after which the models leave the memory; 0 means never."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something happened at `at`."""

    at: float
