"""One calm line for what a person should know: a fault and what to do, or a notice.

Rule: one sentence at a time, the newest first; what is dismissed gives way to the one before.
A sentence with a key goes by itself once its cause is gone. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from her_desktop.ui.buttons import IconButton
from her_desktop.ui.icons import SIZE, icon_pixmap
from her_desktop.ui.theme import CORNER, GRID, body_font, color, colors_of

KEPT = 20
"""Sentences that wait behind the one that is shown; older ones are let go."""


class Banner(QWidget):
    """Owns the sentences that wait to be read; the window adds and clears them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self._sentences: dict[str, str] = {}
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setWordWrap(True)
        self._label.setFont(body_font())
        self._dismiss = IconButton("close", self.tr("Dismiss this message"), self, side=32)
        self._dismiss.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIZE + 3 * GRID, GRID // 2, GRID // 2, GRID // 2)
        row.addWidget(self._label, 1)
        row.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on screen, or ""."""
        return self._label.text() if self._sentences else ""

    @property
    def standing(self) -> tuple[str, ...]:
        """The keys of the sentences that wait to be read, oldest first."""
        return tuple(self._sentences)

    @property
    def dismiss_button(self) -> IconButton:
        """The button that takes the sentence away."""
        return self._dismiss

    def tell(self, key: str, sentence: str) -> None:
        """Show a sentence; one with the same key is replaced. An empty one clears the key."""
        if not sentence:
            self.clear(key)
            return
        # The same fault may be told twice, by a device and by the press that it spoiled.
        for other in [k for k, said in self._sentences.items() if k == key or said == sentence]:
            del self._sentences[other]
        self._sentences[key] = sentence
        while len(self._sentences) > KEPT:
            del self._sentences[next(iter(self._sentences))]
        self._show_newest()

    def clear(self, key: str) -> None:
        """Take back a sentence whose cause is gone."""
        if self._sentences.pop(key, None) is not None:
            self._show_newest()

    @Slot()
    def dismiss(self) -> None:
        """Take away the sentence on screen."""
        if self._sentences:
            self._sentences.popitem()
        self._show_newest()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and the sign."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors.blush))
        painter.drawRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        pixmap = icon_pixmap("notice", colors.accent_ink, SIZE, self.devicePixelRatioF())
        painter.drawPixmap(GRID + GRID // 2, min(self.height() // 2, 20) - SIZE // 2, pixmap)
        painter.end()

    def _show_newest(self) -> None:
        newest = next(reversed(self._sentences.values()), "")
        self._label.setText(newest)
        self._label.setAccessibleName(newest)
        self.setVisible(bool(newest))
