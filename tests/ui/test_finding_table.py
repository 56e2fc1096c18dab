from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from her_desktop.metrics.health import Light
from her_desktop.ui.finding_table import FindingTable


@pytest.fixture
def table(qtbot: QtBot) -> FindingTable:
    made = FindingTable()
    qtbot.addWidget(made)
    made.put("stt", "Understanding speech")
    made.put("disk", "Disk")
    return made


def test_rows_are_told_by_name_and_read_in_their_order(table: FindingTable) -> None:
    table.tell("disk", Light.UNTRIED, "There is little left.", "")
    table.tell("stt", Light.WELL, "It works.", "12 ms")
    assert table.lines() == [
        "Understanding speech [well] It works. 12 ms",
        "Disk [to know] There is little left.",
    ]


def test_a_row_that_is_told_twice_stays_one(table: FindingTable) -> None:
    table.tell("stt", Light.WELL, "It works.", "12 ms")
    table.put("stt", "Understanding speech")
    table.tell("stt", Light.FAILED, "It is damaged.", "")
    assert table.lines()[0] == "Understanding speech [broken] It is damaged."
    assert len(table.lines()) == 2


def test_the_words_can_be_heard_and_selected(table: FindingTable) -> None:
    table.tell("stt", Light.FAILED, "It is damaged.", "")
    labels = {label.accessibleName(): label for label in table.findChildren(QLabel)}
    row = labels["Understanding speech: broken, It is damaged."]
    assert row.textInteractionFlags()


def test_cleared_it_leaves_no_widget_behind(table: FindingTable) -> None:
    table.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert table.lines() == []
    assert table.findChildren(QLabel) == []
    table.put("stt", "Understanding speech")
    assert len(table.lines()) == 1
