"""The panel Performance: where every millisecond of a turn went, and what the machine did.

Rule: it shows what `metrics` folded out of the events and measures nothing. Folded away it keeps
counting and paints nothing. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from her_desktop.conversation.events import (
    EchoMeasured,
    EndReason,
    Event,
    TurnEnded,
)
from her_desktop.metrics.latency import TurnTiming, percentile
from her_desktop.metrics.session import SessionFold
from her_desktop.ui.charts import Sparkline, Waterfall
from her_desktop.ui.figures import Figures
from her_desktop.ui.gpu_figures import GpuFigures
from her_desktop.ui.gpu_lanes import GpuLanes
from her_desktop.ui.labels import heading, prose, quiet
from her_desktop.ui.scroll_bar import WIDTH, ScrollBar
from her_desktop.ui.stage_lights import StageLights
from her_desktop.ui.theme import (
    GRID,
    PANEL_WIDTH,
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

    @property
    def instants(self) -> Sequence[TurnTiming]:
        """The last turns that were answered without asking a model; none of them is in `gaps`."""

    @property
    def guesses_dropped(self) -> int:
        """Answers begun in vain, never heard."""

    @property
    def yields(self) -> int:
        """Answers given back because the user went on."""

    def percentile(self, p: float) -> float | None:
        """Return the percentile 0..100 of the gaps, in seconds."""


class PerformancePanel(QScrollArea):
    """Owns the figures on screen; the window hands it every event."""

    def __init__(
        self,
        timings: Timings,
        session: SessionFold | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Show what is known so far, and dashes for everything else."""
        super().__init__(parent)
        self._timings = timings
        self._session_so_far = session or SessionFold()
        self._load = self._session_so_far.load
        self._stale = False
        self.setFixedWidth(PANEL_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBar(ScrollBar(sunken=True))
        # Always there, though unseen where all fits, so that figures stay in their column.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Performance"))
        page = _Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID - WIDTH, 3 * GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(heading(self.tr("Performance")))
        column.addSpacing(GRID)
        self._gap = QLabel(MISSING)
        self._gap.setFont(tabular(large_font()))
        self._gap_caption = prose()
        # Its line is there even while it says nothing, so that the figures below stay in place.
        self._remark = QLabel()
        self._remark.setFont(small_font())
        self._percentiles = quiet("")
        self._percentiles.setFont(tabular(small_font()))
        self._sparkline = Sparkline()
        for widget in (self._gap, self._gap_caption, self._remark, self._sparkline):
            column.addWidget(widget)
        column.addWidget(self._percentiles)
        column.addSpacing(3 * GRID)
        column.addWidget(heading(self.tr("Last turn")))
        self._waterfall = Waterfall()
        column.addSpacing(GRID)
        column.addWidget(self._waterfall)
        # Only where a driver keeps samples that are short enough for a turn.
        self._lanes = GpuLanes()
        self._lanes.hide()
        column.addWidget(self._lanes)
        self._session = self._session_table()
        self._machine = self._machine_table()
        self.lights = StageLights(self._session_so_far.health)
        for title, table in (
            (self.tr("Health"), self.lights),
            (self.tr("Since the start"), self._session),
            (self.tr("This computer"), self._machine),
        ):
            column.addSpacing(3 * GRID)
            column.addWidget(heading(title))
            column.addSpacing(GRID)
            column.addWidget(table)
        self._gpus = GpuFigures()
        column.addWidget(self._gpus)
        column.addStretch(1)
        self.setWidget(page)
        self._show_timing()
        self._show_load()
        self._show_session()

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        # A guess that was dropped changes a count and no timing.
        if self._timings.handle(event) is not None or isinstance(event, TurnEnded):
            self._stale = True
            self._refresh()
        if self._load.handle(event):
            self._show_load()
        if self._session_so_far.handle(event):
            self._show_session()

    def figure(self, name: str) -> str:
        """Return what stands in a row, "" where the row is hidden.

        The rows: cpu, memory, gpu; and instants, guesses, yields, echo, echo delay,
        drops (while there are none), microphone drops, speaker drops, stalls.
        """
        table = self._machine if name in self._machine.names else self._session
        return table.text(name)

    @property
    def gap_text(self) -> str:
        """The large number."""
        return self._gap.text()

    @property
    def remark_text(self) -> str:
        """Why the large number does not count in the figures below it, "" where it does."""
        return self._remark.text()

    @property
    def percentiles_text(self) -> str:
        """The line under the sparkline."""
        return self._percentiles.text()

    @property
    def waterfall(self) -> Waterfall:
        """The drawing of the last turn."""
        return self._waterfall

    @property
    def lanes(self) -> GpuLanes:
        """The drawing of what the GPU did during the last turn."""
        return self._lanes

    @property
    def gpus(self) -> GpuFigures:
        """The figures of each GPU."""
        return self._gpus

    @property
    def sparkline(self) -> Sparkline:
        """The drawing of the last turns."""
        return self._sparkline

    def event(self, event: QEvent) -> bool:
        """Catch up with what happened while the panel was folded away."""
        if event.type() == QEvent.Type.Show:
            self._refresh(shown=True)
        return super().event(event)

    def _refresh(self, *, shown: bool = False) -> None:
        if self._stale and (shown or self.isVisible()):
            self._stale = False
            self._show_timing()

    def _show_timing(self) -> None:
        last = self._timings.last
        self._gap.setText(milliseconds(last.gap if last else None))
        caption = gap_words(last.origin if last else None)
        remark = self._remark_on(last)
        self._gap_caption.setText(caption)
        self._remark.setText(remark)
        self._gap.setAccessibleName(
            ", ".join(filter(None, [f"{self._gap.text()} {caption}", remark]))
        )
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
        self._show_lanes()
        self._show_counts()

    def _remark_on(self, last: TurnTiming | None) -> str:
        """Return why the large number counts for nothing in the figures, "" where it counts."""
        if last is None or last.counted:
            return ""
        if last.reason is EndReason.YIELDED:
            return self.tr("you went on, so it was given back")
        if last.instant:
            return self.tr("instant reply, no model asked")
        return "" if last.reason is None else self.tr("not counted below")

    def _show_counts(self) -> None:
        gaps = tuple(timing.gap for timing in self._timings.instants if timing.gap is not None)
        words = self.tr("{count}, p50 {p50}").format(
            count=len(gaps), p50=milliseconds(percentile(gaps, 50))
        )
        self._session.show_figure("instants", words if gaps else "")
        self._session.show_figure("guesses", str(self._timings.guesses_dropped or ""))
        self._session.show_figure("yields", str(self._timings.yields or ""))

    def _show_load(self) -> None:
        self._gpus.show_fold(self._load)
        self._machine.show_figure("gpu", "" if self._gpus.count else self.tr("no GPU"))
        self._show_lanes()

    def _show_lanes(self) -> None:
        """Show what the GPU did while the last turn became audible."""
        last, longest = self._timings.last, self._waterfall.longest
        self._lanes.setVisible(self._load.has_samples)
        if last is not None:
            until = last.zero_at + longest
            self._lanes.show_load(
                self._load.slices(last.zero_at, until),
                last.zero_at,
                longest,
                was_sampled=self._load.sampled_until >= until,
                gap=last.gap,
            )

    def _show_session(self) -> None:
        known = self._session_so_far
        machine = known.machine
        self._machine.show_figure("cpu", percent(machine.cpu_percent) if machine else MISSING)
        self._machine.show_figure("memory", gigabytes(machine.memory_used) if machine else MISSING)
        # That nothing was lost is worth knowing: silence might as well mean that nobody looked.
        lost = {device: count for device, count in known.dropped.items() if count}
        self._session.show_figure("drops", "" if lost else self.tr("none"))
        for device, count in lost.items():
            self._session.show_figure(f"{device} drops", str(count))
        words = self.tr("{count}, worst {time}").format(
            count=known.stalls, time=milliseconds(known.worst_stall)
        )
        self._session.show_figure("stalls", words if known.stalls else self.tr("none"))
        if known.echo is not None:
            self._show_echo(known.echo)

    def _show_echo(self, event: EchoMeasured) -> None:
        words = ""
        if event.half_duplex:
            words = self.tr("not removed")
        elif event.reduction_db is not None:
            words = self.tr("{level} dB quieter").format(level=round(event.reduction_db))
        self._session.show_figure("echo", words)
        known = words and event.delay is not None
        self._session.show_figure("echo delay", milliseconds(event.delay) if known else "")

    def _session_table(self) -> Figures:
        lost = self.tr("Pieces of sound that the computer was too busy to take or to give in time.")
        return Figures(
            (
                (
                    "instants",
                    self.tr("Instant replies"),
                    self.tr("Answers that lay ready, given without asking a model."),
                ),
                (
                    "guesses",
                    self.tr("Guesses in vain"),
                    self.tr("Answers begun in a pause that was not the end, and never heard."),
                ),
                (
                    "yields",
                    self.tr("Answers given back"),
                    self.tr("Answers that began too early and fell silent because you went on."),
                ),
                (
                    "echo",
                    self.tr("Echo"),
                    self.tr("By how much its own voice is made quieter in what it hears."),
                ),
                (
                    "echo delay",
                    self.tr("Echo delay"),
                    self.tr("From the loudspeaker through the room to the microphone."),
                ),
                ("drops", self.tr("Lost sound blocks"), lost),
                ("microphone drops", self.tr("Blocks lost, microphone"), lost),
                ("speaker drops", self.tr("Blocks lost, loudspeaker"), lost),
                (
                    "stalls",
                    self.tr("Window stalls"),
                    self.tr("Moments in which this window did not react."),
                ),
            )
        )

    def _machine_table(self) -> Figures:
        return Figures(
            (
                ("cpu", self.tr("Processor"), ""),
                ("memory", self.tr("Memory"), ""),
                ("gpu", self.tr("GPU"), ""),
            )
        )


class _Page(QWidget):
    """The sunken ground the figures stand on."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(colors_of(self).sunken))
        painter.end()
