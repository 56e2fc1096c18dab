from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from her_desktop.ui.composer import Composer


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    made = Composer()
    qtbot.addWidget(made)
    return made


def test_enter_and_the_button_send_and_empty_the_line(composer: Composer) -> None:
    seen: list[str] = []
    composer.submitted.connect(seen.append)
    QTest.keyClicks(composer.entry, "  hello there ")
    QTest.keyClick(composer.entry, Qt.Key.Key_Return)
    QTest.keyClicks(composer.entry, "again")
    composer.send_button.click()
    assert seen == ["hello there", "again"]
    assert composer.entry.text() == ""


def test_an_empty_line_is_not_sent(composer: Composer) -> None:
    seen: list[str] = []
    composer.submitted.connect(seen.append)
    QTest.keyClick(composer.entry, Qt.Key.Key_Return)
    QTest.keyClicks(composer.entry, "   ")
    QTest.keyClick(composer.entry, Qt.Key.Key_Return)
    assert seen == []
    assert not composer.send_button.isEnabled()


def test_a_refused_message_comes_back_unless_something_else_was_typed(composer: Composer) -> None:
    composer.give_back("lost")
    assert composer.entry.text() == "lost"
    composer.give_back("older")
    assert composer.entry.text() == "lost"


def test_stopping_is_offered_only_while_there_is_something_to_stop(composer: Composer) -> None:
    assert composer.stop_button.isHidden()
    composer.show_busy(busy=True)
    assert not composer.stop_button.isHidden()
    composer.show_busy(busy=False)
    assert composer.stop_button.isHidden()
