"""The frame around the steps: where one is, and the button that goes on.

Rule: painted in the palette of the moment. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from her_desktop.ui.buttons import TextButton
from her_desktop.ui.theme import GRID, body_font, color, colors_of

_DOT = 8
_LONG = 24


class GoOnButton(TextButton):
    """The one button of a step that carries the accent."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        """Show `words`."""
        super().__init__(words, parent)
        self.setFont(body_font())

    def sizeHint(self) -> QSize:
        """Return the room the words need."""
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self.text()) + 5 * GRID
        return QSize(max(15 * GRID, width), max(40, metrics.height() + 2 * GRID))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill in the accent, the words and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shape = QRectF(self.rect())
        ring = QRectF(shape)
        if self.has_ring:
            # The ring would not be seen on its own colour: the pill gives way to it.
            shape = shape.adjusted(3, 3, -3, -3)
        near = self.underMouse() or self.isDown()
        painter.setBrush(color(colors.accent_ink if near else colors.accent))
        painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        painter.setPen(color(colors.on_accent))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_ring(painter, ring, ring.height() / 2, colors)
        painter.end()


class Progress(QWidget):
    """A dot for each step, the present one long; its words say the same."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        """Begin at the first of `count` steps."""
        super().__init__(parent)
        self._count = count
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_step(0)

    @property
    def words(self) -> str:
        """Where one is, in words."""
        return self.accessibleName()

    def show_step(self, index: int) -> None:
        """Show the step of that number, counted from 0."""
        self._at = index
        words = self.tr("Step {number} of {count}").format(number=index + 1, count=self._count)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for all dots."""
        return QSize((self._count - 1) * (_DOT + GRID) + _LONG, 2 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dots."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left = 0.0
        top = (self.height() - _DOT) / 2
        for index in range(self._count):
            width = _LONG if index == self._at else _DOT
            done = index <= self._at
            painter.setBrush(color(colors.accent if done else colors.line))
            painter.drawRoundedRect(QRectF(left, top, width, _DOT), _DOT / 2, _DOT / 2)
            left += width + GRID
        painter.end()
