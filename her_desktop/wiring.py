"""What is made of what: the user's models, and an engine put together from them.

Rule: knows every part but the window; makes things and starts nothing. Whoever asks for an engine
starts and stops it. Heavy libraries are imported where a model is loaded.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from her_desktop.audio.collector import Collector
from her_desktop.catalogue import Model, locate, read_catalogue
from her_desktop.conversation.commands import (
    Prefill,
    PrepareSound,
    Speak,
    Think,
    Transcribe,
    TranscribePartial,
)
from her_desktop.conversation.conversation import Conversation
from her_desktop.conversation.events import Event, Noticed, Stage
from her_desktop.conversation.history import History
from her_desktop.conversation.instant import InstantReplies
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine, Input, Output, Watcher
from her_desktop.engine.worker import ModelLoader, Worker
from her_desktop.habits import load_habit
from her_desktop.inference.protocols import (
    LanguageModel,
    ModelError,
    Recognizer,
    TurnDetector,
    Voice,
    VoiceDetector,
)
from her_desktop.paths import Paths, assets_dir, shipped_models_dir
from her_desktop.settings import Settings

VAD_MODEL = "silero-vad"
TURN_MODEL = "smart-turn-v3.2"

_MOST_THREADS = 8


@dataclass(frozen=True)
class Models:
    """The user's choice of models: how each is loaded, on the thread that will use it."""

    settings: Settings
    paths: Paths

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

    def instant_replies(self) -> tuple[InstantReplies, tuple[str, ...]]:
        """Return the prepared replies and a sentence for everything wrong with the user's own."""
        own, shipped = self.paths.instant_replies_file, assets_dir() / "instant_replies.json"
        try:
            data = json.loads((own if own.exists() else shipped).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            message = f"The file {own} cannot be read; its instant replies are not used. Mend it."
            return InstantReplies(), (message,)
        replies, problems = InstantReplies.from_dict(data)
        # A persona of the user's own says itself who it is.
        return replies.without_self() if self.settings.persona else replies, problems

    @cached_property
    def known(self) -> dict[str, Model]:
        """Every model of the catalogue, by id."""
        return read_catalogue()

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

    def load_recognizer(self) -> Recognizer:
        """Load the speech recogniser."""
        from her_desktop.inference.stt import WhisperRecognizer

        folder, _ = self.files(self.settings.stt_model)
        return WhisperRecognizer(folder, language=self.settings.language, threads=self.share)

    def load_language_model(self) -> LanguageModel:
        """Load the language model and have it read the persona."""
        from her_desktop.inference.llm import LlamaLanguageModel

        _, files = self.files(self.settings.llm_model)
        model = LlamaLanguageModel(
            files[0],
            context_tokens=self.settings.context_tokens,
            answer_tokens=self.settings.answer_tokens,
            threads=self.share,
        )
        model.prepare([("system", self.system_prompt), ("user", "")])
        return model

    def load_voice(self, variation: float = 1.0) -> Voice:
        """Load the voice; without `variation` it says the same sentence the same way each time."""
        from her_desktop.inference.tts import PiperVoice

        _, files = self.files(self.settings.tts_model)
        return PiperVoice(files[0], files[1], threads=self.threads, variation=variation)


def build_engine(
    models: Models,
    conversation: Conversation,
    watchers: Sequence[Watcher],
    make_output: Callable[[Engine], Output],
    make_inputs: Callable[[Engine], Sequence[Input]] = lambda _: (),
) -> Engine:
    """Put an engine together; nothing runs before its `start`."""
    settings = models.settings
    engine = Engine(conversation, watchers)
    stt: Worker[Recognizer, Transcribe | TranscribePartial] = Worker(
        Stage.STT,
        ModelLoader(models.name(settings.stt_model), models.load_recognizer),
        stages.transcribe,
        engine.send,
    )
    tts: Worker[Voice, Speak | PrepareSound] = Worker(
        Stage.TTS,
        ModelLoader(models.name(settings.tts_model), models.load_voice),
        stages.speak,
        engine.send,
        # What is said on a guess never delays the recognition that tells whether it was right.
        gives_way_to=[stt.idle],
    )
    llm: Worker[LanguageModel, Think | Prefill] = Worker(
        Stage.LLM,
        ModelLoader(models.name(settings.llm_model), models.load_language_model),
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
    from her_desktop.audio.microphone import BlockQueue, Microphone
    from her_desktop.audio.speaker import Speaker
    from her_desktop.engine.listener import Listener
    from her_desktop.engine.load import LoadSampler
    from her_desktop.engine.sound import SoundDevices

    blocks = BlockQueue()
    microphone = Microphone(blocks)
    speakers: list[Speaker] = []

    def speak(engine: Engine) -> Output:
        speakers.append(Speaker(engine.playback_started, engine.playback_finished))
        return speakers[0]

    def hear(engine: Engine) -> Sequence[Input]:
        settings = models.settings
        listener = Listener(
            blocks,
            models.load_detector,
            models.load_turn_detector,
            engine.send,
            lambda: microphone.name,
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
    for message in problems:
        engine.send(Noticed(at=time.monotonic(), message=message))
    return engine
