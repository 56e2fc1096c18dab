"""Notices when the window froze.

Rule: it runs on the GUI thread and measures only how late its own timer comes round; what froze the
window is for the log of that moment to tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

from her_desktop.conversation.events import Event, WindowStalled

BEAT = 0.02
"""Seconds between two beats."""

RESTING_BEAT = 0.1
"""Seconds between two beats while nobody speaks and nothing is loaded: all day, nearly."""

UNSEEN_BEAT = 1.0
"""Seconds between two beats while no window can be seen to stall, or nobody has turned to it or
said anything for long: only a long stall is found then."""

STALL = 0.05
"""Seconds without a beat, beyond the beat itself, that a person would feel."""


def pace_of(
    window: QWidget, is_at_ease: Callable[[], bool], is_asleep: Callable[[], bool]
) -> Callable[[], float]:
    """Return what tells how often it is worth looking whether `window` stalls."""

    def pace() -> float:
        if not window.isVisible() or window.isMinimized():
            return UNSEEN_BEAT
        if not is_at_ease():
            return BEAT
        return UNSEEN_BEAT if is_asleep() else RESTING_BEAT

    return pace


class Heartbeat(QObject):
    """Owns a timer and the instant of its last beat; lives on the GUI thread."""

    def __init__(
        self,
        publish: Callable[[Event], None],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
        pace: Callable[[], float] = lambda: BEAT,
    ) -> None:
        """Stand still until `start`; every stall is handed to `publish`.

        `pace` is asked at every beat for the seconds until the next: one of the three above.
        """
        super().__init__(parent)
        self._publish = publish
        self._clock = clock
        self._pace = pace
        self._wanted = BEAT
        self._last_at = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to beat."""
        self._last_at = self._clock()
        self._wanted = BEAT
        self._timer.start(round(BEAT * 1000))

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    @Slot()
    def _beat(self) -> None:
        now = self._clock()
        late = now - self._last_at - self._wanted
        self._last_at = now
        wanted = self._pace()
        if wanted != self._wanted:
            self._wanted = wanted
            self._timer.setInterval(round(wanted * 1000))
        if late > STALL:
            self._publish(WindowStalled(at=now, duration=late))
