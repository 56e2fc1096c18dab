"""What is wanted of the devices, and what becomes of it: the values that `placement` works with.

Rule: values, and pure functions of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from her_desktop.conversation.events import Stage
from her_desktop.inference.device_change import Closable
from her_desktop.inference.device_trial import Verdict
from her_desktop.inference.gpu_plan import (
    LanguageNeeds,
    RecognizerNeeds,
    Share,
    VoiceNeeds,
    plan,
)

AUTO, CPU, GPU = "auto", "cpu", "gpu"

_SECOND_TRY = 0.6
"""The share of its planned memory that a language model gets where that was not there."""

Model = TypeVar("Model", bound=Closable)


@dataclass(frozen=True)
class Place:
    """Where a model goes: nowhere else than the processor unless `gpu` is a card's number."""

    gpu: int | None = None
    number_format: str = ""
    layers: int = 0
    tokens: int = 0


@dataclass(frozen=True)
class Wishes:
    """What the user chose for the three models, and what each of them would need of a GPU."""

    devices: Mapping[Stage, str]
    names: Mapping[Stage, str]
    stt: RecognizerNeeds | None = None
    llm: LanguageNeeds | None = None
    tts: VoiceNeeds | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a stage: `reason` says in one sentence why it is not on a GPU, or "".

    `expected` is true where there is a GPU for it and the user did not choose the processor.
    """

    expected: bool
    on_gpu: bool
    reason: str = ""


@dataclass(frozen=True)
class Trial(Generic[Model]):
    """How it is found out which device a model is quicker on.

    `known` is what was found before; `measure` lets the same model on the processor and on the
    GPU run against each other.
    """

    known: Verdict | None
    measure: Callable[[Model, Model], Verdict]


def planned(stage: Stage, wishes: Wishes, room: int) -> Share | None:
    """Return what a stage alone would get of `room` bytes."""
    match stage:
        case Stage.STT:
            return plan(room, stt=wishes.stt).stt
        case Stage.LLM:
            return plan(room, llm=wishes.llm).llm
        case _:
            return plan(room, tts=wishes.tts).tts


def smaller(stage: Stage, wishes: Wishes, share: Share) -> list[Share]:
    """Return what to try where the GPU had less room than was planned with."""
    if not share.on_gpu or stage is Stage.TTS:
        return []
    again = planned(stage, wishes, int(_SECOND_TRY * share.memory))
    return [again] if again is not None and again.on_gpu and again != share else []
