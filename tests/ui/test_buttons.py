from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.ui.buttons import IconButton, TalkButton, TextButton


@pytest.fixture
def talk_button(qtbot: QtBot) -> TalkButton:
    made = TalkButton()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_space_held_down_is_one_hold_however_often_it_repeats(talk_button: TalkButton) -> None:
    seen: list[str] = []
    talk_button.held.connect(lambda: seen.append("held"))
    talk_button.let_go.connect(lambda: seen.append("let go"))

    def key(kind: QEvent.Type, *, repeats: bool) -> None:
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(kind, Qt.Key.Key_Space, none, " ", repeats)
        QApplication.sendEvent(talk_button, event)

    key(QEvent.Type.KeyPress, repeats=False)
    for _ in range(5):
        key(QEvent.Type.KeyRelease, repeats=True)
        key(QEvent.Type.KeyPress, repeats=True)
    assert seen == ["held"]
    key(QEvent.Type.KeyRelease, repeats=False)
    assert seen == ["held", "let go"]


def test_the_words_change_while_it_is_held_and_fit(talk_button: TalkButton) -> None:
    before = talk_button.grab().toImage()
    QTest.mousePress(talk_button, Qt.MouseButton.LeftButton)
    during = talk_button.grab().toImage()
    QTest.mouseRelease(talk_button, Qt.MouseButton.LeftButton)
    assert before != during
    assert before == talk_button.grab().toImage()


def test_an_icon_button_changes_its_name_with_its_picture(qtbot: QtBot) -> None:
    button = IconButton("microphone", "Mute the microphone")
    qtbot.addWidget(button)
    before = button.grab().toImage()
    button.show_icon("microphone-off", "Unmute the microphone")
    assert button.accessibleName() == "Unmute the microphone"
    assert button.toolTip() == "Unmute the microphone"
    assert button.grab().toImage() != before


def test_a_button_that_does_nothing_now_looks_so(qtbot: QtBot) -> None:
    button = TextButton("Say a sentence", icon="play")
    qtbot.addWidget(button)
    before = button.grab().toImage()
    button.setEnabled(False)
    assert button.grab().toImage() != before
    button.setEnabled(True)
    assert button.grab().toImage() == before


def test_the_keyboard_is_shown_and_the_mouse_is_not(qtbot: QtBot) -> None:
    button = TextButton("Show earlier")
    qtbot.addWidget(button)
    with qtbot.waitExposed(button):
        button.show()
    button.activateWindow()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(button.hasFocus)
    by_mouse = button.grab().toImage()
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != by_mouse
