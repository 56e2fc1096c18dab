"""The user's choice of models: which they are, where they lie, and how each is loaded.

Rule: values and blocking functions; a model is loaded on the thread that will use it, and heavy
libraries are imported there and then.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from her_desktop.catalogue import Model, locate, read_catalogue
from her_desktop.changes import LOADED
from her_desktop.conversation.events import (
    AttentionOptions,
    Stage,
    WakePhrase,
)
from her_desktop.conversation.instant import InstantReplies
from her_desktop.engine.worker import ModelLoader
from her_desktop.inference.device_trial import Trials
from her_desktop.inference.opening import Opened, Room, require_openable
from her_desktop.inference.protocols import (
    LanguageModel,
    ModelError,
    Recognizer,
    TurnDetector,
    Voice,
    VoiceDetector,
    WakeDetector,
)
from her_desktop.own_models import read_own
from her_desktop.paths import Paths, assets_dir, shipped_models_dir
from her_desktop.placement.choice import DeviceChoice, wishes_of
from her_desktop.placement.placement import Placement
from her_desktop.settings import Settings, save_json

if TYPE_CHECKING:
    from her_desktop.inference.llm import LlamaLanguageModel
    from her_desktop.inference.tts import PiperVoice

VAD_MODEL = "silero-vad"
TURN_MODEL = "smart-turn-v3.2"

_MOST_THREADS = 8
_ROOM_TO_SPARE = 1.5
"""So much more than a model's own memory must be free where two are there at once."""


