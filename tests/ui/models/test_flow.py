from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from her_desktop.ui.models.flow import Flow


def flow_of(row: QWidget) -> QLayout:
    flow = row.layout()
    assert flow is not None
    return flow


@pytest.fixture
def row(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    flow = Flow(8, made)
    flow.setContentsMargins(0, 0, 0, 0)
    for word in ("one", "two", "three"):
        button = QPushButton(word)
        button.setFixedSize(100, 30)
        flow.addWidget(button)
    return made


def places(row: QWidget) -> list[tuple[int, int]]:
    flow = flow_of(row)
    flow.activate()
    found = []
    for index in range(flow.count()):
        item = flow.itemAt(index)
        if item is not None and not item.isEmpty():
            found.append((item.geometry().x(), item.geometry().y()))
    return found


@pytest.mark.parametrize(
    ("width", "expected", "height"),
    [
        (400, [(0, 0), (108, 0), (216, 0)], 30),
        (316, [(0, 0), (108, 0), (216, 0)], 30),
        (315, [(0, 0), (108, 0), (0, 38)], 68),
        (120, [(0, 0), (0, 38), (0, 76)], 106),
        (50, [(0, 0), (0, 38), (0, 76)], 106),
    ],
)
def test_what_does_not_fit_goes_on_in_the_next_line(
    row: QWidget, width: int, expected: list[tuple[int, int]], height: int
) -> None:
    row.resize(width, 200)
    row.show()
    assert places(row) == expected
    assert flow_of(row).heightForWidth(width) == height


def test_what_is_hidden_takes_no_room(row: QWidget) -> None:
    item = flow_of(row).itemAt(0)
    assert item is not None
    widget = item.widget()
    assert widget is not None
    widget.hide()
    row.resize(400, 100)
    row.show()
    assert places(row) == [(0, 0), (108, 0)]


def test_items_can_be_taken_back(row: QWidget) -> None:
    flow = flow_of(row)
    assert flow.takeAt(7) is None
    item = flow.takeAt(0)
    assert item is not None
    widget = item.widget()
    assert widget is not None
    assert flow.count() == 2
    widget.deleteLater()
