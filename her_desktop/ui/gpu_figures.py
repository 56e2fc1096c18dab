"""The figures of each GPU, and in words what its driver does not tell.

Rule: it shows what was sampled and folded elsewhere. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from her_desktop.conversation.events import GpuSampled, Stage
from her_desktop.metrics.gpu_load import GpuFold
from her_desktop.ui.figures import Figures
from her_desktop.ui.labels import prose
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import counter_words, gigabytes, percent

_STAGES = (Stage.STT, Stage.LLM, Stage.TTS)


class GpuFigures(QWidget):
    """Owns a name and a table for each GPU, made when it is first sampled; why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with no GPU and no reason."""
        super().__init__(parent)
        self._names: dict[int, QLabel] = {}
        self._tables: dict[int, Figures] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._remark = prose()
        self._remark.setContentsMargins(0, GRID, 0, 0)
        self._remark.hide()
        self._column.addWidget(self._remark)

    def show_fold(self, fold: GpuFold) -> None:
        """Show the latest of every GPU."""
        for index, sample in sorted(fold.latest.items()):
            if index not in self._tables:
                self._add_card(index)
            # A line of its own: cards have long names, beside which no figure would fit.
            self._names[index].setText(sample.name)
            self._show_sample(self._tables[index], sample)
        first = min(self._tables, default=None)
        if first is not None:
            for stage in _STAGES:
                held = fold.memory.get(stage, 0)
                self._tables[first].show_figure(stage, gigabytes(held) if held else "")
        self._show_remark(self._words(fold))

    def name(self, index: int = 0) -> str:
        """Return the name that stands above a GPU's figures, "" where there is no such GPU."""
        label = self._names.get(index)
        return label.text() if label else ""

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
        table.show_figure("gpu", "" if load is None else percent(load))
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

    def _add_card(self, index: int) -> None:
        self._names[index], self._tables[index] = prose(soft=False), self._table()
        # Nearer to its own figures than to what stands above it.
        self._names[index].setContentsMargins(0, GRID + GRID // 2, 0, GRID // 4)
        for widget in (self._names[index], self._tables[index]):
            self._column.insertWidget(self._column.count() - 1, widget)

    def _table(self) -> Figures:
        return Figures(
            (
                ("gpu", self.tr("Load"), self.tr("How busy it was in the last second.")),
                ("gpu memory", self.tr("Memory"), ""),
                ("own memory", self.tr("Memory, this program"), ""),
                *((stage, self._memory_caption(stage), "") for stage in _STAGES),
                ("temperature", self.tr("Temperature"), ""),
                ("power", self.tr("Power"), ""),
                ("clock", self.tr("Clock"), ""),
            )
        )

    def _memory_caption(self, stage: Stage) -> str:
        return self.tr("Memory, {stage}").format(stage=stage.value)


def _of(used: int | None, total: int | None) -> str:
    """Return "3.1 of 24.0 GB", or what of it is told."""
    if used is None:
        return "" if total is None else gigabytes(total)
    return gigabytes(used) if total is None else f"{gigabytes(used)} / {gigabytes(total)}"
