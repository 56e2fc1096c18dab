"""What the page of models says: what a model is for, whether it fits, how far a download is.

Rule: pure text; GUI thread only, because the words are translated. Facts come from the catalogue;
only what each model is like to live with is written here.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from her_desktop.catalogue import Kind, Model
from her_desktop.downloads.progress import Progress, State
from her_desktop.library.news import Task
from her_desktop.metrics.model_speed import Speed
from her_desktop.profiles import Fit, Machine, Place, Reason, Verdict
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import gigabytes, milliseconds

_NAMED_LANGUAGES = 3
_SPACE = "\u202f"


def kind_words(kind: Kind) -> str:
    """Return the title of the models of one kind."""
    match kind:
        case Kind.STT:
            return QCoreApplication.translate("Models", "Understanding speech")
        case Kind.LLM:
            return QCoreApplication.translate("Models", "Thinking of an answer")
        case _:
            return QCoreApplication.translate("Models", "Speaking")


def purpose_words(model: Model) -> str:
    """Return what a model is for, in one sentence."""
    if model.own:
        return QCoreApplication.translate("Models", "You brought this one yourself.")
    return _purposes().get(model.id, "")


def _purposes() -> Mapping[str, str]:
    return {
        "whisper-tiny.en": QCoreApplication.translate(
            "Models", "Very quick; good enough for clear English."
        ),
        "whisper-base": QCoreApplication.translate(
            "Models", "Small and quick in many languages; for any processor."
        ),
        "whisper-small": QCoreApplication.translate(
            "Models", "Follows accents and everyday French well; for a good processor."
        ),
        "whisper-large-v3-turbo": QCoreApplication.translate(
            "Models", "The best ear of all; at its quickest on a graphics card."
        ),
        "smollm2-135m-instruct": QCoreApplication.translate(
            "Models", "Answers at once and knows little; good for a first try."
        ),
        "llama-3.2-1b-instruct": QCoreApplication.translate(
            "Models", "Small talk and short answers on any processor."
        ),
        "qwen3-1.7b": QCoreApplication.translate(
            "Models", "The balance of quick and clever without a graphics card."
        ),
        "smollm3-3b": QCoreApplication.translate(
            "Models", "Well-spoken in English and French; for a small card."
        ),
        "qwen3-4b-instruct-2507": QCoreApplication.translate(
            "Models", "Clever and quick on a card of 8 GB."
        ),
        "qwen3.5-4b": QCoreApplication.translate(
            "Models", "The cleverest of its size; takes a little longer to begin."
        ),
        "qwen3.5-9b": QCoreApplication.translate(
            "Models", "Thorough answers, for a card of 16 GB."
        ),
        "gemma-4-12b-it": QCoreApplication.translate(
            "Models", "Writes well in many languages, for a card of 16 GB."
        ),
        "gemma-4-26b-a4b-it": QCoreApplication.translate(
            "Models", "The best answers here, for a card of 24 GB."
        ),
        "piper-en_US-joe-medium": QCoreApplication.translate(
            "Models", "A man's voice, American English."
        ),
        "piper-en_US-ljspeech-medium": QCoreApplication.translate(
            "Models", "A woman's voice, American English."
        ),
        "piper-fr_FR-siwis-medium": QCoreApplication.translate(
            "Models", "A woman's voice, French."
        ),
        "piper-fr_FR-upmc-medium": QCoreApplication.translate(
            "Models", "A woman's voice, French, a little deeper."
        ),
    }


def language_words(codes: tuple[str, ...]) -> str:
    """Return the languages of a model, the first few by name."""
    if not codes:
        return QCoreApplication.translate("Models", "languages not stated")
    names = [_language(code) for code in codes[:_NAMED_LANGUAGES]]
    more = len(codes) - len(names)
    listed = ", ".join(names)
    listed = listed[:1].upper() + listed[1:]
    if not more:
        return listed
    return QCoreApplication.translate("Models", "{languages} and {count} more").format(
        languages=listed, count=more
    )


def _language(code: str) -> str:
    match code:
        case "en":
            return QCoreApplication.translate("Models", "English")
        case "fr":
            return QCoreApplication.translate("Models", "French")
        case "de":
            return QCoreApplication.translate("Models", "German")
        case _:
            return QLocale(code).nativeLanguageName() or code


def licence_words(model: Model) -> str:
    """Return under which licence a model comes."""
    licence = model.licence
    if licence == "unknown":
        licence = QCoreApplication.translate("Models", "not stated")
    elif licence == "public domain":
        licence = QCoreApplication.translate("Models", "public domain")
    return QCoreApplication.translate("Models", "Licence: {licence}").format(licence=licence)


def remark_words(model: Model) -> list[str]:
    """Return what somebody should know before choosing a model, a sentence each."""
    return [translated(sentence) for sentence in model.remarks]


def fit_words(fit: Fit) -> str:
    """Return whether it fits, in a word or two."""
    match fit:
        case Fit.FITS:
            return QCoreApplication.translate("Models", "Fits")
        case Fit.TIGHT:
            return QCoreApplication.translate("Models", "Tight")
        case Fit.WONT_FIT:
            return QCoreApplication.translate("Models", "Won't fit")


def need_words(verdict: Verdict) -> str:
    """Return the memory (or disk) that a model needs against what is free."""
    if verdict.reason is Reason.DISK:
        words = QCoreApplication.translate("Models", "needs {needed} on the disk, {free} free")
    elif verdict.place is Place.GPU:
        words = QCoreApplication.translate(
            "Models", "needs {needed} of graphics memory, {free} free"
        )
    else:
        words = QCoreApplication.translate("Models", "needs {needed} of memory, {free} free")
    said = words.format(needed=gigabytes(verdict.needed), free=gigabytes(verdict.free))
    if verdict.reason is Reason.SPEED:
        return QCoreApplication.translate(
            "Models", "{need}; slow to answer without a graphics card"
        ).format(need=said)
    return said


def machine_words(machine: Machine) -> str:
    """Return what there is for models to run on."""
    words = QCoreApplication.translate(
        "Models",
        "This computer: {cores} cores, {free} of {total} memory free, {disk} free on the disk, "
        "{gpu}.",
    )
    gpu = QCoreApplication.translate("Models", "no graphics card that models can use")
    if machine.gpu:
        gpu = QCoreApplication.translate("Models", "{name} with {free} of {total} free").format(
            name=machine.gpu,
            free=gigabytes(machine.vram_free),
            total=gigabytes(machine.vram_total),
        )
    return words.format(
        cores=machine.cores,
        free=gigabytes(machine.memory_free),
        total=gigabytes(machine.memory_total),
        disk=gigabytes(machine.disk_free),
        gpu=gpu,
    )


def speed_words(kind: Kind, speed: Speed) -> str:
    """Return what a model was measured to do on this machine."""
    first = milliseconds(speed.first)
    if speed.rate is None:
        return _first_words(kind).format(first=first)
    rate = f"{speed.rate:.0f}"
    match kind:
        case Kind.STT:
            return _first_words(kind).format(first=first)
        case Kind.LLM:
            words = QCoreApplication.translate(
                "Models", "Measured here: the first word after {first}, {rate} words a second."
            )
        case _:
            words = QCoreApplication.translate(
                "Models",
                "Measured here: first sound after {first}, {rate} times as fast as speech.",
            )
    return words.format(first=first, rate=rate)


def _first_words(kind: Kind) -> str:
    match kind:
        case Kind.STT:
            return QCoreApplication.translate(
                "Models", "Measured here: what you said is text after {first}."
            )
        case Kind.LLM:
            return QCoreApplication.translate(
                "Models", "Measured here: the first word after {first}."
            )
        case _:
            return QCoreApplication.translate("Models", "Measured here: first sound after {first}.")


def progress_words(task: Task, progress: Progress) -> str:
    """Return how far something is, in one line."""
    match progress.state:
        case State.WAITING:
            return translated(progress.message) or QCoreApplication.translate(
                "Models", "Waiting for its turn"
            )
        case State.VERIFYING:
            return QCoreApplication.translate("Models", "Checking every byte")
        case State.PAUSED:
            return QCoreApplication.translate("Models", "Paused at {done} of {total}").format(
                done=gigabytes(progress.done), total=gigabytes(progress.total)
            )
        case State.CANCELLED if task is Task.VERIFY:
            # Nothing arrives by it.
            return QCoreApplication.translate("Models", "Cancelled.")
        case State.CANCELLED:
            return QCoreApplication.translate("Models", "Cancelled; what has arrived is kept.")
        case State.FAILED:
            return translated(progress.message)
        case State.DONE:
            return (
                QCoreApplication.translate("Models", "Every byte is as it should be.")
                if task is Task.VERIFY
                else ""
            )
        case _:
            return _moving(progress)


def _moving(progress: Progress) -> str:
    parts = [
        QCoreApplication.translate("Models", "{done} of {total}").format(
            done=gigabytes(progress.done), total=gigabytes(progress.total)
        )
    ]
    if progress.speed:
        speed = gigabytes(round(progress.speed))
        parts.append(QCoreApplication.translate("Models", "{speed} a second").format(speed=speed))
    if progress.left is not None:
        parts.append(
            QCoreApplication.translate("Models", "{time} left").format(
                time=duration_words(progress.left)
            )
        )
    return ", ".join(parts)


def duration_words(seconds: float) -> str:
    """Return a duration as a person would say it."""
    if seconds < 60.0:
        return f"{seconds:.0f}{_SPACE}s"
    minutes = round(seconds / 60.0)
    if minutes < 60:
        return f"{minutes}{_SPACE}min"
    return f"{minutes // 60}{_SPACE}h {minutes % 60}{_SPACE}min"
