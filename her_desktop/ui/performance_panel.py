"""The panel Performance: where every millisecond of a turn went, and what the machine did.

Rule: it shows what `metrics` folded out of the events and measures nothing. Folded away it keeps
counting and paints nothing. GUI thread only.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from her_desktop.conversation.events import (
    AudioDropped,
    Event,
    GpuSampled,
    SystemSampled,
    WindowStalled,
)
from her_desktop.metrics.latency import TurnTiming
from her_desktop.ui.charts import Sparkline, Waterfall
from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.theme import (
    GRID,
    PANEL_WIDTH,
    body_font,
    color,
    colors_of,
    large_font,
    small_font,
    tabular,
)
from her_desktop.ui.wording import MISSING, gap_words, gigabytes, milliseconds, percent


class Timings(Protocol):
    """What the panel reads: the fold over the events that `metrics.latency` keeps."""

    def handle(self, event: Event) -> TurnTiming | None:
        """Take note of an event; return the latest timing when it changed."""

    @property
    def last(self) -> TurnTiming | None:
        """The timing of the latest turn."""

    @property
    def gaps(self) -> tuple[float, ...]:
        """Last word to first sound of the last turns, in seconds, oldest first."""

    def percentile(self, p: float) -> float | None:
        """Return the percentile 0..100 of the gaps, in seconds."""


class PerformancePanel(QScrollArea):
    """Owns the figures on screen; the window hands it every event."""

    def __init__(self, timings: Timings, parent: QWidget | None = None) -> None:
        """Show nothing but dashes until there is something to show."""
        super().__init__(parent)
        self._timings = timings
        self._drops = 0
        self._stalls = 0
        self._worst_stall = 0.0
        self._stale = False
        self.setFixedWidth(PANEL_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBar(ScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Performance"))
        page = _Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self._title(self.tr("Performance")))
        column.addSpacing(GRID)
        self._gap = QLabel(MISSING)
        self._gap.setFont(tabular(large_font()))
        self._gap_caption = _quiet("")
        self._gap_caption.setWordWrap(True)
        self._percentiles = _quiet("")
        self._percentiles.setFont(tabular(small_font()))
        self._sparkline = Sparkline()
        for widget in (self._gap, self._gap_caption):
            column.addWidget(widget)
        column.addSpacing(GRID)
        column.addWidget(self._sparkline)
        column.addWidget(self._percentiles)
        column.addSpacing(3 * GRID)
        column.addWidget(self._title(self.tr("Last turn")))
        self._waterfall = Waterfall()
        column.addSpacing(GRID)
        column.addWidget(self._waterfall)
        column.addSpacing(3 * GRID)
        column.addWidget(self._title(self.tr("This computer")))
        self._figures: dict[str, QLabel] = {}
        column.addSpacing(GRID)
        column.addLayout(self._table())
        column.addStretch(1)
        self.setWidget(page)
        self._show_timing()
        self._show_figure("gpu", self.tr("no GPU"))
        self._show_figure("gpu memory", MISSING)
        self._show_figure("drops", self.tr("none"))
        self._show_figure("stalls", self.tr("none"))

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        if self._timings.handle(event) is not None:
            self._stale = True
            self._refresh()
        match event:
            case SystemSampled(cpu_percent=cpu, memory_used=memory):
                self._show_figure("cpu", percent(cpu))
                self._show_figure("memory", gigabytes(memory))
            case GpuSampled():
                self._show_gpu(event)
            case AudioDropped(count=count):
                self._drops += count
                self._show_figure("drops", str(self._drops))
            case WindowStalled(duration=duration):
                self._stalls += 1
                self._worst_stall = max(self._worst_stall, duration)
                words = self.tr("{count}, worst {time}").format(
                    count=self._stalls, time=milliseconds(self._worst_stall)
                )
                self._show_figure("stalls", words)

    def figure(self, name: str) -> str:
        """Return what stands in a row: cpu, memory, gpu, gpu memory, drops or stalls."""
        return self._figures[name].text()

    @property
    def gap_text(self) -> str:
        """The large number."""
        return self._gap.text()

    @property
    def percentiles_text(self) -> str:
        """The line under the sparkline."""
        return self._percentiles.text()

    @property
    def waterfall(self) -> Waterfall:
        """The drawing of the last turn."""
        return self._waterfall

    @property
    def sparkline(self) -> Sparkline:
        """The drawing of the last turns."""
        return self._sparkline

    def event(self, event: QEvent) -> bool:
        """Catch up with what happened while the panel was folded away."""
        if event.type() == QEvent.Type.Show:
            self._refresh(shown=True)
        return super().event(event)

    @Slot()
    def _refresh(self, *, shown: bool = False) -> None:
        if self._stale and (shown or self.isVisible()):
            self._stale = False
            self._show_timing()

    def _show_timing(self) -> None:
        last = self._timings.last
        self._gap.setText(milliseconds(last.gap if last else None))
        caption = gap_words(last.origin if last else None)
        if last and last.reason is not None and not last.counted:
            caption = self.tr("{caption} (not counted below)").format(caption=caption)
        self._gap_caption.setText(caption)
        self._gap.setAccessibleName(f"{self._gap.text()} {caption}")
        middle = self._timings.percentile(50)
        self._percentiles.setText(
            self.tr("p50 {p50}   p95 {p95}   turns {count}").format(
                p50=milliseconds(middle),
                p95=milliseconds(self._timings.percentile(95)),
                count=len(self._timings.gaps),
            )
        )
        self._sparkline.show_gaps(self._timings.gaps, middle)
        self._waterfall.show_turn(last.bars if last else (), last.gap if last else None)

    def _show_gpu(self, event: GpuSampled) -> None:
        self._show_figure("gpu", percent(event.load_percent))
        self._figures["gpu"].setToolTip(event.name)
        words = self.tr("{used} of {total}").format(
            used=gigabytes(event.memory_used), total=gigabytes(event.memory_total)
        )
        self._show_figure("gpu memory", words)

    def _show_figure(self, name: str, text: str) -> None:
        label = self._figures[name]
        if label.text() != text:
            label.setText(text)

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        rows = (
            ("cpu", self.tr("Processor")),
            ("memory", self.tr("Memory")),
            ("gpu", self.tr("GPU")),
            ("gpu memory", self.tr("GPU memory")),
            ("drops", self.tr("Lost sound blocks")),
            ("stalls", self.tr("Window stalls")),
        )
        for row, (name, caption) in enumerate(rows):
            value = QLabel(MISSING)
            value.setFont(tabular(small_font()))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._figures[name] = value
            grid.addWidget(_quiet(caption), row, 0)
            grid.addWidget(value, row, 1)
        return grid

    @staticmethod
    def _title(words: str) -> QLabel:
        label = QLabel(words)
        font = body_font()
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
        return label


class _Page(QWidget):
    """The sunken ground the figures stand on."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(colors_of(self).sunken))
        painter.end()


def _quiet(words: str) -> QLabel:
    label = QLabel(words)
    label.setFont(small_font())
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
