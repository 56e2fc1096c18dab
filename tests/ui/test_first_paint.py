"""What waits for a window's first painting begins after it, and begins in any case."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.ui import first_paint
from her_desktop.ui.first_paint import FirstPaint


class Painted(QWidget):
    """Notes that it is painted, as does the widget in it."""

    def __init__(self, order: list[str], inner: bool = True) -> None:
        super().__init__()
        self._order = order
        self._name = "window" if inner else "inside"
        if inner:
            QVBoxLayout(self).addWidget(Painted(order, inner=False))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self._order.append(self._name)


def test_it_begins_once_all_of_the_window_is_painted(qtbot: QtBot) -> None:
    order: list[str] = []
    window = Painted(order)
    qtbot.addWidget(window)
    window.resize(200, 100)
    window.show()
    FirstPaint(window, lambda: order.append("begun"))
    qtbot.waitUntil(lambda: "begun" in order, timeout=60_000)
    assert order[:3] == ["window", "inside", "begun"]
    window.repaint()
    qtbot.waitUntil(lambda: order.count("window") > 1, timeout=60_000)
    assert order.count("begun") == 1


def test_a_hidden_window_keeps_nobody_waiting(qtbot: QtBot) -> None:
    order: list[str] = []
    window = Painted(order)
    qtbot.addWidget(window)
    FirstPaint(window, lambda: order.append("begun"))
    qtbot.waitUntil(lambda: bool(order), timeout=60_000)
    assert order == ["begun"]


def test_a_window_that_nobody_sees_keeps_nobody_waiting_for_ever(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_paint, "_LONGEST_WAIT_MS", 1)
    order: list[str] = []
    window = Painted(order)
    qtbot.addWidget(window)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.show()
    assert window.isVisible()
    FirstPaint(window, lambda: order.append("begun"))
    qtbot.waitUntil(lambda: "begun" in order, timeout=60_000)
    assert order.count("begun") == 1
