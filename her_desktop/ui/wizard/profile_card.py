"""A card for each way to be equipped: what it is, what it needs, under which licences.

Rule: the whole card is the button; what its colours say stands in words beside them. GUI thread
only.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from her_desktop.catalogue import Model
from her_desktop.profiles import Fit, Reason, Size
from her_desktop.ui.keyboard import Ringed
from her_desktop.ui.theme import CORNER, GRID, body_font, color, colors_of, small_font

_RADIO = 16


def size_words(size: Size) -> str:
    """Return the name of a profile and what it is for."""
    match size:
        case Size.LIGHT:
            return QCoreApplication.translate("ProfileCard", "Light: quick, and small")
        case Size.BALANCED:
            return QCoreApplication.translate("ProfileCard", "Balanced: good answers, still quick")
        case Size.QUALITY:
            return QCoreApplication.translate(
                "ProfileCard", "Quality: the best this machine can do"
            )


def fit_words(fit: Fit, reason: Reason) -> str:
    """Return whether a profile fits, and what it lacks."""
    match fit, reason:
        case Fit.FITS, _:
            return QCoreApplication.translate("ProfileCard", "fits")
        case Fit.TIGHT, Reason.SPEED:
            return QCoreApplication.translate("ProfileCard", "tight: slow on this processor")
        case Fit.TIGHT, _:
            return QCoreApplication.translate("ProfileCard", "tight: little memory is left")
        case _, Reason.DISK:
            return QCoreApplication.translate("ProfileCard", "won\u2019t fit: the disk is too full")
        case _:
            return QCoreApplication.translate("ProfileCard", "won\u2019t fit: too little memory")


def model_words(models: tuple[Model, ...]) -> str:
    """Return the names of models, each with its licence."""
    return " · ".join(f"{model.name} ({model.licence})" for model in models)


class ProfileCard(Ringed, QAbstractButton):
    """Owns one card; checked while it is the one that is chosen."""

    def __init__(self, title: str, badge: str, lines: tuple[str, ...]) -> None:
        """Show a title, a `badge` at its right, and lines below."""
        super().__init__()
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setText(title)
        self.setAccessibleName(f"{title}, {badge}" if badge else title)
        self.setAccessibleDescription(" ".join(lines))
        self.setToolTip(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(_RADIO + 4 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        column.setSpacing(GRID // 2)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        font = body_font()
        font.setWeight(font.Weight.DemiBold)
        self._title = _label(title)
        self._title.setFont(font)
        self._badge = _label(badge)
        self._badge.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._badge.setWordWrap(False)
        top.addWidget(self._title, 1)
        top.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        for line in filter(None, lines):
            label = _label(line)
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            column.addWidget(label)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface, the point that says whether it is chosen, and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shape = QRectF(self.rect())
        chosen = self.isChecked()
        near = self.isEnabled() and self.underMouse()
        ground = colors.blush if chosen else colors.sunken if near else colors.surface
        painter.setBrush(color(ground))
        painter.drawRoundedRect(shape, CORNER, CORNER)
        middle = GRID + 4 + self._title.height() / 2
        circle = QRectF(2 * GRID, middle - _RADIO / 2, _RADIO, _RADIO)
        tint = colors.accent if chosen else colors.grey
        painter.setPen(QPen(color(tint), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle.adjusted(1, 1, -1, -1))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(tint))
            painter.drawEllipse(circle.adjusted(4, 4, -4, -4))
        self._paint_ring(painter, shape, CORNER, colors)
        painter.end()


def _label(words: str) -> QLabel:
    label = QLabel(words)
    label.setFont(small_font())
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # The card below takes the mouse.
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
