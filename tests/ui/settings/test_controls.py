from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.ui.settings.confirm import Confirm
from her_desktop.ui.settings.controls import Choice, Switch
from her_desktop.ui.settings.fields import Stepper, TextArea, TextLine
from her_desktop.ui.settings.slider import Slider
from her_desktop.ui.theme import LIGHT

W = TypeVar("W", bound=QWidget)


def shown(qtbot: QtBot, widget: W) -> W:
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def turn_wheel(widget: QWidget) -> bool:
    """Turn the wheel over a widget; tell whether the widget took it."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def color_at(widget: QWidget, x: int) -> QColor:
    return widget.grab().toImage().pixelColor(x, widget.height() // 2)


def test_a_switch_shows_its_state_by_colour_and_by_place(qtbot: QtBot) -> None:
    switch = shown(qtbot, Switch())
    off = switch.grab().toImage()
    assert color_at(switch, switch.width() - 6) != QColor(LIGHT.accent)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    assert color_at(switch, 8) == QColor(LIGHT.accent)
    assert switch.grab().toImage() != off


def test_a_choice_tells_the_value_that_was_taken(qtbot: QtBot) -> None:
    choice = shown(qtbot, Choice())
    choice.show_options([("a", "First"), ("b", "Second")], "a")
    with qtbot.waitSignal(choice.chosen) as chosen:
        QTest.keyClick(choice, Qt.Key.Key_Down)
    assert chosen.args == ["b"]
    with qtbot.assertNotEmitted(choice.chosen):
        choice.show_options([("a", "First"), ("b", "Second")], "a")
    assert choice.currentText() == "First"


def test_what_is_cut_is_told_above_the_help(qtbot: QtBot) -> None:
    choice = shown(qtbot, Choice())
    choice.setToolTip("Where it hears you.")
    name = "Built-in Audio Analog Stereo of the monitor that stands on the desk"
    choice.show_options([("", "As the system"), (name, name)], "")
    choice.adjustSize()
    assert choice.tip == "Where it hears you."
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert choice.tip == f"{name}\nWhere it hears you."


def test_a_value_that_is_not_offered_is_shown_as_it_is(qtbot: QtBot) -> None:
    choice = shown(qtbot, Choice())
    choice.show_options([(80, "Short"), (160, "Long")], 99)
    assert choice.currentText() == "99"
    choice.show_options([(80, "Short"), (160, "Long")], 80)
    assert [choice.itemText(i) for i in range(choice.count())] == ["Short", "Long"]


def test_a_slider_moves_by_keyboard_and_by_mouse(qtbot: QtBot) -> None:
    slider = shown(qtbot, Slider(0.5, 2.0, 0.05, lambda number: f"{number:.2f} times"))
    slider.name("Speaking rate", "How fast.")
    slider.show_number(1.0)
    assert slider.number == 1.0
    with qtbot.waitSignal(slider.moved) as moved:
        QTest.keyClick(slider.groove, Qt.Key.Key_Right)
    assert moved.args == [1.05]
    assert slider.groove.accessibleDescription() == "1.05 times. How fast."
    groove = slider.groove
    QTest.mouseClick(
        groove, Qt.MouseButton.LeftButton, pos=QPoint(groove.width() - 2, groove.height() // 2)
    )
    assert slider.number == 2.0
    with qtbot.assertNotEmitted(slider.moved):
        slider.show_number(0.5)


def test_a_stepper_steps_and_is_typed_into(qtbot: QtBot) -> None:
    stepper = shown(qtbot, Stepper(0, 60, unit="min", special="never"))
    assert stepper.number_field.text() == "never"
    assert not stepper.less.isEnabled()
    with qtbot.waitSignal(stepper.moved) as moved:
        stepper.more.click()
    assert moved.args == [1.0]
    assert stepper.number_field.text() == "1\u202fmin"
    stepper.number_field.selectAll()
    with qtbot.waitSignal(stepper.moved) as moved:
        QTest.keyClicks(stepper.number_field, "45")
    assert stepper.number == 45
    stepper.show_number(60)
    assert not stepper.more.isEnabled()


@pytest.mark.usefixtures("french")
def test_numbers_are_written_as_in_the_language_of_the_window(qtbot: QtBot) -> None:
    stepper = shown(qtbot, Stepper(0.0, 60.0, unit="s", is_whole=False))
    stepper.show_number(8.5)
    assert stepper.number_field.text() == "8,5\u202fs"


def test_a_line_tells_what_is_typed_and_not_what_is_shown(qtbot: QtBot) -> None:
    line = shown(qtbot, TextLine("For example", 5))
    with qtbot.assertNotEmitted(line.edited):
        line.show_text("Eva")
    with qtbot.waitSignal(line.edited) as edited:
        QTest.keyClicks(line.entry, "nnnnn")
    assert edited.args == ["Evan"]
    assert line.entry.text() == "Evann"


def test_a_text_tells_what_is_typed_and_lets_tab_go_on(qtbot: QtBot) -> None:
    both = QWidget()
    column = QVBoxLayout(both)
    area, line = TextArea(), TextLine("", 5)
    column.addWidget(area)
    column.addWidget(line)
    shown(qtbot, both)
    both.activateWindow()
    qtbot.waitUntil(both.isActiveWindow)
    area.setFocus()
    with qtbot.assertNotEmitted(area.edited):
        area.show_text("You are")
    with qtbot.waitSignal(area.edited):
        QTest.keyClicks(area.entry, "Oh. ")
    QTest.keyClick(area.entry, Qt.Key.Key_Tab)
    assert area.entry.toPlainText() == "Oh. You are"
    assert line.entry.hasFocus()


def test_the_wheel_is_left_to_the_page(qtbot: QtBot) -> None:
    choice = shown(qtbot, Choice())
    choice.show_options([("a", "First"), ("b", "Second")], "a")
    slider = shown(qtbot, Slider(0.0, 1.0, 0.1, str))
    stepper = shown(qtbot, Stepper(0, 60))
    stepper.show_number(30)
    slider.show_number(0.5)
    for widget in (choice, slider.groove, stepper.number_field):
        assert not turn_wheel(widget)
    assert (choice.currentIndex(), slider.number, stepper.number) == (0, 0.5, 30)


def test_what_cannot_be_undone_is_asked_once(qtbot: QtBot) -> None:
    confirm = shown(qtbot, Confirm("Delete", "Really?", "Yes", "No"))
    confirm.activateWindow()
    qtbot.waitUntil(confirm.isActiveWindow)
    with qtbot.assertNotEmitted(confirm.confirmed):
        confirm.button.click()
        assert confirm.yes.isVisible()
        assert confirm.no.hasFocus()
        QTest.keyClick(confirm.no, Qt.Key.Key_Escape)
        assert not confirm.yes.isVisible()
        confirm.button.click()
        confirm.no.click()
    confirm.button.click()
    with qtbot.waitSignal(confirm.confirmed):
        confirm.yes.click()
    assert not confirm.yes.isVisible()
