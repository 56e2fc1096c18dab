"""What the window says about itself, in words: states, stages, devices, numbers.

Rule: every colour and shape has its words here, and a number is never without its unit. Pure text;
GUI thread only, because the words are translated.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from her_desktop.conversation.events import (
    AttentionOptions,
    Device,
    DeviceState,
    ListenMode,
    Origin,
    Stage,
    WakePhrase,
)
from her_desktop.metrics import latency
from her_desktop.ui.orb_face import Face

MISSING = "\u2013"
"""Stands where there is no number yet."""

_NARROW_SPACE = "\u202f"


def face_words(face: Face) -> str:
    """Return the state in one or two words."""
    match face:
        case Face.LOADING:
            return QCoreApplication.translate("Words", "Getting ready")
        case Face.IDLE:
            return QCoreApplication.translate("Words", "Ready")
        case Face.LISTENING:
            return QCoreApplication.translate("Words", "Listening")
        case Face.THINKING:
            return QCoreApplication.translate("Words", "Thinking")
        case Face.SPEAKING:
            return QCoreApplication.translate("Words", "Speaking")
        case Face.MUTED:
            return QCoreApplication.translate("Words", "Muted")
        case Face.ERROR:
            return QCoreApplication.translate("Words", "Needs attention")


def mode_words(mode: ListenMode) -> str:
    """Return how the user talks, in a few words that can follow a comma."""
    match mode:
        case ListenMode.HOLD:
            return QCoreApplication.translate("Words", "hold to talk")
        case ListenMode.ALWAYS:
            return QCoreApplication.translate("Words", "always listening")
        case ListenMode.WAKE:
            return QCoreApplication.translate("Words", "wake phrase")


def phrase_words(options: AttentionOptions) -> str:
    """Return the wake phrase as a person writes it, "" where none of their own was chosen."""
    match options.wake_phrase:
        case WakePhrase.HEY_JARVIS:
            return "Hey Jarvis"
        case WakePhrase.OKAY_NABU:
            return "Okay Nabu"
        case WakePhrase.HEY_MYCROFT:
            return "Hey Mycroft"
    return options.own_phrase.strip()


def call_words(phrase: str, *, follows_up: bool) -> str:
    """Return how to be heard in the mode for a wake phrase, in one short sentence."""
    if follows_up:
        return QCoreApplication.translate("Words", "Go on, if you like.")
    if not phrase:
        return QCoreApplication.translate("Words", "Choose a wake phrase in the settings.")
    words = QCoreApplication.translate("Words", "Say “{phrase}”, and what you want.")
    return words.format(phrase=phrase)


def hint_words(face: Face, mode: ListenMode = ListenMode.HOLD) -> str:
    """Return what the user may do now, in one short sentence that fits the way they talk."""
    if mode is not ListenMode.HOLD:
        match face:
            case Face.IDLE:
                return QCoreApplication.translate("Words", "Just talk.")
            case Face.LISTENING:
                return QCoreApplication.translate("Words", "Take your time, then stop talking.")
            case Face.SPEAKING:
                return QCoreApplication.translate("Words", "Esc stops.")
    match face:
        case Face.LOADING:
            return QCoreApplication.translate("Words", "The models are being loaded.")
        case Face.IDLE:
            return QCoreApplication.translate("Words", "Hold the orb or Space, and talk.")
        case Face.LISTENING:
            return QCoreApplication.translate("Words", "Let go when you have said it.")
        case Face.THINKING:
            return QCoreApplication.translate("Words", "Esc stops.")
        case Face.SPEAKING:
            return QCoreApplication.translate("Words", "Esc stops. Hold Space to talk over it.")
        case Face.MUTED:
            return QCoreApplication.translate("Words", "Unmute to talk. Typing works.")
        case Face.ERROR:
            return QCoreApplication.translate("Words", "See the message below.")


def stage_words(stage: Stage) -> str:
    """Return what a stage is to a person."""
    match stage:
        case Stage.VAD:
            return QCoreApplication.translate("Words", "Noticing speech")
        case Stage.STT:
            return QCoreApplication.translate("Words", "Understanding speech")
        case Stage.LLM:
            return QCoreApplication.translate("Words", "Thinking of an answer")
        case Stage.TTS:
            return QCoreApplication.translate("Words", "Speaking it")


def device_words(device: Device, state: DeviceState, name: str) -> str:
    """Return one plain sentence that says what is wrong and what to do, or "" when all is well."""
    if state in (DeviceState.READY, DeviceState.OPENING, DeviceState.MUTED):
        return ""
    if device is Device.MICROPHONE:
        match state:
            case DeviceState.MISSING:
                sentence = QCoreApplication.translate(
                    "Words", "No microphone was found. Connect one; typing works meanwhile."
                )
            case DeviceState.BUSY:
                sentence = QCoreApplication.translate(
                    "Words", "Another program is using the microphone. Close it and try again."
                )
            case DeviceState.SILENT:
                sentence = QCoreApplication.translate(
                    "Words",
                    "The microphone {name} gives no sound at all. Check its switch, its volume "
                    "and whether this program may use it.",
                )
            case DeviceState.LOST:
                sentence = QCoreApplication.translate(
                    "Words", "The microphone {name} is gone. Connect it again or choose another."
                )
        return sentence.format(name=name)
    match state:
        case DeviceState.MISSING:
            sentence = QCoreApplication.translate(
                "Words", "No loudspeaker was found. Connect one; answers can be read meanwhile."
            )
        case DeviceState.LOST:
            sentence = QCoreApplication.translate(
                "Words", "The loudspeaker {name} is gone. Connect it again; answers can be read."
            )
        case _:
            sentence = QCoreApplication.translate(
                "Words", "Another program is using the loudspeaker. Close it and try again."
            )
    return sentence.format(name=name)


def bar_words(name: str) -> str:
    """Return the caption of one row of the waterfall; a name that is unknown stands for itself."""
    match name:
        case latency.ENDPOINT_WAIT:
            return QCoreApplication.translate("Words", "end of speech")
        case latency.STT:
            return QCoreApplication.translate("Words", "stt")
        case latency.LLM_FIRST_TOKEN:
            return QCoreApplication.translate("Words", "llm first token")
        case latency.FIRST_SENTENCE:
            return QCoreApplication.translate("Words", "first sentence")
        case latency.TTS_FIRST_AUDIO:
            return QCoreApplication.translate("Words", "tts first audio")
        case latency.PLAYBACK:
            return QCoreApplication.translate("Words", "playback")
    return name


def lane_words(stage: Stage | None) -> str:
    """Return the caption of one row of the GPU's work; None is other programs."""
    if stage is None:
        return QCoreApplication.translate("Words", "GPU, others")
    return QCoreApplication.translate("Words", "GPU, {stage}").format(stage=stage.value)


