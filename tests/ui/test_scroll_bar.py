from __future__ import annotations

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.theme import LIGHT


def test_its_handle_is_seen_only_where_there_is_something_to_scroll(qtbot: QtBot) -> None:
    bar = ScrollBar()
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint().width(), 200)

    def handle_rows() -> list[int]:
        image = bar.grab().toImage()
        line = QColor(LIGHT.line)
        middle = bar.width() // 2
        return [y for y in range(200) if image.pixelColor(middle, y) == line]

    bar.setRange(0, 0)
    assert handle_rows() == []
    bar.setPageStep(100)
    bar.setRange(0, 300)
    top = handle_rows()
    assert top
    bar.setValue(300)
    assert min(handle_rows()) > min(top) + 50
