"""The moment a window has been painted for the first time.

What keeps every core busy is better begun after it. Measured where models are read meanwhile, the
first painting takes the window 190 to 350 ms instead of some 30, as everybody wants the
interpreter; and begun after it, they are read no later.

Rule: GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

_LONGEST_WAIT_MS = 300
"""A window that nobody sees, on another desktop or behind a lock, is never painted."""


class FirstPaint(QObject):
    """Owns the watch over one window, until it has been painted; belongs to that window."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        """Call `then` once: when `window` has been painted, or soon where it is not."""
        super().__init__(window)
        self._window = window
        self._then: Callable[[], None] | None = then
        window.installEventFilter(self)
        QTimer.singleShot(_LONGEST_WAIT_MS if window.isVisible() else 0, self._go_on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the end of the first painting."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._go_on)
        return False

    @Slot()
    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            self._window.removeEventFilter(self)
            then()
