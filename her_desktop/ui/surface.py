"""The rounded ground that things lie on which belong together.

Rule: painted in the palette of the moment. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from her_desktop.ui.theme import CORNER, color, colors_of


class Surface(QWidget):
    """Owns nothing but its looks; whoever makes it lays out what is on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin unlit."""
        super().__init__(parent)
        self._lit = False

    def set_lit(self, lit: bool) -> None:
        """Carry a breath of the accent: what the mouse carries may be dropped here."""
        self._lit = lit
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors.blush if self._lit else colors.surface))
        painter.drawRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        painter.end()
