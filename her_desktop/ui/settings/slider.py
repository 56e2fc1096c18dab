"""A number to be dragged, for what is better felt than counted.

Rule: as in `controls`. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from her_desktop.ui.keyboard import Ringed
from her_desktop.ui.settings.controls import LEAST, height_of_line
from her_desktop.ui.theme import GRID, body_font, color, colors_of, small_font, tabular

_KNOB = 18.0


class Slider(QWidget):
    """A number to be dragged, with its figure beside it; `moved` tells every new one."""

    moved = Signal(float)

    def __init__(
        self,
        low: float,
        high: float,
        step: float,
        words: Callable[[float], str],
        parent: QWidget | None = None,
    ) -> None:
        """Go from `low` to `high`; `words` gives the figure with its unit."""
        super().__init__(parent)
        self._low, self._step, self._words = low, step, words
        self.groove = _Groove(round((high - low) / step), self)
        self._figure = QLabel()
        self._figure.setFont(tabular(small_font()))
        metrics = QFontMetrics(self._figure.font())
        widest = max(metrics.horizontalAdvance(words(end)) for end in (low, high))
        self._figure.setMinimumWidth(widest + GRID)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.groove, 1)
        row.addWidget(self._figure)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.groove)
        self.groove.valueChanged.connect(self._on_value)
        self._on_value(0)

    @property
    def number(self) -> float:
        """The number shown."""
        return round(self._low + self.groove.value() * self._step, 6)

    def show_number(self, number: float) -> None:
        """Show a number without telling anybody."""
        self.groove.blockSignals(True)
        self.groove.setValue(round((number - self._low) / self._step))
        self.groove.blockSignals(False)
        self._show_words()

    def name(self, label: str, help_words: str) -> None:
        """Give the groove its name and help for a screen reader."""
        self.groove.setAccessibleName(label)
        self.groove.setToolTip(help_words)
        self._show_words()

    def sizeHint(self) -> QSize:
        """Return the width of the other controls: they stand in one column."""
        return QSize(LEAST, height_of_line(QFontMetrics(self._figure.font())))

    @Slot(int)
    def _on_value(self, _value: int) -> None:
        self._show_words()
        self.moved.emit(self.number)

    def _show_words(self) -> None:
        words = self._words(self.number)
        self._figure.setText(words)
        # What a screen reader would say by itself is the number of the step.
        self.groove.setAccessibleDescription(f"{words}. {self.groove.toolTip()}")


class _Groove(Ringed, QSlider):
    """The line and the knob of a slider."""

    def __init__(self, steps: int, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, steps)
        self.setPageStep(max(1, steps // 10))
        self.setFont(body_font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(16 * GRID, 28)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        line = QRectF(0, middle - 2, self.width(), 4)
        painter.setBrush(color(colors.line))
        painter.drawRoundedRect(line, 2, 2)
        share = self.value() / max(1, self.maximum())
        left = share * (self.width() - _KNOB)
        painter.setBrush(color(colors.accent if self.isEnabled() else colors.grey))
        painter.drawRoundedRect(QRectF(0, middle - 2, left + _KNOB / 2, 4), 2, 2)
        painter.drawEllipse(QRectF(left, middle - _KNOB / 2, _KNOB, _KNOB))
        self._paint_ring(painter, QRectF(left - 3, middle - 12, 24, 24), 12, colors)
        painter.end()

    def _go_to(self, event: QMouseEvent) -> None:
        """Bring the knob under the mouse."""
        share = (event.position().x() - _KNOB / 2) / max(1.0, self.width() - _KNOB)
        self.setValue(round(min(1.0, max(0.0, share)) * self.maximum()))
