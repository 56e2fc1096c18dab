"""What is made of what: an engine put together from the user's models.

Rule: knows every part but the window; makes things and starts nothing. Whoever asks for an engine
starts and stops it. Heavy libraries are imported where a model is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from her_desktop.audio.collector import Collector
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
    Event,
    Noticed,
    Stage,
)
from her_desktop.conversation.history import History
from her_desktop.conversation.rest import NEEDED_SOON
from her_desktop.engine import stages
from her_desktop.engine.engine import Engine, Watcher
from her_desktop.engine.parts import Input, Output
from her_desktop.engine.prepared import PreparedSounds
from her_desktop.engine.worker import Worker
from her_desktop.habits import load_habit
from her_desktop.inference.protocols import (
    LanguageModel,
    Recognizer,
    Voice,
)
from her_desktop.models import Models, model_loader


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
    models.placement.connect(engine.send, models.paths.gpu_abort_file, engine.lose)
    stt: Worker[Recognizer, Transcribe | TranscribePartial] = Worker(
        Stage.STT, model_loader(models, Stage.STT), stages.transcribe, engine.send
    )
    tts: Worker[Voice, Speak | PrepareSound] = Worker(
        Stage.TTS,
        model_loader(models, Stage.TTS),
        PreparedSounds(models.paths.prepared_dir).speak,
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
    from her_desktop.engine.attendant import Attendant
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
        load = LoadSampler(sample_load, engine.send)
        return listener, devices, Attendant(speakers[0]), load

    instants, problems = models.instant_replies()
    conversation = Conversation(
        History(models.system_prompt),
        models.language,
        instants,
        load_habit(models.paths.habit_file),
    )

    def expect(event: Event) -> None:
        # The earlier a loudspeaker that rests is roused, the better its clock is known.
        if isinstance(event, NEEDED_SOON):
            speakers[0].need()

    engine = build_engine(models, conversation, [*watchers, expect], speak, hear)
    engine.send(assistant_chosen(models))
    engine.send(AttentionChosen(at=time.monotonic(), options=models.attention))
    for message in problems:
        engine.send(Noticed(at=time.monotonic(), message=message))
    return engine
