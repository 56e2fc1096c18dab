from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

import her_desktop
from her_desktop.conversation.events import Stage
from her_desktop.conversation.instant import InstantReplies
from her_desktop.ui.translation import (
    MESSAGES,
    install_translation,
    read_catalogue,
    translated,
    translation_file,
)
from her_desktop.ui.wording import gigabytes, milliseconds, stage_words

PACKAGE = Path(str(her_desktop.__file__)).parent
PLACE = re.compile(r"\{[^{}]*\}")


@cache
def strings_of_the_window() -> frozenset[tuple[str, str]]:
    """Return every (context, English) that the window's source asks a translation for."""
    found: set[tuple[str, str]] = set()
    for path in sorted((PACKAGE / "ui").rglob("*.py")):
        for top in ast.parse(path.read_text(encoding="utf-8")).body:
            for node in ast.walk(top):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if node.func.attr == "tr":
                    assert isinstance(top, ast.ClassDef)
                    found.add((top.name, literal(node.args[0])))
                elif node.func.attr == "translate" and isinstance(node.args[0], ast.Constant):
                    found.add((literal(node.args[0]), literal(node.args[1])))
    return frozenset(found)


def literal(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    assert isinstance(value, str)
    return value


def sentences_of_the_rest() -> set[str]:
    """Return a pattern for every text outside the window's folder that has words in it."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(PACKAGE / "ui"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            words = [
                part.value if isinstance(part, ast.Constant) else None
                for part in parts
                if isinstance(part, ast.Constant | ast.FormattedValue)
            ]
            texts = [word for word in words if isinstance(word, str)]
            if sum(map(len, texts)) > 10:
                pattern = [".+" if word is None else re.escape(str(word)) for word in words]
                found.add("".join(pattern))
    return found


FRENCH = read_catalogue(translation_file("fr"))


def test_every_string_of_the_window_has_its_french() -> None:
    assert sorted(strings_of_the_window() - FRENCH.keys()) == []


def test_no_french_is_left_over() -> None:
    window = {key for key in FRENCH if key[0] != MESSAGES}
    assert sorted(window - strings_of_the_window()) == []
    messages = {source for context, source in FRENCH if context == MESSAGES}
    patterns = sentences_of_the_rest()
    # Most of them stand there word for word; the search is for those with places in them.
    left = messages - {re.sub(r"\\(.)", r"\1", pattern) for pattern in patterns}
    rest = [re.compile(pattern) for pattern in patterns if ".+" in pattern]
    left = {text for text in left if not any(found.fullmatch(text) for found in rest)}
    assert sorted(left) == []


def model_errors() -> list[str]:
    """Return a pattern for every sentence that a model may fail with."""
    found = []
    for path in sorted((PACKAGE / "inference").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id == "ModelError" and isinstance(node.args[0], ast.JoinedStr):
                found.append(
                    "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                        for part in node.args[0].values
                    )
                )
            elif node.func.id == "ModelError" and isinstance(node.args[0], ast.Constant):
                found.append(re.escape(literal(node.args[0])))
    return found


@pytest.mark.parametrize("pattern", model_errors())
def test_every_way_a_model_fails_is_said_in_french(pattern: str) -> None:
    messages = [source for context, source in FRENCH if context == MESSAGES]
    assert any(re.fullmatch(pattern, source) for source in messages)


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Piper joe failed (RuntimeError); the log has the details. Try again or restart.",
            "Piper joe a \u00e9chou\u00e9 (RuntimeError)\u202f; le journal",
        ),
        (
            "The model tiny could not be loaded (OSError); the log has the details. "
            "Try again or restart.",
            "Le mod\u00e8le tiny n\u2019a pas pu \u00eatre charg\u00e9 (OSError)",
        ),
        (
            "The phrase Hi! (en) is already answered by hello.",
            "La phrase Hi! (en) a d\u00e9j\u00e0 sa r\u00e9ponse\u00a0: hello.",
        ),
        ("CPU, int8, 2 threads", "CPU, int8, 2 fils d\u2019ex\u00e9cution"),
        ("CPU, 1 thread", "CPU, 1 fil d\u2019ex\u00e9cution"),
    ],
)
def test_a_failure_with_names_in_it_is_said_in_french(sentence: str, expected: str) -> None:
    assert translated(sentence).startswith(expected)


@pytest.mark.usefixtures("french")
def test_units_and_the_decimal_point_are_french() -> None:
    assert gigabytes(340_000_000) == "340\u202fMo"
    assert gigabytes(1_230_000_000) == "1,2\u202fGo"
    assert milliseconds(2.5) == "2,50\u202fs"


def test_every_problem_of_the_instant_replies_has_its_french() -> None:
    broken = {
        "en": [
            {"name": "a", "phrases": ["x", 1, "y " * 40], "answers": ["y"]},
            {"name": "a", "phrases": ["x"], "answers": ["y"]},
            {"name": "b", "phrases": ["x"], "answers": ["y"]},
            {"name": "c"},
            0,
        ],
        "fr": 0,
    }
    problems = [*InstantReplies.from_dict(broken)[1], *InstantReplies.from_dict(0)[1]]
    messages = [source for context, source in FRENCH if context == MESSAGES]
    patterns = [re.compile(PLACE.sub(".+", re.sub(r"([().?])", r"\\\1", s))) for s in messages]
    assert len(problems) == 8
    for problem in problems:
        assert any(pattern.fullmatch(problem) for pattern in patterns), problem


def test_no_line_begins_with_a_sign() -> None:
    alone = re.compile("[ \n][;:!?»]|« ")
    assert [text for text in FRENCH.values() if alone.search(text)] == []


def test_places_are_the_same_in_both_languages() -> None:
    for (_, source), translation in FRENCH.items():
        assert sorted(PLACE.findall(source)) == sorted(PLACE.findall(translation))


@pytest.mark.usefixtures("french")
def test_french_is_spoken() -> None:
    assert stage_words(Stage.STT) == "Comprendre la parole"
    assert QCoreApplication.translate("Nowhere", "Not listed") == "Not listed"


@pytest.mark.usefixtures("french")
def test_a_sentence_from_an_event_is_translated_with_what_stood_in_it() -> None:
    sentence = "Some settings could not be read and are back at their defaults: muted, threads."
    assert translated(sentence).endswith("valeurs par défaut\u00a0: muted, threads.")
    whole = "The microphone is muted. Unmute it to talk, or type instead."
    assert translated(whole).startswith("Le microphone est coupé")
    assert translated("A sentence of nobody's.") == "A sentence of nobody's."
    assert translated("") == ""


@pytest.mark.usefixtures("french")
def test_a_sentence_inside_a_sentence_is_translated_as_well() -> None:
    sentence = "Whisper runs on the processor (CPU, int8, 2 threads), because there is no GPU."
    told = translated(sentence)
    assert told.startswith(
        "Whisper tourne sur le processeur (CPU, int8, 2 fils d\u2019ex\u00e9cution)"
    )


@pytest.mark.usefixtures("french")
def test_braces_in_a_carried_word_are_harmless() -> None:
    sentence = "The file /tmp/{x}.gguf is no GGUF language model. Please choose another one."
    assert "/tmp/{x}.gguf" in translated(sentence)


def test_english_and_unknown_languages_need_no_file(qapp: QApplication) -> None:
    assert install_translation(qapp, "en") == "en"
    assert install_translation(qapp, "xx") == "en"
    assert translated("The language model could not read the text.").startswith("The language")
