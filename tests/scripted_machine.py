"""A machine whose GPUs and libraries are as a test says, and models that load in no time on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fakes import FakeLanguageModel, FakeRecognizer, FakeVoice
from scripted_nvml import ScriptedCard, ScriptedNvml

from her_desktop.conversation.events import Event, GpuMemoryTaken, Noticed, Stage
from her_desktop.inference.device_change import (
    MovableLanguageModel,
    MovableRecognizer,
    MovableVoice,
)
from her_desktop.inference.gpu_llama import LlamaDevice
from her_desktop.inference.gpu_plan import GIB, LanguageNeeds, RecognizerNeeds, VoiceNeeds
from her_desktop.inference.gpu_probes import Probes
from her_desktop.inference.gpu_trouble import GpuError, Trouble
from her_desktop.inference.llama_abort import AbortWatch
from her_desktop.inference.model_shape import ModelShape
from her_desktop.inference.protocols import LanguageModel, ModelError, Recognizer, Voice
from her_desktop.placement.placement import Placement
from her_desktop.placement.places import Place, Trial, Wishes

STT, LLM, TTS = Stage.STT, Stage.LLM, Stage.TTS
SHAPE = ModelShape(32, 4096, 14336, 1024, 1024, 128256, 131072)
CUDA0 = LlamaDevice("CUDA0", "Card", 0, 0)


@dataclass
class ScriptedProbes(Probes):
    """Libraries as told."""

    formats: tuple[str, ...] = ("float16", "int8_float16")
    devices: list[LlamaDevice] = field(default_factory=lambda: [CUDA0])
    recognizer_trouble: Trouble | None = None
    voice_trouble: Trouble | None = None
    engine_error: ModelError | None = None
    set_up: bool = True
    watches: list[AbortWatch] = field(default_factory=list)

    def recognizer_formats(self, card: int) -> tuple[str, ...]:
        if self.recognizer_trouble:
            raise GpuError(self.recognizer_trouble)
        return self.formats

    def llama_devices(self) -> list[LlamaDevice]:
        if self.engine_error:
            raise self.engine_error
        return self.devices

    def listen_for_aborts(self, watch: AbortWatch) -> None:
        self.watches.append(watch)

    def require_voice(self) -> None:
        if self.voice_trouble:
            raise GpuError(self.voice_trouble)

    def is_set_up(self) -> bool:
        return self.set_up


def wishes(stt: str = "auto", llm: str = "auto", tts: str = "auto") -> Wishes:
    return Wishes(
        devices={STT: stt, LLM: llm, TTS: tts},
        names={STT: "Whisper turbo", LLM: "Llama 8B", TTS: "Joe"},
        stt=RecognizerNeeds("Whisper turbo", 1_620_000_000),
        llm=LanguageNeeds("Llama 8B", 4_920_000_000, SHAPE, 8192, 256),
        tts=VoiceNeeds("Joe", 63_000_000),
    )


class Machine:
    """A placement over scripted cards, and what it told."""

    def __init__(self, *cards: ScriptedCard, version: str = "570.86", listens: bool = True) -> None:
        self.probes = ScriptedProbes()
        broken = 0 if cards else ScriptedNvml.NVML_ERROR_LIBRARY_NOT_FOUND
        self.nvml = ScriptedNvml(cards, version, broken)
        self.placement = Placement(self.probes, self.nvml)
        self.told: list[Event] = []
        if listens:
            self.placement.connect(self.told.append)
        self.places: list[Place] = []
        self.fails: Callable[[Place], Exception | None] = lambda place: None

    def _make(self, place: Place, held: int) -> None:
        self.places.append(place)
        error = self.fails(place)
        if error:
            raise error
        if place.gpu is not None and self.nvml.script:
            self.nvml.script[place.gpu].take(held)

    def recognizer(self, chosen: Wishes | None = None) -> Recognizer:
        def make(place: Place) -> Recognizer:
            self._make(place, 2 * GIB)
            model = FakeRecognizer()
            model.detail = "CPU" if place.gpu is None else f"GPU, {place.number_format}"
            return model

        return self.placement.load(STT, chosen or wishes(), make, MovableRecognizer)

    def mind(self, chosen: Wishes | None = None) -> LanguageModel:
        def make(place: Place) -> LanguageModel:
            self._make(place, 5 * GIB)
            model = FakeLanguageModel()
            model.detail = "CPU" if place.gpu is None else f"GPU, {place.layers} layers"
            return model

        return self.placement.load(LLM, chosen or wishes(), make, MovableLanguageModel)

    def voice(self, chosen: Wishes | None = None, trial: Trial[Voice] | None = None) -> Voice:
        self.voices: list[FakeVoice] = []

        def make(place: Place) -> Voice:
            self._make(place, GIB // 4)
            model = FakeVoice()
            model.detail = "CPU" if place.gpu is None else "GPU (CUDA)"
            self.voices.append(model)
            return model

        return self.placement.load(
            TTS, chosen or wishes(), make, MovableVoice, (lambda: trial) if trial else None
        )

    @property
    def sentences(self) -> list[str]:
        return [event.message for event in self.told if isinstance(event, Noticed)]

    def held(self, stage: Stage) -> int:
        taken = [e.held for e in self.told if isinstance(e, GpuMemoryTaken) and e.stage is stage]
        return taken[-1]
