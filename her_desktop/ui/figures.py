"""A short table of captions and figures, whose rows show only while they have something to say.

Rule: it shows the words it is given. Figures have one width, so that they do not dance as they
change; a caption that leaves them no room wraps. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from her_desktop.ui.labels import prose
from her_desktop.ui.theme import GRID, small_font, tabular


class Figures(QWidget):
    """Owns one row for each name, in the order given; a row without words takes no room."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """Begin with all rows empty. A row is (name, caption, explanation for who asks)."""
        super().__init__(parent)
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        # No spacing between rows: one that is hidden would leave its own behind.
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        for number, (name, caption, explanation) in enumerate(rows):
            told = prose(caption)
            value = QLabel()
            value.setFont(tabular(small_font()))
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            for label in (told, value):
                label.setContentsMargins(0, GRID // 4, 0, GRID // 4)
                label.setToolTip(explanation)
                label.hide()
            self._captions[name], self._values[name] = told, value
            grid.addWidget(told, number, 0)
            grid.addWidget(value, number, 1)

    def show_figure(self, name: str, text: str, explanation: str | None = None) -> None:
        """Show words in a row, and hide the row where there are none."""
        value = self._values[name]
        if explanation is not None:
            value.setToolTip(explanation)
        if value.text() == text:
            return
        value.setText(text)
        value.setAccessibleName(f"{self._captions[name].text()}: {text}" if text else "")
        value.setVisible(bool(text))
        self._captions[name].setVisible(bool(text))

    def text(self, name: str) -> str:
        """Return what stands in a row, "" where it is hidden."""
        return self._values[name].text()

    @property
    def names(self) -> tuple[str, ...]:
        """The rows there are, shown or not."""
        return tuple(self._values)
