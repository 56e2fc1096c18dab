"""What a window does while nothing happens, all day long."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from ui.scripts import everything_ready

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    State,
    StateChanged,
    SystemSampled,
)
from her_desktop.ui.buttons import IconButton
from her_desktop.ui.window import MainWindow


class Painted(QObject):
    """Takes note of every widget that is painted."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.widgets: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self.widgets.append(watched)
        return False


def test_a_sample_of_the_load_repaints_no_button(
    qapp: QApplication, qtbot: QtBot, window: MainWindow
) -> None:
    ready = DeviceChanged(
        at=0.0, device=Device.MICROPHONE, state=DeviceState.READY, name="Desk", message=""
    )
    for event in (*everything_ready(), ready, StateChanged(at=0.0, state=State.IDLE)):
        window.handle(event)
    known = next(one for one in window.findChildren(IconButton) if one.icon_name == "performance")
    painted = Painted(qapp)
    qapp.installEventFilter(painted)
    # The second sight of the same says nothing new; only the figures may differ.
    for share in (3.0, 4.0):
        painted.widgets.clear()
        window.handle(SystemSampled(at=0.0, cpu_percent=share, memory_used=1_000_000))
        # Whatever was asked to be painted before this one is painted together with it.
        known.update()
        qtbot.waitUntil(lambda: known in painted.widgets)
    qapp.removeEventFilter(painted)
    assert [one for one in painted.widgets if isinstance(one, IconButton)] == [known]
