"""The figures of each GPU, and in words what its driver does not tell.

Rule: it shows what was sampled and folded elsewhere. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from her_desktop.conversation.events import GpuSampled, Stage
from her_desktop.metrics.gpu_load import GpuFold
from her_desktop.ui.figures import Figures
from her_desktop.ui.labels import prose
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import counter_words, gigabytes, lane_words, percent

_STAGES = (Stage.STT, Stage.LLM, Stage.TTS)


class GpuFigures(QWidget):
    """Owns a table for each GPU, made when it is first sampled; and why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with no GPU and no reason."""
        super().__init__(parent)
        self._tables: dict[int, Figures] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._remark = prose()
        self._remark.hide()
        self._column.addWidget(self._remark)

    def show_fold(self, fold: GpuFold) -> None:
        """Show the latest of every GPU."""
        for index, sample in sorted(fold.latest.items()):
            if index not in self._tables:
                self._tables[index] = self._table(sample.name)
                self._column.insertWidget(self._column.count() - 1, self._tables[index])
            self._show_sample(self._tables[index], sample)
        first = min(self._tables, default=None)
        if first is not None:
            for stage in _STAGES:
                held = fold.memory.get(stage, 0)
                self._tables[first].show_figure(stage, gigabytes(held) if held else "")
        self._show_remark(self._words(fold))

    def text(self, name: str, index: int = 0) -> str:
        """Return what stands in a row of a GPU, "" where it is hidden or there is none."""
        table = self._tables.get(index)
        return table.text(name) if table else ""

    @property
    def remark(self) -> str:
        """What cannot be shown, and why, in words."""
        return self._remark.text()

    @property
    def count(self) -> int:
        """How many GPUs there are."""
        return len(self._tables)

    def _show_sample(self, table: Figures, sample: GpuSampled) -> None:
        load = sample.load_percent
        table.show_figure("gpu", "" if load is None else percent(load), sample.name)
        table.show_figure("gpu memory", _of(sample.memory_used, sample.memory_total))
        own = sample.own_memory
        table.show_figure("own memory", "" if own is None else gigabytes(own))
        for name, value, unit in (
            ("temperature", sample.temperature_c, "°C"),
            ("power", sample.power_w, "W"),
            ("clock", sample.clock_mhz, "MHz"),
        ):
            table.show_figure(name, "" if value is None else f"{value:.0f}\u202f{unit}")

    def _words(self, fold: GpuFold) -> str:
        """Return what cannot be shown."""
        if not fold.latest:
            return translated(fold.absence)
        withheld = dict.fromkeys(name for each in fold.latest.values() for name in each.withheld)
        if not withheld:
            return ""
        told = ", ".join(counter_words(name) for name in withheld)
        return self.tr("Its driver does not tell: {what}.").format(what=told)

    def _show_remark(self, words: str) -> None:
        self._remark.setText(words)
        self._remark.setVisible(bool(words))

    def _table(self, name: str) -> Figures:
        return Figures(
            (
                ("gpu", name, self.tr("How busy it was in the last second.")),
                ("gpu memory", self.tr("GPU memory"), ""),
                ("own memory", self.tr("GPU memory, this program"), ""),
                *((stage, self._memory_caption(stage), "") for stage in _STAGES),
                ("temperature", self.tr("GPU temperature"), ""),
                ("power", self.tr("GPU power"), ""),
                ("clock", self.tr("GPU clock"), ""),
            )
        )

    def _memory_caption(self, stage: Stage) -> str:
        return self.tr("{stage}, memory").format(stage=lane_words(stage))


def _of(used: int | None, total: int | None) -> str:
    """Return "3.1 of 24.0 GB", or what of it is told."""
    if used is None:
        return "" if total is None else gigabytes(total)
    return gigabytes(used) if total is None else f"{gigabytes(used)} / {gigabytes(total)}"
