from __future__ import annotations

from pytestqt.qtbot import QtBot

from her_desktop.ui.scroll_bar import ScrollBar


def test_its_handle_is_seen_only_where_there_is_something_to_scroll(qtbot: QtBot) -> None:
    bar = ScrollBar()
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint().width(), 200)

    def handle_rows() -> list[int]:
        image = bar.grab().toImage()
        middle, ground = bar.width() // 2, image.pixelColor(0, 0)
        return [y for y in range(200) if image.pixelColor(middle, y) != ground]

    bar.setRange(0, 0)
    assert handle_rows() == []
    bar.setPageStep(100)
    bar.setRange(0, 300)
    top = handle_rows()
    assert top
    bar.setValue(300)
    assert min(handle_rows()) > min(top) + 50
