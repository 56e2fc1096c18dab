"""The switch between holding to talk, just talking, and being called.

Rule: a press asks; only what was really changed moves the switch. GUI thread only.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from her_desktop.conversation.events import ListenMode
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.theme import CORNER, GRID, color, colors_of
from her_desktop.ui.wording import mode_words


class ModeSwitch(QWidget):
    """Owns one segment a mode; the window tells it which one is true."""

    wanted = Signal(ListenMode)
    """The user asked for another mode."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with holding to talk, as the listener does."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("How you talk"))
        self.segments = {
            ListenMode.HOLD: _Segment(self.tr("Hold"), self),
            ListenMode.ALWAYS: _Segment(self.tr("Always"), self),
            ListenMode.WAKE: _Segment(self.tr("By name"), self),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for mode, segment in self.segments.items():
            segment.clicked.connect(partial(self._ask, mode))
            row.addWidget(segment)
        self.show_mode(ListenMode.HOLD)

    def show_mode(self, mode: ListenMode) -> None:
        """Show which mode is true; one without a segment lights none."""
        for its, segment in self.segments.items():
            segment.show_chosen(mode_words(its), is_chosen=its is mode)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground that the segments lie on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors_of(self).sunken))
        painter.drawRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        painter.end()

    def _ask(self, mode: ListenMode, _checked: bool = False) -> None:
        self.wanted.emit(mode)


class _Segment(TextButton):
    """One mode: lit when it is the true one."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._is_chosen = False
        self._shown: tuple[str, bool] | None = None

    def show_chosen(self, meaning: str, *, is_chosen: bool) -> None:
        """Show whether this is so, also to a screen reader, which hears what it means."""
        if (meaning, is_chosen) == self._shown:
            return
        self._shown = meaning, is_chosen
        self._is_chosen = is_chosen
        chosen = self.tr("{mode}, chosen").format(mode=meaning)
        self.setAccessibleName(chosen if is_chosen else meaning)
        self.setToolTip(meaning[:1].upper() + meaning[1:])
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room the words need."""
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self.text()) + 2 * GRID
        return QSize(width, max(28, metrics.height() + GRID))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the light of the chosen one, the words and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QRectF(self.rect())
        tint = colors.ink if self.underMouse() else colors.soft_ink
        if self._is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(colors.blush))
            painter.drawRoundedRect(shape, CORNER - 2, CORNER - 2)
            tint = colors.accent_ink
        painter.setPen(color(tint))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_ring(painter, shape, CORNER - 2, colors)
        painter.end()
