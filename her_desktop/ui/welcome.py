"""What stands in the empty room: a greeting, and how to begin.

Rule: it goes with the first line of a conversation. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from her_desktop.conversation.events import ListenMode
from her_desktop.ui.orb_face import Face
from her_desktop.ui.theme import GRID, body_font, large_font


class Welcome(QWidget):
    """Owns the three sentences of the empty state; the window tells it the present face."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Say them."""
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        column.setSpacing(GRID)
        greeting = QLabel(self.tr("Hello."))
        greeting.setFont(large_font())
        self._how = QLabel()
        self._how.setFont(body_font())
        else_ = QLabel(self.tr("Or type a line below. Nothing you say leaves this computer."))
        else_.setFont(body_font())
        else_.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (greeting, self._how, else_):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            column.addWidget(label)

    @property
    def text(self) -> str:
        """What it says about how to begin."""
        return self._how.text()

    def show_face(self, face: Face, mode: ListenMode, hint: str) -> None:
        """Say what to do in this state, with this way of talking; `hint` says it briefly."""
        if face is Face.IDLE and mode is ListenMode.HOLD:
            hint = self.tr("Hold the orb, the button or the space bar, and say something.")
        self.say(hint)

    def say(self, words: str) -> None:
        """Say something else until the state changes."""
        self._how.setText(words)
