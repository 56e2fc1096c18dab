"""A table of what was found: a light, what it is about, sentences, and the time it took.

Rule: it shows what it is told; the light is in words as well, for who copies or listens. GUI thread
only.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from her_desktop.metrics.health import Light
from her_desktop.ui.stage_lights import Dot
from her_desktop.ui.theme import GRID, small_font, tabular


class FindingTable(QWidget):
    """Owns rows of a light, a caption, sentences and a time; a row is known by its name."""

    def __init__(self) -> None:
        """Begin without a row."""
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(2, 1)
        self._rows: dict[str, tuple[Dot, QLabel, QLabel, QLabel]] = {}

    def put(self, name: str, caption: str) -> None:
        """Make sure that there is a row of that name."""
        if name in self._rows:
            return
        light, told, detail, took = Dot(), QLabel(caption), QLabel(), QLabel()
        for label in (told, detail, took):
            label.setFont(small_font())
            label.setTextFormat(Qt.TextFormat.PlainText)
        told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        detail.setWordWrap(True)
        detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        took.setFont(tabular(small_font()))
        row, top = self._grid.rowCount(), Qt.AlignmentFlag.AlignTop
        holder = QVBoxLayout()
        holder.setContentsMargins(0, 3, 0, 0)
        holder.addWidget(light, 0, top)
        self._grid.addLayout(holder, row, 0, top)
        self._grid.addWidget(told, row, 1, top)
        self._grid.addWidget(detail, row, 2)
        self._grid.addWidget(took, row, 3, top | Qt.AlignmentFlag.AlignRight)
        self._rows[name] = light, told, detail, took

    def tell(self, name: str, light: Light, detail: str, took: str) -> None:
        """Say in a row what is known now."""
        row = self._rows[name]
        row[0].show_light(light)
        row[0].setToolTip(verdict_words(light))
        if (row[2].text(), row[3].text()) != (detail, took):
            row[2].setText(detail)
            row[3].setText(took)
            spoken = (verdict_words(light), detail, took)
            row[2].setAccessibleName(f"{row[1].text()}: {', '.join(filter(None, spoken))}")

    def clear(self) -> None:
        """Remove every row."""
        while (item := self._grid.takeAt(0)) is not None:
            if inner := item.layout():
                while (kept := inner.takeAt(0)) is not None:
                    _remove(kept.widget())
            _remove(item.widget())
        self._rows.clear()

    def lines(self) -> list[str]:
        """Return the rows as text, with the light in words."""
        return [
            f"{told.text()} [{verdict_words(light.shown)}] {detail.text()} {took.text()}".rstrip()
            for light, told, detail, took in self._rows.values()
        ]


def verdict_words(light: Light) -> str:
    """Return what a light says in one word."""
    match light:
        case Light.WELL:
            return QCoreApplication.translate("FindingTable", "well")
        case Light.FAILED:
            return QCoreApplication.translate("FindingTable", "broken")
        case Light.UNTRIED:
            return QCoreApplication.translate("FindingTable", "to know")


def _remove(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.deleteLater()
