from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.ui.buttons import IconButton, TextButton
from her_desktop.ui.keyboard import BY_KEYBOARD, KeyboardPlace, Ringed
from her_desktop.ui.orb import Orb
from her_desktop.ui.settings.controls import Choice, Switch
from her_desktop.ui.settings.slider import Slider
from her_desktop.ui.wizard.profile_card import ProfileCard

CONTROLS: dict[str, Callable[[], QWidget]] = {
    "icon": lambda: IconButton("gear", "Settings"),
    "text": lambda: TextButton("Go on"),
    "hold": Orb,
    "switch": Switch,
    "choice": Choice,
    "slider": lambda: Slider(0, 1, 0.1, str),
    "card": lambda: ProfileCard("Light", "", ()),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_the_ring_is_there_for_who_came_by_keyboard_alone(qtbot: QtBot, name: str) -> None:
    made = CONTROLS[name]()
    qtbot.addWidget(made)
    control = made.groove if isinstance(made, Slider) else made
    assert isinstance(control, Ringed)
    for reason in Qt.FocusReason:
        QApplication.sendEvent(control, QFocusEvent(QFocusEvent.Type.FocusIn, reason))
        assert control.has_ring == (reason in BY_KEYBOARD), reason
        QApplication.sendEvent(control, QFocusEvent(QFocusEvent.Type.FocusOut, reason))
        assert not control.has_ring


def test_a_ring_is_seen(qtbot: QtBot) -> None:
    switch = Switch()
    qtbot.addWidget(switch)
    without = switch.grab().toImage()
    QApplication.sendEvent(
        switch, QFocusEvent(QFocusEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason)
    )
    assert switch.grab().toImage() != without


def rows() -> QWidget:
    """Two rows of two buttons."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    for _ in range(2):
        row = QWidget()
        line = QHBoxLayout(row)
        for word in ("left", "right"):
            line.addWidget(TextButton(word))
        column.addWidget(row)
    return whole


@pytest.mark.parametrize("reason", [Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason])
def test_the_same_place_in_another_view_gets_the_keyboard(
    qtbot: QtBot, reason: Qt.FocusReason
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    old, new = rows(), rows()
    column.addWidget(old)
    column.addWidget(new)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    old.findChildren(TextButton)[3].setFocus(reason)
    place = KeyboardPlace(old)
    old.hide()
    place.restore(new)
    there = new.findChildren(TextButton)[3]
    assert there.hasFocus()
    assert there.has_ring == (reason in BY_KEYBOARD)


def test_no_place_and_a_smaller_view_change_nothing(qtbot: QtBot) -> None:
    old, empty = rows(), QWidget()
    for widget in (old, empty):
        qtbot.addWidget(widget)
    KeyboardPlace(old).restore(empty)
    old.findChildren(TextButton)[3].setFocus()
    KeyboardPlace(old).restore(empty)
    assert empty.focusWidget() is None
