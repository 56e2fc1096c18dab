"""A scroll bar as calm as the rest: a thin rounded handle, and nothing where all is in sight.

Rule: painted here rather than by a style sheet, because one style sheet makes Qt restyle every
widget of the window whenever light turns to dark. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from her_desktop.ui.theme import Colors, color, colors_of

WIDTH = 12
"""Pixels it takes, most of them air."""

_HANDLE = 6


class ScrollBar(QScrollBar):
    """Owns nothing but its looks; a scroll area owns it."""

    def __init__(self, parent: QWidget | None = None, *, sunken: bool = False) -> None:
        """Stand upright, on the room's own ground or on the `sunken` one beside it."""
        super().__init__(Qt.Orientation.Vertical, parent)
        self._sunken = sunken

    def sizeHint(self) -> QSize:
        """Return its width and a height that a scroll area will stretch."""
        return QSize(WIDTH, 4 * WIDTH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, and the handle where there is something to scroll."""
        colors = colors_of(self)
        painter = QPainter(self)
        if self._sunken:
            painter.fillRect(self.rect(), color(colors.sunken))
        if self.maximum() > self.minimum():
            self._draw_handle(painter, colors)
        painter.end()

    def _draw_handle(self, painter: QPainter, colors: Colors) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarSlider
        whole = QStyle.ComplexControl.CC_ScrollBar
        handle = QRectF(self.style().subControlRect(whole, option, part, self))
        handle.setX((self.width() - _HANDLE) / 2)
        handle.setWidth(_HANDLE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        near = self.underMouse() or self.isSliderDown()
        # A hair line's colour would hardly be seen, and it tells that there is more.
        painter.setBrush(color(colors.soft_ink if near else colors.grey, 0.6))
        painter.drawRoundedRect(handle, _HANDLE / 2, _HANDLE / 2)
