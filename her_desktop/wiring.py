"""What is made of what: the user's models, and an engine put together from them.

Rule: knows every part but the window; makes things and starts nothing. Whoever asks for an engine
starts and stops it. Heavy libraries are imported where a model is loaded.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from her_desktop.audio.collector import Collector
from her_desktop.catalogue import Model, locate, read_catalogue
from her_desktop.changes import LOADED
from her_desktop.conversation.commands import (
    Prefill,
    PrepareSound,
    Speak,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import (
    AssistantChosen,
    AttentionChosen,
    AttentionOptions,
    Event,
    Noticed,
    Stage,
    WakePhrase,
)
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies
from her_desktop.device_choice import DeviceChoice, wishes_of
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine, Input, Output, Watcher
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.habits import load_habit
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
from her_desktop.placement import Placement
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
            command = (
                "python3 packaging/start.py"
                if not model.offered
                else (f"her-desktop models install {model_id}")
            )
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

    def load_recognizer(self) -> Recognizer:
        """Load the speech recogniser."""
        folder, _ = self.sound_files(self.settings.stt_model)
        return self.devices.recognizer(folder, language=self.settings.language, threads=self.share)

    def load_language_model(self) -> LanguageModel:
        """Load the language model and have it read the persona."""
        _, files = self.sound_files(self.settings.llm_model)
        return self.devices.language_model(
            files[0],
            [("system", self.system_prompt), ("user", "")],
            context_tokens=self.settings.context_tokens,
            answer_tokens=self.settings.answer_tokens,
            threads=self.share,
            confine_template=self.known[self.settings.llm_model].own,
        )

    def load_voice(self, variation: float | None = None) -> Voice:
        """Load the voice; `variation` stands for the user's choice, 0 for no chance at all."""
        _, files = self.sound_files(self.settings.tts_model)
        return self.devices.voice(
            files[0],
            files[1],
            threads=self.threads,
            speaking_rate=self.settings.speaking_rate,
            variation=self.settings.voice_variation if variation is None else variation,
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

    load: Callable[[], Any]
    tune: Callable[[Any], None] | None
    load, tune = {
        Stage.STT: (models.load_recognizer, None),
        Stage.LLM: (models.load_language_model, tell_mind),
        Stage.TTS: (models.load_voice, tell_voice),
    }[stage]
    chosen = tuple(getattr(settings, name) for name in LOADED[stage])
    return ModelLoader(
        models.name(chosen[0]), load, chosen, tune, lambda: models.fits_beside(stage)
    )


def assistant_chosen(models: Models) -> AssistantChosen:
    """Return who the assistant is to be, as the conversation is told."""
    return AssistantChosen(
        at=time.monotonic(),
        system=models.system_prompt,
        is_own=bool(models.settings.persona),
        language=models.language,
        guesses=models.settings.speculation,
    )


def build_engine(
    models: Models,
    conversation: Conversation,
    watchers: Sequence[Watcher],
    make_output: Callable[[Engine], Output],
    make_inputs: Callable[[Engine], Sequence[Input]] = lambda _: (),
) -> Engine:
    """Put an engine together; nothing runs before its `start`."""
    engine = Engine(conversation, watchers)
    models.placement.connect(engine.send, models.paths.gpu_abort_file)
    stt: Worker[Recognizer, Transcribe | TranscribePartial] = Worker(
        Stage.STT,
        model_loader(models, Stage.STT),
        stages.transcribe,
        engine.send,
    )
    tts: Worker[Voice, Speak | PrepareSound] = Worker(
        Stage.TTS,
        model_loader(models, Stage.TTS),
        stages.speak,
        engine.send,
        # What is said on a guess never delays the recognition that tells whether it was right.
        gives_way_to=[stt.idle],
    )
    llm: Worker[LanguageModel, Think | Prefill] = Worker(
        Stage.LLM,
        model_loader(models, Stage.LLM),
        stages.think,
        engine.send_and_wait,
        # The voice uses every core, and goes first: the user waits for it, not for the rest.
        gives_way_to=[stt.idle, tts.idle],
    )
    engine.connect(stt, llm, tts, make_output(engine), make_inputs(engine))
    return engine


def collecting_engine(models: Models, watchers: Sequence[Watcher]) -> tuple[Engine, Collector]:
    """Put together an engine without ears whose answers are collected rather than played."""
    collectors: list[Collector] = []

    def collect(engine: Engine) -> Output:
        collectors.append(Collector(engine.playback_started, engine.playback_finished))
        return collectors[0]

    # Whoever asks without a window wants the models to be asked.
    conversation = Conversation(History(models.system_prompt), models.language)
    engine = build_engine(models, conversation, watchers, collect)
    return engine, collectors[0]


def listening_engine(
    models: Models, watchers: Sequence[Watcher], sample_load: Callable[[], list[Event]]
) -> Engine:
    """Put together an engine that hears with the microphone and speaks with the loudspeaker.

    `sample_load` looks at how busy the machine is, on a thread of its own.
    """
    from her_desktop.audio.echo import EchoOptions
    from her_desktop.audio.far_end import FarEnd
    from her_desktop.audio.microphone import BlockQueue, Microphone
    from her_desktop.audio.speaker import Speaker
    from her_desktop.engine.listener import Listener
    from her_desktop.engine.load import LoadSampler
    from her_desktop.engine.sound import SoundDevices

    blocks = BlockQueue()
    microphone = Microphone(blocks)
    far_end = FarEnd()
    speakers: list[Speaker] = []

    def speak(engine: Engine) -> Output:
        speakers.append(Speaker(engine.playback_started, engine.playback_finished, far_end))
        return speakers[0]

    def hear(engine: Engine) -> Sequence[Input]:
        settings = models.settings
        listener = Listener(
            blocks,
            models.load_detector,
            models.load_turn_detector,
            engine.send,
            lambda: microphone.name,
            far_end,
            EchoOptions(settings.cancel_echo, settings.suppress_noise, settings.automatic_gain),
            models.load_wake_detector,
        )
        devices = SoundDevices(
            microphone,
            speakers[0],
            blocks,
            engine.send,
            lambda: speakers[0].underflows + speakers[0].starved,
            input_name=settings.input_device,
            output_name=settings.output_device,
            muted=settings.muted,
        )
        return listener, devices, LoadSampler(sample_load, engine.send)

    instants, problems = models.instant_replies()
    conversation = Conversation(
        History(models.system_prompt),
        models.language,
        instants,
        load_habit(models.paths.habit_file),
    )
    engine = build_engine(models, conversation, watchers, speak, hear)
    engine.send(assistant_chosen(models))
    engine.send(AttentionChosen(at=time.monotonic(), options=models.attention))
    for message in problems:
        engine.send(Noticed(at=time.monotonic(), message=message))
    return engine