def counter_words(name: str) -> str:
    """Return in plain words what a field of `GpuSampled` tells of a GPU."""
    match name:
        case "load_percent":
            return QCoreApplication.translate("Words", "its load")
        case "memory_total":
            return QCoreApplication.translate("Words", "its memory")
        case "busy":
            return QCoreApplication.translate("Words", "short bursts of work")
        case "own_busy":
            return QCoreApplication.translate("Words", "the load of single programs")
        case "own_memory":
            return QCoreApplication.translate("Words", "the memory of single programs")
        case "temperature_c":
            return QCoreApplication.translate("Words", "its temperature")
        case "power_w":
            return QCoreApplication.translate("Words", "its power")
        case "clock_mhz":
            return QCoreApplication.translate("Words", "its clock")
    return name


def gap_words(origin: Origin | None) -> str:
    """Return what the large number counts."""
    match origin:
        case None:
            return QCoreApplication.translate("Words", "No turn yet")
        case Origin.TYPED:
            return QCoreApplication.translate("Words", "from Enter to the first sound")
        case Origin.REPEAT:
            return QCoreApplication.translate("Words", "from your wish to the first sound")
    return QCoreApplication.translate("Words", "from your last word to the first sound")


def milliseconds(duration: float | None) -> str:
    """Return a duration in seconds as "312 ms", or as "2.24 s" from two seconds on."""
    if duration is None:
        return MISSING
    if abs(duration) >= 2.0:
        return f"{_decimal(duration, 2)}{_NARROW_SPACE}s"
    return f"{duration * 1000:.0f}{_NARROW_SPACE}ms"


def percent(share: float) -> str:
    """Return a load of 0..100 as "12 %"."""
    return f"{share:.0f}{_NARROW_SPACE}%"


def gigabytes(count: int) -> str:
    """Return a number of bytes as "1.2 GB" (of 10^9 bytes), small ones as "340 MB"."""
    if count < 1_000_000_000:
        return f"{count / 1e6:.0f}{_NARROW_SPACE}{QCoreApplication.translate('Words', 'MB')}"
    gigas = _decimal(count / 1e9, 1)
    return f"{gigas}{_NARROW_SPACE}{QCoreApplication.translate('Words', 'GB')}"


def _decimal(number: float, places: int) -> str:
    # The decimal point is a word as well: a comma in French.
    return f"{number:.{places}f}".replace(".", QCoreApplication.translate("Words", "."))
