from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QObject, QTimer

from her_desktop.ui.collecting import Collecting


class Knot:
    """Something that only the cyclic collector can take away."""

    def __init__(self) -> None:
        self.itself = self


def test_it_alone_collects_until_its_end() -> None:
    parent = QObject()
    collecting = Collecting(parent)
    try:
        assert not gc.isenabled()
        assert gc.get_freeze_count() > 0
        knot = weakref.ref(Knot())
        assert knot() is not None
        timer = collecting.findChild(QTimer)
        assert isinstance(timer, QTimer)
        assert timer.isActive()
        timer.timeout.emit()
        assert knot() is None
        collecting.stop()
        assert not timer.isActive()
    finally:
        collecting.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
