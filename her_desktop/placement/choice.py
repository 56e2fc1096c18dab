"""The user's settings and model files, in the terms in which devices are shared out.

Rule: a model's adapter is imported and made here, on the thread that will use it, each time its
placement asks for it; the choice of the device is not made here.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from her_desktop.conversation.events import Stage
from her_desktop.inference.device_change import (
    MovableLanguageModel,
    MovableRecognizer,
    MovableVoice,
)
from her_desktop.inference.device_trial import Trials, Verdict, trial_key
from her_desktop.inference.gpu_plan import LanguageNeeds, RecognizerNeeds, VoiceNeeds
from her_desktop.inference.llama import GPU_BATCH_TOKENS
from her_desktop.inference.model_shape import read_shape
from her_desktop.inference.prompt import Message
from her_desktop.inference.protocols import LanguageModel, ModelError, Recognizer, Voice
from her_desktop.placement.placement import Placement
from her_desktop.placement.places import Place, Trial, Wishes
from her_desktop.settings import Settings

_TRIAL_TEXT = "I can help you with many things, such as reading and planning your day."

Files = Callable[[str], tuple[Path, list[Path]]]


def wishes_of(settings: Settings, name_of: Callable[[str], str], files_of: Files) -> Wishes:
    """Return what the user wants of the devices, and what each model needs; None where it is not.

    `files_of` gives a model's files and raises ModelError for one that is not installed.
    """
    ids = {
        Stage.STT: settings.stt_model,
        Stage.LLM: settings.llm_model,
        Stage.TTS: settings.tts_model,
    }
    names = {stage: name_of(model) for stage, model in ids.items()}
    files = {stage: _first_file(files_of, model) for stage, model in ids.items()}
    return Wishes(
        devices={
            Stage.STT: settings.stt_device,
            # No layer on the GPU is the processor, said in another way.
            Stage.LLM: settings.llm_device if settings.gpu_layers else "cpu",
            Stage.TTS: settings.tts_device,
        },
        names=names,
        stt=_recognizer(names[Stage.STT], files[Stage.STT]),
        llm=_language(names[Stage.LLM], files[Stage.LLM], settings),
        tts=_voice(names[Stage.TTS], files[Stage.TTS]),
    )


@dataclass(frozen=True)
class DeviceChoice:
    """Loads the user's models wherever `placement` puts them. Used by the workers."""

    placement: Placement
    wishes: Wishes
    trials: Trials

    def recognizer(
        self, folder: Path, *, language: str, threads: int, again: bool = False
    ) -> Recognizer:
        """Load a speech recogniser; `again` one that was there before. Raises ModelError."""
        from her_desktop.inference.stt import WhisperRecognizer

        def make(place: Place) -> Recognizer:
            if place.gpu is None:
                return WhisperRecognizer(folder, language=language, threads=threads, warm=not again)
            return WhisperRecognizer(
                folder,
                language=language,
                threads=threads,
                device="cuda",
                device_index=place.gpu,
                compute_type=place.number_format,
            )

        return self.placement.load(Stage.STT, self.wishes, make, MovableRecognizer)

    def language_model(
        self,
        file: Path,
        read: Sequence[Message],
        *,
        context_tokens: int,
        answer_tokens: int,
        threads: int,
        confine_template: bool,
        again: bool = False,
    ) -> LanguageModel:
        """Load a language model that has already read `read`; `again` as for a recogniser.

        Raises ModelError.
        """
        from her_desktop.inference.llm import LlamaLanguageModel

        def make(place: Place) -> LanguageModel:
            on_gpu = place.gpu is not None
            model = LlamaLanguageModel(
                file,
                context_tokens=min(place.tokens or context_tokens, context_tokens),
                answer_tokens=answer_tokens,
                threads=threads,
                gpu_layers=(place.layers or -1) if on_gpu else 0,
                main_gpu=place.gpu or 0,
                confine_template=confine_template,
                warm=on_gpu or not again,
            )
            model.read(read)
            return model

        return self.placement.load(Stage.LLM, self.wishes, make, MovableLanguageModel)

    def voice(
        self,
        model: Path,
        config: Path,
        *,
        threads: int,
        speaking_rate: float,
        variation: float,
        again: bool = False,
    ) -> Voice:
        """Load a voice: on the device on which its first sound comes sooner.

        `again` as for a recogniser. Raises ModelError.
        """
        from her_desktop.inference.tts import PiperVoice

        def make(place: Place) -> Voice:
            return PiperVoice(
                model,
                config,
                threads=threads,
                speaking_rate=speaking_rate,
                variation=variation,
                gpu=place.gpu,
                warm=place.gpu is not None or not again,
            )

        return self.placement.load(
            Stage.TTS, self.wishes, make, MovableVoice, lambda: self._trial(model, threads)
        )

    def _trial(self, model: Path, threads: int) -> Trial[Voice]:
        """Return how it is found out which device a voice is quicker on; asked beside a GPU."""
        key = trial_key(
            machine=f"{platform.machine()} {platform.processor()} {os.cpu_count()}",
            card=self.placement.card_name,
            model=f"{model.name} {_size(model)}",
            runtime=_version("onnxruntime-gpu") or _version("onnxruntime"),
            threads=str(threads),
        )

        def measure(on_processor: Voice, on_gpu: Voice) -> Verdict:
            return self.trials.measure(
                key, lambda: _first_sound(on_processor), lambda: _first_sound(on_gpu)
            )

        return Trial(self.trials.known(key), measure)


def _first_sound(voice: Voice) -> object:
    return next(iter(voice.speak(_TRIAL_TEXT, lambda: False)), None)


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return ""


def _first_file(files_of: Files, model: str) -> Path | None:
    try:
        return files_of(model)[1][0]
    except ModelError:
        # Whoever loads it says so; here it only needs no room.
        return None


def _recognizer(name: str, file: Path | None) -> RecognizerNeeds | None:
    return None if file is None else RecognizerNeeds(name, _size(file))


def _voice(name: str, file: Path | None) -> VoiceNeeds | None:
    return None if file is None else VoiceNeeds(name, _size(file))


def _language(name: str, file: Path | None, settings: Settings) -> LanguageNeeds | None:
    shape = None if file is None else read_shape(file)
    if file is None or shape is None:
        return None
    return LanguageNeeds(
        name,
        _size(file),
        shape,
        min(settings.context_tokens, shape.trained_tokens),
        GPU_BATCH_TOKENS,
        settings.gpu_layers,
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
