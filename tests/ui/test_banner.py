from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from her_desktop.ui.banner import KEPT, Banner


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    made = Banner()
    qtbot.addWidget(made)
    return made


def test_it_is_there_only_with_something_to_say(banner: Banner) -> None:
    assert banner.isHidden()
    banner.tell("a", "No microphone was found.")
    assert not banner.isHidden()
    banner.tell("a", "")
    assert banner.isHidden()
    assert banner.text == ""


def test_the_newest_is_shown_and_dismissing_shows_the_one_before(banner: Banner) -> None:
    banner.tell("a", "First.")
    banner.tell("b", "Second.")
    assert banner.text == "Second."
    banner.dismiss_button.click()
    assert banner.text == "First."
    banner.dismiss_button.click()
    assert banner.isHidden()


def test_one_key_has_one_sentence(banner: Banner) -> None:
    banner.tell("a", "First.")
    banner.tell("a", "Changed.")
    banner.dismiss()
    assert banner.isHidden()


def test_the_same_sentence_from_two_sides_is_said_once(banner: Banner) -> None:
    banner.tell("a", "The same.")
    banner.tell("b", "The same.")
    banner.dismiss()
    assert banner.isHidden()


def test_it_keeps_a_bounded_number(banner: Banner) -> None:
    for number in range(3 * KEPT):
        banner.tell(str(number), f"Sentence {number}.")
    count = 0
    while not banner.isHidden():
        banner.dismiss()
        count += 1
    assert count == KEPT
