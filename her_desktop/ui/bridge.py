"""The way from any thread to the window.

Rule: `publish` may be called anywhere and never waits for the window; the events come out in the
same order on the GUI thread. Only a bare wake-up crosses the threads: the events themselves stay in
Python, so no reference is ever handed to Qt's queue, and a thousand events cost one wake-up.
"""

from __future__ import annotations

import threading
from collections import deque

from PySide6.QtCore import QObject, Qt, Signal, Slot

from her_desktop.conversation.events import Event, LevelMeasured

BATCH = 64
"""Events handed on before Qt may paint and take input again."""


class Bridge(QObject):
    """Owns the events that are on their way to the window.

    Made, read and closed on the GUI thread; `publish` is called by any thread.
    """

    happened = Signal(object)
    """One event, on the GUI thread."""

    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin empty and open."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: deque[Event] = deque()
        self._wake_under_way = False
        self._closed = False
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def publish(self, event: Event) -> None:
        """Hand an event to the window and return at once; after `close` it is dropped."""
        # The signal is emitted under the lock so that `close` cannot take the object away from
        # under a worker; a queued signal only leaves a note, so the lock is held for microseconds.
        with self._lock:
            if self._closed:
                return
            if isinstance(event, LevelMeasured) and self._waiting:
                last = self._waiting[-1]
                if isinstance(last, LevelMeasured):
                    # Only the newest level can be seen.
                    self._waiting[-1] = event
                    return
            self._waiting.append(event)
            if not self._wake_under_way:
                self._wake_under_way = True
                self._woken.emit()

    def close(self) -> None:
        """Drop what is on its way and everything that is published from now on."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            count = min(BATCH, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(count)]
            self._wake_under_way = bool(self._waiting)
            if self._wake_under_way:
                self._woken.emit()
        for event in batch:
            self.happened.emit(event)
