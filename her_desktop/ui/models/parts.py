"""The small things a card is made of: a pill of words, and a line that fills.

Rule: painted in the palette of the moment. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from her_desktop.profiles import Fit
from her_desktop.ui.theme import GRID, color, colors_of, small_font


class Pill(QWidget):
    """A word or two on a rounded ground: the louder, the more it should be noticed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without words, and hidden."""
        super().__init__(parent)
        self._words = ""
        self._loud = 0
        self.setFont(small_font())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    def say(self, words: str, loud: int = 0) -> None:
        """Say `words`: 0 in passing, 1 with a breath of the accent, 2 in the accent's ink."""
        if (words, loud) == (self._words, self._loud):
            return
        self._words, self._loud = words, loud
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def say_fit(self, words: str, fit: Fit) -> None:
        """Say whether something fits; what does not is the loudest."""
        self.say(words, {Fit.FITS: 0, Fit.TIGHT: 1, Fit.WONT_FIT: 2}[fit])

    def sizeHint(self) -> QSize:
        """Return the room for the words."""
        metrics = QFontMetrics(self.font())
        return QSize(
            metrics.horizontalAdvance(self._words) + 2 * GRID, metrics.height() + GRID // 2
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and the words."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors.blush if self._loud else colors.sunken))
        shape = QRectF(self.rect())
        painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        painter.setPen(color(colors.accent_ink if self._loud > 1 else colors.ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


class FillingLine(QWidget):
    """A line that fills as something comes; it moves with the bytes and never by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def share(self) -> float:
        """How full it is, 0 to 1."""
        return self._share

    def fill(self, done: int, total: int) -> None:
        """Show `done` of `total`."""
        self._share = min(1.0, done / total) if total else 0.0
        self.setAccessibleName(f"{self._share * 100:.0f} %")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove and what fills it."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(self.rect())
        radius = groove.height() / 2
        painter.setBrush(color(colors.sunken))
        painter.drawRoundedRect(groove, radius, radius)
        if self._share > 0.0:
            groove.setWidth(max(groove.height(), groove.width() * self._share))
            painter.setBrush(color(colors.accent))
            painter.drawRoundedRect(groove, radius, radius)
        painter.end()
