from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from ui.settings.conftest import World

from her_desktop.settings import Settings
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.settings.fields import TextArea
from her_desktop.ui.settings.personas import own_persona, personas


@pytest.mark.parametrize("language", ["en", "fr"])
def test_there_are_personas_in_both_languages(language: str) -> None:
    found = personas(language)
    assert len(found) >= 3
    assert len({name for name, _ in found}) == len(found)
    for _, prompt in found:
        assert prompt.startswith("You are Her" if language == "en" else "Tu es Her")
    assert own_persona(language) not in [prompt for _, prompt in found]


@pytest.mark.usefixtures("french")
def test_a_persona_is_named_in_the_language_of_the_window() -> None:
    assert personas("en")[0][0] == "Bref"
    assert personas("en")[0][1].startswith("You are Her")


def test_a_persona_is_taken_changed_and_given_back(world: World) -> None:
    view = world.row("assistant", "persona")
    area = view.control
    assert isinstance(area, TextArea)
    assert area.entry.toPlainText() == ""
    assert area.entry.placeholderText() == own_persona("en")
    name, prompt = personas("en")[0]
    buttons = view.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == name).click()
    assert world.settings.persona == prompt
    assert area.entry.toPlainText() == prompt
    area.entry.selectAll()
    QTest.keyClicks(area.entry, "You are a pirate. ")
    world.dialog.choices.flush()
    assert world.settings.persona == "You are a pirate."
    view.reset_button.click()
    assert world.settings.persona == ""
    assert area.entry.toPlainText() == ""


def test_the_persona_is_written_in_the_language_that_is_spoken(world: World) -> None:
    world.change(language="fr")
    area = world.row("assistant", "persona").control
    assert isinstance(area, TextArea)
    assert area.entry.placeholderText() == own_persona("fr")
    world.change(language="en")
    assert area.entry.placeholderText() == own_persona("en")


def test_a_preset_follows_the_language_that_is_spoken(world: World) -> None:
    view = world.row("assistant", "persona")
    world.change(language="fr")
    buttons = view.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == "Teacher").click()
    assert world.settings.persona.startswith("Tu es Her")


def test_the_default_length_is_one_of_those_offered(world: World) -> None:
    choice = world.row("assistant", "answer_tokens").control
    assert isinstance(choice, Choice)
    assert choice.currentText() == "About 120 words"
    assert choice.currentData() == Settings().answer_tokens