@dataclass(frozen=True)
class Models:
    """The user's choice of models: how each is loaded, on the thread that will use it."""

    settings: Settings
    paths: Paths
    placement: Placement = field(default_factory=Placement, repr=False, compare=False)
    """Shared by all who use the same GPUs: see `with_settings`."""

    def with_settings(self, settings: Settings) -> Models:
        """Return another choice of models, on the same GPUs."""
        return replace(self, settings=settings)

    @property
    def devices(self) -> DeviceChoice:
        """What loads a model where it should be, else where it can be."""
        return DeviceChoice(
            self.placement,
            wishes_of(self.settings, self.name, self.files),
            Trials(self.paths.device_trials_file, save_json),
        )

    @property
    def threads(self) -> int:
        """How many threads a model may use."""
        return self.settings.threads or min(os.cpu_count() or 1, _MOST_THREADS)

    @property
    def share(self) -> int:
        """How many threads recognition and thought have each: they work side by side.

        Small models gain little from a second thread, and lose much where another thread keeps
        one of two waiting: measured on two cores, in the window, recognition took 105 ms with two
        threads and 76 with one, the first token 61 ms and 27.
        """
        return max(1, self.threads // 2)

    @property
    def system_prompt(self) -> str:
        """The persona: the user's own, or the one that comes with the program."""
        if self.settings.persona:
            return self.settings.persona
        return (
            (assets_dir() / "prompts" / f"{self.language}.txt").read_text(encoding="utf-8").strip()
        )

    @property
    def language(self) -> str:
        """The language that the voice speaks and symbols are read out in."""
        return "fr" if self.settings.language == "fr" else "en"

    @property
    def attention(self) -> AttentionOptions:
        """How the user wants to be listened to where no key is held."""
        settings = self.settings
        return AttentionOptions(
            wake_phrase=WakePhrase(settings.wake_phrase),
            own_phrase=settings.own_wake_phrase,
            threshold=settings.wake_threshold,
            follow_up=settings.follow_up,
            sounds=settings.listening_sounds,
            release_after=60.0 * settings.release_models_after,
        )

    def instant_replies(self) -> tuple[InstantReplies, tuple[str, ...]]:
        """Return the prepared replies and a sentence for everything wrong with the user's own."""
        own, shipped = self.paths.instant_replies_file, assets_dir() / "instant_replies.json"
        try:
            data = json.loads((own if own.exists() else shipped).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            message = f"The file {own} cannot be read; its instant replies are not used. Mend it."
            return InstantReplies(), (message,)
        replies, problems = InstantReplies.from_dict(data)
        return replies, problems

    @cached_property
    def known(self) -> dict[str, Model]:
        """Every model of the catalogue and every one that the user brought, by id."""
        return {**read_own(self.paths.models_dir), **read_catalogue()}

    def locate(self, model: Model) -> Path | None:
        """Return the folder that holds a model whole, None where it is not installed."""
        return locate(model, (self.paths.models_dir, shipped_models_dir()))

    def files(self, model_id: str) -> tuple[Path, list[Path]]:
        """Return a model's folder and its files, the one that is opened first.

        Raises ModelError where the model is unknown or not installed.
        """
        model = self.known.get(model_id)
        if model is None:
            raise ModelError(f"No model is named {model_id}; choose another in the settings.")
        where = self.locate(model)
        if where is None:
            install = f"her-desktop models install {model_id}"
            command = install if model.offered else "python3 packaging/start.py"
            raise ModelError(f"The model {model.name} is not installed; run `{command}` once.")
        return where, model.paths(where)

    def sound_files(self, model_id: str) -> tuple[Path, list[Path]]:
        """Return what `files` does, of a model that can be opened without harm.

        Blocks for seconds where nobody vouches for it and it was not opened before. Raises
        ModelError.
        """
        folder, files = self.files(model_id)
        # What a package brought was checked with the package.
        if any(map(folder.is_relative_to, (self.paths.models_dir, shipped_models_dir()))):
            opened = Opened(self.paths.opened_dir)
            require_openable(self.known[model_id].kind, files, opened, self.room)
        return folder, files

    def room(self) -> Room:
        """Return the memory that a model may be read into, that of a GPU among it."""
        return Room(Room.now().memory, self.placement.free)

    def name(self, model_id: str) -> str:
        """Return a model's name for a person."""
        model = self.known.get(model_id)
        return model_id if model is None else model.name

    def load_detector(self) -> VoiceDetector:
        """Load the voice detector."""
        from her_desktop.inference.vad import SileroDetector

        _, files = self.files(VAD_MODEL)
        return SileroDetector(files[0])

    def load_turn_detector(self) -> TurnDetector:
        """Load the detector that tells a finished utterance from a pause."""
        from her_desktop.inference.turn_detection import SmartTurnDetector

        _, files = self.files(TURN_MODEL)
        return SmartTurnDetector(files[0])

    def load_wake_detector(self, phrase: WakePhrase) -> WakeDetector:
        """Load the detector of a wake phrase."""
        from her_desktop.inference.wake import MicroWakeDetector

        return MicroWakeDetector(phrase.value)

    def load_recognizer(self, *, again: bool = False) -> Recognizer:
        """Load the speech recogniser; `again` one that was there before, which is sooner done."""
        folder, _ = self.sound_files(self.settings.stt_model)
        return self.devices.recognizer(
            folder, language=self.settings.language, threads=self.share, again=again
        )

    def load_language_model(self, *, again: bool = False) -> LanguageModel:
        """Load the language model and have it read the persona; `again` as for the recogniser."""
        _, files = self.sound_files(self.settings.llm_model)
        return self.devices.language_model(
            files[0],
            [("system", self.system_prompt), ("user", "")],
            context_tokens=self.settings.context_tokens,
            answer_tokens=self.settings.answer_tokens,
            threads=self.share,
            confine_template=self.known[self.settings.llm_model].own,
            again=again,
        )

    def load_voice(self, variation: float | None = None, *, again: bool = False) -> Voice:
        """Load the voice; `variation` stands for the user's choice, 0 for no chance at all.

        `again` as for the recogniser.
        """
        _, files = self.sound_files(self.settings.tts_model)
        return self.devices.voice(
            files[0],
            files[1],
            threads=self.threads,
            speaking_rate=self.settings.speaking_rate,
            variation=self.settings.voice_variation if variation is None else variation,
            again=again,
        )

    def fits_beside(self, stage: Stage) -> bool:
        """Tell whether a stage's model can be loaded while the one it replaces is in memory."""
        model = self.known.get(getattr(self.settings, LOADED[stage][0]))
        needed = max(model.memory, model.size) if model else 0
        fits = psutil.virtual_memory().available > _ROOM_TO_SPARE * needed
        return fits and self.placement.fits_beside(stage, self.devices.wishes)


def model_loader(models: Models, stage: Stage) -> ModelLoader[Any]:
    """Return how the user's choice of model for a stage is loaded and, once loaded, told."""
    settings = models.settings

    def tell_mind(mind: LlamaLanguageModel) -> None:
        mind.tune(answer_tokens=settings.answer_tokens)

    def tell_voice(voice: PiperVoice) -> None:
        voice.tune(speaking_rate=settings.speaking_rate, variation=settings.voice_variation)

    load: Callable[..., Any]
    tune: Callable[[Any], None] | None
    load, tune = {
        Stage.STT: (models.load_recognizer, None),
        Stage.LLM: (models.load_language_model, tell_mind),
        Stage.TTS: (models.load_voice, tell_voice),
    }[stage]
    chosen = tuple(getattr(settings, name) for name in LOADED[stage])
    return ModelLoader(
        models.name(chosen[0]),
        load,
        chosen,
        tune,
        lambda: models.fits_beside(stage),
        partial(load, again=True),
    )
