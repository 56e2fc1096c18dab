"""The bottom of the window: a button to hold, a line to type in, and a button to send it.

Rule: what is typed is never lost; a message that was refused comes back into the line as long as
the user has typed nothing else. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from her_desktop.ui.buttons import IconButton, TalkButton
from her_desktop.ui.theme import GRID, body_font, color, colors_of

LONGEST = 100_000
"""Letters the line takes; a paste beyond that is cut."""


class Composer(QWidget):
    """Owns the line being typed; the window listens to it."""

    submitted = Signal(str)
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.talk_button = TalkButton(self)
        self.entry = QLineEdit(self)
        self.entry.setMaxLength(LONGEST)
        self.entry.setFrame(False)
        self.entry.setFont(body_font())
        self.entry.setPlaceholderText(self.tr("Or type a message"))
        self.entry.setAccessibleName(self.tr("Message"))
        self.entry.setToolTip(self.tr("Type a message and press Enter"))
        palette = QPalette()
        # Only this role is ours: the others go on following the theme.
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.entry.setPalette(palette)
        self.send_button = IconButton("send", self.tr("Send the message"), self, filled=True)
        self.send_button.setEnabled(False)
        self.stop_button = IconButton("stop", self.tr("Stop the answer"), self)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.stop_button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.talk_button)
        row.addWidget(self.entry, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.send_button)
        self.entry.textChanged.connect(self._on_text)
        self.entry.returnPressed.connect(self._submit)
        self.send_button.clicked.connect(self._submit)

    def give_back(self, text: str) -> None:
        """Put a refused message back, unless the user is already typing another."""
        if not self.entry.text():
            self.entry.setText(text)

    def take_over(self, other: Composer) -> None:
        """Go on with what is being typed in another one."""
        start, length = other.entry.selectionStart(), len(other.entry.selectedText())
        self.entry.setText(other.entry.text())
        self.entry.setCursorPosition(other.entry.cursorPosition())
        if length:
            self.entry.setSelection(start, length)

    def show_busy(self, *, busy: bool) -> None:
        """Offer to stop the answer while one is on its way."""
        self.stop_button.setVisible(busy)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill that everything lies in."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors.surface))
        shape = QRectF(self.rect())
        painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        painter.end()

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.send_button.setEnabled(bool(text.strip()))

    @Slot()
    def _submit(self) -> None:
        text = self.entry.text().strip()
        if text:
            self.entry.clear()
            self.submitted.emit(text)


def types_a_letter(event: QKeyEvent) -> bool:
    """Tell whether a key was meant as a letter or a sign, and not as a command."""
    held = event.modifiers()
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
    # AltGr, which types letters, is reported as Control and Alt together on some systems.
    alt_gr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    both = commands | Qt.KeyboardModifier.AltModifier
    is_command = bool(held & commands) and (held & both) != alt_gr
    return event.text().isprintable() and bool(event.text().strip()) and not is_command
