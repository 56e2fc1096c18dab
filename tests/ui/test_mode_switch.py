from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from her_desktop.conversation.events import ListenMode
from her_desktop.ui.mode_switch import ModeSwitch


class Paintings(QObject):
    """Counts how often something is painted."""

    def __init__(self, watched: list[QObject]) -> None:
        super().__init__()
        self.count = 0
        for each in watched:
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() is QEvent.Type.Paint
        return super().eventFilter(watched, event)


def test_it_is_painted_again_only_where_the_mode_changes(qtbot: QtBot) -> None:
    switch = ModeSwitch()
    qtbot.addWidget(switch)
    with qtbot.waitExposed(switch):
        switch.show()
    segments = list(switch.segments.values())
    qtbot.waitUntil(lambda: all(segment.isVisible() for segment in segments))
    QApplication.processEvents()
    paintings = Paintings([switch, *segments])
    for _ in range(5):
        switch.show_mode(ListenMode.HOLD)
        QApplication.processEvents()
    assert paintings.count == 0
    switch.show_mode(ListenMode.ALWAYS)
    qtbot.waitUntil(lambda: paintings.count > 0)
    assert "chosen" in switch.segments[ListenMode.ALWAYS].accessibleName()
    assert "chosen" not in switch.segments[ListenMode.HOLD].accessibleName()
