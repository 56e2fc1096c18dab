"""A button for what cannot be undone: it asks once, in its own place.

Rule: nothing happens before the second press. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from her_desktop.ui.buttons import TextButton
from her_desktop.ui.labels import prose
from her_desktop.ui.theme import GRID


class Confirm(QWidget):
    """Owns the button and the question; `confirmed` is the second press."""

    confirmed = Signal()

    def __init__(self, words: str, question: str, yes: str, no: str, icon: str = "") -> None:
        """Show `words`; ask `question` with the answers `yes` and `no`."""
        super().__init__()
        self.button = TextButton(words, self, icon)
        self._question = prose(question, soft=False)
        self.yes = TextButton(yes, self)
        self.no = TextButton(no, self)
        for button in (self.button, self.yes, self.no):
            button.setToolTip(question)
            button.setAccessibleDescription(question)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for button in (self.button, self.no, self.yes):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._question)
        column.addLayout(row)
        self.button.clicked.connect(self._ask)
        self.yes.clicked.connect(self._confirm)
        self.no.clicked.connect(self._calm)
        self._show(asks=False)

    @property
    def asks(self) -> bool:
        """Whether the question is on screen."""
        return not self.yes.isHidden()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Esc as the harmless answer."""
        if self.asks and event.key() == Qt.Key.Key_Escape:
            self._calm()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _ask(self) -> None:
        self._show(asks=True)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _calm(self) -> None:
        self._show(asks=False)
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _confirm(self) -> None:
        self._calm()
        self.confirmed.emit()

    def _show(self, *, asks: bool) -> None:
        self.button.setVisible(not asks)
        for widget in (self._question, self.yes, self.no):
            widget.setVisible(asks)
