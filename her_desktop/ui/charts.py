"""Two small drawings of time: where a turn's milliseconds went, and how the last turns compare.

Rule: a drawing shows values that were measured elsewhere and says them in words to a screen reader;
it computes nothing but its own scale. GUI thread only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from her_desktop.conversation.events import Stage
from her_desktop.metrics.latency import (
    ENDPOINT_WAIT,
    FIRST_SENTENCE,
    LLM_FIRST_TOKEN,
    PLAYBACK,
    STT,
    TTS_FIRST_AUDIO,
    Bar,
)
from her_desktop.ui.theme import GRID, Colors, color, colors_of, small_font, tabular
from her_desktop.ui.wording import bar_words, lane_words, milliseconds

BAR_NAMES = (ENDPOINT_WAIT, STT, LLM_FIRST_TOKEN, FIRST_SENTENCE, TTS_FIRST_AUDIO, PLAYBACK)
"""The rows of the waterfall, in the order in which they happen."""

LANES = (Stage.STT, Stage.LLM, Stage.TTS, None)
"""The rows of the GPU's work beneath it; None is other programs."""


def axis_of(metrics: QFontMetrics, width: int) -> tuple[int, int]:
    """Return where the axis of time begins and ends in a drawing of so many pixels.

    Captions stand before it and figures behind it; every drawing of a turn has the same ones.
    """
    captions = max(metrics.horizontalAdvance(words) for words in captions_of_a_turn())
    return captions + GRID, width - metrics.horizontalAdvance(milliseconds(1.888)) - GRID


def captions_of_a_turn() -> list[str]:
    """Return everything that stands before the axis of a turn."""
    return [*(bar_words(name) for name in BAR_NAMES), *(lane_words(stage) for stage in LANES)]


def first_sound_pen(colors: Colors) -> QPen:
    """Return what the instant of the first sound is drawn with, across every drawing of a turn."""
    return QPen(color(colors.accent_ink), 1, Qt.PenStyle.DotLine)


def row_height(metrics: QFontMetrics) -> int:
    """Return the pixels from one row of a turn to the next."""
    return metrics.height() + GRID


class Waterfall(QWidget):
    """Owns the bars of one turn, on one axis of time that begins with the user's last word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with empty rows."""
        super().__init__(parent)
        self._bars: dict[str, Bar] = {}
        self._gap: float | None = None
        self.setFont(tabular(small_font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_turn((), None)

    def show_turn(self, bars: Sequence[Bar], gap: float | None) -> None:
        """Show the bars of a turn and, as a line, the instant `gap` at which it became audible."""
        self._bars = {bar.name: bar for bar in bars}
        self._gap = gap
        rows = [f"{bar_words(name)} {self._figure(name)}" for name in BAR_NAMES]
        self.setAccessibleName(self.tr("Where the last turn's time went"))
        self.setAccessibleDescription(", ".join(rows))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the six rows."""
        return QSize(240, len(BAR_NAMES) * row_height(QFontMetrics(self.font())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the captions, the bars, the figures and the line of the first sound."""
        colors = colors_of(self)
        metrics = self.fontMetrics()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = axis_of(metrics, self.width())
        scale = (right - left) / self.longest
        row = row_height(metrics)
        for index, name in enumerate(BAR_NAMES):
            line = QRectF(0, index * row, self.width(), row)
            painter.setPen(color(colors.soft_ink))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, bar_words(name))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(colors.line, 0.55))
            track = QRectF(left, line.center().y() - 4, right - left, 8)
            painter.drawRoundedRect(track, 4, 4)
            painter.setPen(color(colors.ink if name in self._bars else colors.soft_ink))
            painter.drawText(
                line,
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                self._figure(name),
            )
            if name in self._bars:
                bar = self._bars[name]
                # What is done before the last word is said lies before the axis begins.
                start = left + max(0.0, bar.start) * scale
                width = max(4.0, (bar.end - max(0.0, bar.start)) * scale)
                start = min(start, right - width)
                shape = QRectF(start, line.center().y() - 4, width, 8)
                painter.setPen(Qt.PenStyle.NoPen)
                last = name == BAR_NAMES[-1]
                painter.setBrush(color(colors.accent, 1.0 if last else 0.72))
                painter.drawRoundedRect(shape, 4, 4)
        if self._gap is not None and self._gap > 0:
            across = min(float(right), left + self._gap * scale)
            painter.setPen(first_sound_pen(colors))
            painter.drawLine(QPointF(across, 0), QPointF(across, self.height()))
        painter.end()

    @property
    def longest(self) -> float:
        """The seconds from the axis' beginning to its end."""
        ends = [bar.end for bar in self._bars.values()]
        return max([*ends, self._gap or 0.0, 0.001])

    def _figure(self, name: str) -> str:
        bar = self._bars.get(name)
        return milliseconds(bar.end - bar.start if bar else None)


class Sparkline(QWidget):
    """Owns the gaps of the last turns, oldest on the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._gaps: tuple[float, ...] = ()
        self._middle: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_gaps((), None)

    def show_gaps(self, gaps: Sequence[float], middle: float | None) -> None:
        """Show gaps in seconds, and their median as a hair line."""
        self._gaps = tuple(gaps)
        self._middle = middle
        self.setAccessibleName(self.tr("The last turns"))
        words = ", ".join(milliseconds(gap) for gap in self._gaps[-12:])
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a strip."""
        return QSize(240, 6 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, the median and the newest turn as a point."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(4, 5, -5, -5)
        if not self._gaps:
            painter.setPen(QPen(color(colors.line), 1))
            painter.drawLine(room.bottomLeft(), room.bottomRight())
            painter.end()
            return
        high, low = max(*self._gaps, 0.001), min(*self._gaps, 0.0)
        if self._middle is not None:
            y = self._height(self._middle, low, high, room)
            painter.setPen(QPen(color(colors.grey), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        spots = [
            QPointF(
                room.right() - (len(self._gaps) - 1 - index) * self._step(room),
                self._height(gap, low, high, room),
            )
            for index, gap in enumerate(self._gaps)
        ]
        path = QPainterPath(spots[0])
        for spot in spots[1:]:
            path.lineTo(spot)
        under = QPainterPath(path)
        under.lineTo(spots[-1].x(), room.bottom())
        under.lineTo(spots[0].x(), room.bottom())
        painter.fillPath(under, color(colors.accent, 0.12))
        painter.strokePath(path, QPen(color(colors.accent), 1.6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors.accent))
        painter.drawEllipse(spots[-1], 3.5, 3.5)
        painter.end()

    def _step(self, room: QRectF) -> float:
        return room.width() / max(11, len(self._gaps) - 1)

    @staticmethod
    def _height(gap: float, low: float, high: float, room: QRectF) -> float:
        share = (gap - low) / (high - low) if math.isfinite(gap) else 1.0
        return room.bottom() - share * room.height()
