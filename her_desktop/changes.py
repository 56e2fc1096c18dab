"""What a change of settings means for the running program: who must be told, what is loaded anew.

Rule: pure. Whatever is not named here takes effect where it is next read.
How the user listens and whether the microphone is muted are not here either: those are wishes to
the conversation, which are kept once it has granted them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from her_desktop.conversation.events import Device, Stage
from her_desktop.settings import Settings

LOADED: Mapping[Stage, tuple[str, ...]] = {
    Stage.STT: ("stt_model", "language", "threads", "stt_device"),
    Stage.LLM: ("llm_model", "context_tokens", "threads", "llm_device", "gpu_layers"),
    Stage.TTS: ("tts_model", "threads", "tts_device"),
}
"""What only loading a stage's model anew can bring about; the first one names the model."""

TUNED: Mapping[Stage, tuple[str, ...]] = {
    Stage.STT: (),
    Stage.LLM: ("answer_tokens",),
    Stage.TTS: ("speaking_rate", "voice_variation"),
}
"""What a loaded model can be told."""

_ASSISTANT = ("persona", "language", "speculation")
_ATTENTION = (
    "wake_phrase",
    "own_wake_phrase",
    "wake_threshold",
    "follow_up",
    "listening_sounds",
    "release_models_after",
)
_CLEANING = ("cancel_echo", "suppress_noise", "automatic_gain")
_DEVICES = {Device.MICROPHONE: "input_device", Device.SPEAKER: "output_device"}


@dataclass(frozen=True)
class Changes:
    """What differs between two settings, by whom it concerns."""

    stages: tuple[Stage, ...] = ()
    """Whose model is loaded anew, or told."""
    assistant: bool = False
    """Who the assistant is, and how early it guesses."""
    attention: bool = False
    """How it is called and how long it goes on listening."""
    cleaning: bool = False
    """What is done to the microphone's sound."""
    devices: tuple[Device, ...] = ()
    """Which devices are opened in another's place."""


def what_changes(old: Settings, new: Settings) -> Changes:
    """Return what is to be done where `new` takes the place of `old`."""
    changed = set(differing(old, new))
    return Changes(
        stages=tuple(
            stage for stage in LOADED if changed.intersection((*LOADED[stage], *TUNED[stage]))
        ),
        assistant=not changed.isdisjoint(_ASSISTANT),
        attention=not changed.isdisjoint(_ATTENTION),
        cleaning=not changed.isdisjoint(_CLEANING),
        devices=tuple(device for device, name in _DEVICES.items() if name in changed),
    )


def differing(old: Settings, new: Settings) -> Iterator[str]:
    """Yield the names of the fields in which two settings differ."""
    for name, value in vars(new).items():
        if getattr(old, name) != value:
            yield name
