"""How loud the microphone is, with the zone to speak into in green.

Rule: shows what `LevelMeasured` said and judges only where in the zone it lies; every colour has
its words, in the tool tip and for a screen reader. No timer: it moves when sound arrives. GUI
thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from her_desktop.ui.theme import GRID, color, colors_of

FLOOR_DB = -60.0
"""dBFS at the left end: quieter than any room."""

GOOD_FROM_DB = -42.0
"""dBFS (RMS of a frame) from which speech is loud enough to be understood."""

GOOD_UP_TO_DB = -12.0
"""dBFS (RMS of a frame) from which the loudest samples are likely to be cut off."""

_FALL_DB = 24.0
"""What the bar falls by in a second in which it is quieter, so that it can be followed."""

_PEAK_FALL_DB = 6.0

_LONGEST_FALL = 1.0
"""Seconds for which it falls at the most between two measurements."""

_LAMP = 12
_BAR = 8


class Zone(StrEnum):
    """Where the loudest of late lies."""

    NONE = "none"  # nothing has been heard
    LOW = "low"
    GOOD = "good"
    HIGH = "high"


class LevelMeter(QWidget):
    """Owns the newest level and the peak of late; the window tells it every measurement."""

    def __init__(
        self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with no sound."""
        super().__init__(parent)
        self._clock = clock
        self._heard_at = clock()
        self._level_db = self._peak_db = FLOOR_DB
        self._speech = False
        self._told: tuple[Zone, bool] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Level of the microphone"))
        self._tell()

    @property
    def zone(self) -> Zone:
        """Where the loudest of late lies."""
        if self._peak_db <= FLOOR_DB:
            return Zone.NONE
        if self._peak_db < GOOD_FROM_DB:
            return Zone.LOW
        return Zone.GOOD if self._peak_db <= GOOD_UP_TO_DB else Zone.HIGH

    @property
    def words(self) -> str:
        """The same in words, and whether speech is heard."""
        return self.toolTip()

    def hear(self, level_db: float, *, speech: bool = False) -> None:
        """Show a level in dBFS; `speech` lights the lamp."""
        level_db = min(0.0, max(FLOOR_DB, level_db))
        now = self._clock()
        passed, self._heard_at = min(_LONGEST_FALL, now - self._heard_at), now
        self._level_db = max(level_db, self._level_db - _FALL_DB * passed)
        self._peak_db = max(self._level_db, self._peak_db - _PEAK_FALL_DB * passed)
        self._speech = speech
        self._tell()
        self.update()

    def rest(self) -> None:
        """Show that no sound arrives."""
        self._level_db = self._peak_db = FLOOR_DB
        self._speech = False
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for the lamp and a bar that can be read."""
        return QSize(20 * GRID, 2 * GRID)

    def minimumSizeHint(self) -> QSize:
        """Return the least with which the zones can be told apart."""
        return QSize(10 * GRID, 2 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lamp, the zones and the bar."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        lamp = QRectF(0, middle - _LAMP / 2, _LAMP, _LAMP)
        painter.setBrush(color(colors.good if self._speech else colors.line))
        painter.drawEllipse(lamp)
        left = _LAMP + GRID
        bar = QRectF(left, middle - _BAR / 2, max(1, self.width() - left), _BAR)
        painter.setBrush(color(colors.line))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.setBrush(color(colors.good, 0.38))
        painter.drawRect(self._part(bar, GOOD_FROM_DB, GOOD_UP_TO_DB))
        if self._level_db > FLOOR_DB:
            inside = GOOD_FROM_DB <= self._level_db <= GOOD_UP_TO_DB
            loud = self._level_db > GOOD_UP_TO_DB
            tint = colors.good if inside else colors.accent if loud else colors.grey
            painter.setBrush(color(tint))
            filled = self._part(bar, FLOOR_DB, self._level_db)
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
        if self._peak_db > FLOOR_DB:
            at = self._part(bar, FLOOR_DB, self._peak_db).right()
            painter.setBrush(color(colors.soft_ink))
            painter.drawRect(QRectF(at - 1, middle - _BAR, 2, 2 * _BAR))
        painter.end()

    @staticmethod
    def _part(bar: QRectF, low_db: float, high_db: float) -> QRectF:
        """Return the piece of the bar between two levels, in dBFS."""
        share = bar.width() / -FLOOR_DB
        return QRectF(
            bar.left() + (low_db - FLOOR_DB) * share,
            bar.top(),
            (high_db - low_db) * share,
            bar.height(),
        )

    def _tell(self) -> None:
        now = (self.zone, self._speech)
        if now == self._told:
            return
        self._told = now
        match self.zone:
            case Zone.NONE:
                words = self.tr("No sound")
            case Zone.LOW:
                words = self.tr("Quiet")
            case Zone.GOOD:
                words = self.tr("A good level")
            case Zone.HIGH:
                words = self.tr("Too loud")
        if self._speech:
            words = self.tr("{level}, speech is heard").format(level=words)
        self.setToolTip(words)
        self.setAccessibleDescription(words)
