"""The top of the window: the state in words, and the switches.

Rule: what it says is what the events said last, never what was merely asked for. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from her_desktop.ui.buttons import IconButton
from her_desktop.ui.mode_switch import ModeSwitch
from her_desktop.ui.orb_face import POSES, Face
from her_desktop.ui.theme import GRID, blend, body_font, colors_of, small_font
from her_desktop.ui.wording import face_words

_STATE = 8 * GRID
"""Pixels of the state that stay in sight however narrow the window is: it matters most."""

_LEGIBLE = 9 * GRID
"""Pixels below which the beginning of a word says nothing, and is left out."""


class Header(QWidget):
    """Owns the line at the top; the window tells it what to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with the state of loading."""
        super().__init__(parent)
        self._dot = _Dot()
        self._state = _Elided(kept=_STATE)
        font = body_font()
        font.setWeight(font.Weight.DemiBold)
        self._state.setFont(font)
        self._detail = _Elided()
        self._detail.setFont(small_font())
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.mode_switch = ModeSwitch(self)
        self.mute_button = IconButton("microphone", "", self)
        self.panel_button = IconButton("performance", "", self)
        self.settings_button = IconButton("gear", self.tr("Settings"), self)
        self.settings_button.setToolTip(self.tr("Settings (Ctrl+,)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, GRID + GRID // 2, 2 * GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        row.addWidget(self._detail, 1)
        # Round buttons bring their own air, and a narrow window has none to give away.
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        buttons.addWidget(self.mode_switch)
        buttons.addSpacing(GRID // 2)
        for button in (self.mute_button, self.panel_button, self.settings_button):
            buttons.addWidget(button)
        row.addLayout(buttons)
        self.show_muted(muted=False)
        self.show_panel_open(is_open=True)
        self.show_state(Face.LOADING, "")

    @property
    def state_text(self) -> str:
        """The state, in words."""
        return self._state.text()

    @property
    def detail_text(self) -> str:
        """What stands beside the state."""
        return self._detail.text()

    def show_state(self, face: Face, detail: str) -> None:
        """Say the state, and beside it a detail such as a device."""
        self._dot.show_face(face)
        self._state.setText(face_words(face))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))

    def show_muted(self, *, muted: bool) -> None:
        """Let the microphone's button offer the other of its two states."""
        if muted:
            self.mute_button.show_icon("microphone-off", self.tr("Unmute the microphone"))
        else:
            self.mute_button.show_icon("microphone", self.tr("Mute the microphone"))
        self.mute_button.set_lit(muted)

    def show_panel_open(self, *, is_open: bool) -> None:
        """Let the panel's button offer the other of its two states."""
        words = self.tr("Hide performance") if is_open else self.tr("Show performance")
        self.panel_button.show_icon("performance", words)


class _Elided(QLabel):
    """Words that give way where the window is narrow; the whole of them is a tool tip then."""

    def __init__(self, kept: int = 0) -> None:
        """Begin without words; as far as `kept` pixels they give way to nothing."""
        super().__init__()
        self._kept = kept

    def minimumSizeHint(self) -> QSize:
        """Return the room that is not given away."""
        least = super().minimumSizeHint()
        return QSize(min(self._kept, least.width()), least.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        words, width = self.text(), self.width()
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
        if width < _LEGIBLE and shown != words:
            shown = ""
        self.setToolTip("" if shown == words else words)
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), align, shown)
        painter.end()


class _Dot(QWidget):
    """A point in the colour of the state, for a glance from across the room."""

    def __init__(self) -> None:
        super().__init__()
        self._face = Face.LOADING
        self.setFixedSize(QSize(10, 10))

    def show_face(self, face: Face) -> None:
        if face is not self._face:
            self._face = face
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(colors.grey, colors.accent, POSES[self._face].life))
        painter.drawEllipse(self.rect())
        painter.end()
