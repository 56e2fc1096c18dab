"""What the GPU did during a turn, beneath the turn's own bars and on the same axis of time.

A lane for each model shows when it kept the GPU busy, and how much, in the model's colour; the last
one shows other programs. Rule: it draws what `metrics.gpu_load` shared out and computes nothing but
its own scale. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from her_desktop.conversation.events import Stage
from her_desktop.metrics.gpu_load import Slice
from her_desktop.ui.charts import LANES, axis_of, first_sound_pen, row_height
from her_desktop.ui.theme import Colors, color, colors_of, small_font, tabular
from her_desktop.ui.wording import MISSING, lane_words, milliseconds

_HEIGHT = 12
_LEAST_WIDTH = 2.0
_LEAST_HEIGHT = 2.0
"""Pixels: what happened is never too short or too little to be seen."""


class GpuLanes(QWidget):
    """Owns the lanes of one turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with empty lanes."""
        super().__init__(parent)
        self._slices: tuple[Slice, ...] = ()
        self._zero_at = 0.0
        self._longest = 0.001
        self._gap: float | None = None
        self._was_sampled = False
        self.setFont(tabular(small_font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the GPU did during the last turn"))
        self._describe()

    def show_load(
        self,
        slices: Sequence[Slice],
        zero_at: float,
        longest: float,
        *,
        was_sampled: bool,
        gap: float | None = None,
    ) -> None:
        """Show slices on an axis that begins at `zero_at` and is `longest` seconds long.

        The line of the first sound, `gap` seconds after its beginning, goes on through the lanes.

        Before the driver's samples of that time are here (`was_sampled`), nothing is claimed.
        """
        self._slices = tuple(slices)
        self._zero_at = zero_at
        self._longest = longest
        self._gap = gap
        self._was_sampled = was_sampled
        self._describe()
        self.update()

    def busy(self, stage: Stage | None) -> float | None:
        """Return the seconds that a stage kept the GPU busy, None while they are not known."""
        if not self._was_sampled:
            return None
        return sum(piece.busy for piece in self._slices if piece.stage is stage)

    def sizeHint(self) -> QSize:
        """Return the height of the four lanes."""
        return QSize(240, len(LANES) * row_height(QFontMetrics(self.font())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the captions, the lanes and how long each kept the GPU busy."""
        colors = colors_of(self)
        metrics = self.fontMetrics()
        painter = QPainter(self)
        left, right = axis_of(metrics, self.width())
        row = row_height(metrics)
        for index, stage in enumerate(LANES):
            line = QRectF(0, index * row, self.width(), row)
            painter.setPen(color(colors.soft_ink))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, lane_words(stage))
            lane = QRectF(left, line.center().y() - _HEIGHT / 2, right - left, _HEIGHT)
            painter.fillRect(
                QRectF(left, lane.bottom() - 1, right - left, 1), color(colors.line, 0.8)
            )
            told = self._told(stage)
            painter.setPen(color(colors.soft_ink if told == MISSING else colors.ink))
            painter.drawText(
                line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, told
            )
            for piece in self._slices:
                if piece.stage is stage:
                    painter.fillRect(self._place(piece, lane), color(lane_color(colors, stage)))
        if self._gap is not None and self._gap > 0:
            across = min(float(right), left + self._gap * (right - left) / self._longest)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(first_sound_pen(colors))
            painter.drawLine(QPointF(across, 0), QPointF(across, self.height()))
        painter.end()

    def _place(self, piece: Slice, lane: QRectF) -> QRectF:
        scale = lane.width() / self._longest
        start = lane.left() + (piece.start_at - self._zero_at) * scale
        width = max(_LEAST_WIDTH, (piece.end_at - piece.start_at) * scale)
        height = max(_LEAST_HEIGHT, lane.height() * piece.percent / 100.0)
        start = min(start, lane.right() - width)
        return QRectF(start, lane.bottom() - height, width, height)

    def _told(self, stage: Stage | None) -> str:
        return milliseconds(self.busy(stage)) if self._was_sampled else MISSING

    def _describe(self) -> None:
        self.setAccessibleDescription(
            ", ".join(f"{lane_words(stage)} {self._told(stage)}" for stage in LANES)
        )


def lane_color(colors: Colors, stage: Stage | None) -> str:
    """Return the colour of a model's work, grey for other programs'."""
    match stage:
        case Stage.STT:
            return colors.stt
        case Stage.LLM:
            return colors.llm
        case Stage.TTS:
            return colors.tts
    return colors.grey
