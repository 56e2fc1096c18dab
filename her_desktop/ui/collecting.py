"""Python's cyclic collector, kept on the GUI thread and in small steps.

Elsewhere it would destroy Qt's objects on whichever thread happens to collect.

Rule: nothing else in the program may collect. GUI thread only.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_PACE_MS = 1000


class Collecting(QObject):
    """Owns the timer that collects; one to a program."""

    def __init__(self, parent: QObject) -> None:
        """Begin.

        What is alive now is set aside, so that a whole collection stays far below a frame.
        """
        super().__init__(parent)
        gc.disable()
        gc.collect()
        gc.freeze()
        self._count = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_PACE_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def end(self) -> None:
        """Collect everything, as the last thing of the program, and leave it to Python again."""
        self._timer.stop()
        # Native libraries count what is left at the end, and complain of what was set aside.
        gc.unfreeze()
        gc.enable()
        gc.collect()

    def stop(self) -> None:
        """Collect no more."""
        self._timer.stop()

    @Slot()
    def _collect(self) -> None:
        self._count += 1
        gc.collect(2 if self._count % 60 == 0 else 1 if self._count % 10 == 0 else 0)
