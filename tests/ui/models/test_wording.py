from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import her_desktop
from her_desktop.catalogue import NON_COMMERCIAL, READS_AGAIN, Kind, read_catalogue
from her_desktop.downloads.faults import Fault
from her_desktop.downloads.progress import Progress, State
from her_desktop.library.library import IN_USE, UNFORESEEN
from her_desktop.library.news import Task
from her_desktop.metrics.model_speed import Speed
from her_desktop.profiles import Fit, Machine, Place, Reason, Verdict
from her_desktop.ui.models.wording import (
    fit_words,
    language_words,
    licence_words,
    machine_words,
    need_words,
    progress_words,
    speed_words,
)
from her_desktop.ui.translation import MESSAGES, translation_file
from her_desktop.ui.translation import read_catalogue as read_french

LIBRARY = Path(str(her_desktop.__file__)).parent / "library"
FRENCH = {source for context, source in read_french(translation_file("fr")) if context == MESSAGES}
GB = 1_000_000_000

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_of_a_download_has_its_french(fault: Fault) -> None:
    assert fault.value in FRENCH


@pytest.mark.parametrize("sentence", [NON_COMMERCIAL, READS_AGAIN, IN_USE, UNFORESEEN])
def test_every_other_sentence_about_a_model_has_its_french(sentence: str) -> None:
    assert sentence in FRENCH


def refusals() -> list[str]:
    found = []
    for path in sorted(LIBRARY.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "ModelError"
                and isinstance(node.args[0], ast.JoinedStr)
            ):
                parts = node.args[0].values
                found.append(
                    "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                        for part in parts
                    )
                )
    return found


@pytest.mark.parametrize("pattern", refusals())
def test_every_refusal_of_the_library_has_its_french(pattern: str) -> None:
    assert any(re.fullmatch(pattern, sentence) for sentence in FRENCH)


def test_languages_are_named_and_the_rest_counted(qapp: QApplication) -> None:
    assert language_words(("en",)) == "English"
    assert language_words(("en", "fr", "de", "es", "it")) == "English, French, German and 2 more"
    assert "spañol" in language_words(("es",))
    assert language_words(()) == "languages not stated"


def test_only_what_arrives_is_said_to_be_kept(qapp: QApplication) -> None:
    cancelled = Progress(State.CANCELLED, 5, 10)
    assert progress_words(Task.VERIFY, cancelled) == "Cancelled."
    assert progress_words(Task.DOWNLOAD, cancelled) == "Cancelled; what has arrived is kept."


def test_licences_are_said(qapp: QApplication) -> None:
    known = read_catalogue()
    assert licence_words(known["qwen3-1.7b"]) == "Licence: Apache-2.0"
    assert licence_words(known["piper-en_US-ljspeech-medium"]) == "Licence: public domain"


@pytest.mark.parametrize("fit", list(Fit))
def test_each_fit_has_a_word(fit: Fit) -> None:
    assert fit_words(fit)


@pytest.mark.parametrize(
    ("reason", "place", "words"),
    [
        (Reason.NONE, Place.PROCESSOR, "needs 2.0 GB of memory, 3.0 GB free"),
        (Reason.NONE, Place.GPU, "needs 2.0 GB of graphics memory, 3.0 GB free"),
        (Reason.DISK, Place.GPU, "needs 2.0 GB on the disk, 3.0 GB free"),
        (
            Reason.SPEED,
            Place.PROCESSOR,
            "needs 2.0 GB of memory, 3.0 GB free; slow to answer without a graphics card",
        ),
    ],
)
def test_what_is_needed_is_set_against_what_is_free(
    reason: Reason, place: Place, words: str
) -> None:
    verdict = Verdict(Fit.TIGHT, reason, place, 2 * GB, 3 * GB)
    assert need_words(verdict).replace("\u202f", " ") == words


def test_the_machine_is_described_with_its_card() -> None:
    machine = Machine(16 * GB, 9 * GB, 70 * GB, 8, "Some card", 8 * GB, 7 * GB)
    said = machine_words(machine).replace("\u202f", " ")
    assert "8 cores, 9.0 GB of 16.0 GB memory free, 70.0 GB free on the disk" in said
    assert "Some card with 7.0 GB of 8.0 GB free" in said


@pytest.mark.parametrize("kind", [Kind.STT, Kind.LLM, Kind.TTS])
def test_a_speed_is_said_in_numbers_with_units(kind: Kind) -> None:
    said = speed_words(kind, Speed(0.061, 38.0)).replace("\u202f", " ")
    assert "61 ms" in said
    assert ("38" in said) is (kind is not Kind.STT)


@pytest.mark.parametrize("kind", [Kind.STT, Kind.LLM, Kind.TTS])
def test_a_rate_that_was_never_measured_is_not_claimed(kind: Kind) -> None:
    said = speed_words(kind, Speed(0.061)).replace("\u202f", " ")
    assert said.endswith("after 61 ms.")
