"""Where the keyboard is: the ring that shows it, and the way back to it in a view made anew.

Rule: the ring is for whoever came by keyboard; a click needs none. GUI thread only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from her_desktop.ui.theme import Colors, color

BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""What brings the focus to somebody who has to be shown where it is."""

# Qt allows one of its classes among the bases; to the type checker this is a part of a widget.
if TYPE_CHECKING:
    _PartOfWidget = QWidget
else:
    _PartOfWidget = object


class Ringed(_PartOfWidget):
    """Named before a widget's class, it knows whether the ring is to be drawn there."""

    _ring = False

    @property
    def has_ring(self) -> bool:
        """Whether the keyboard is here and somebody has to be shown."""
        return self._ring

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring only to somebody who came by keyboard."""
        self._ring = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        self._ring = False
        super().focusOutEvent(event)

    def _paint_ring(self, painter: QPainter, shape: QRectF, radius: float, colors: Colors) -> None:
        """Draw the ring inside `shape`, whose corners have `radius` pixels, where there is one."""
        if self._ring:
            paint_ring(painter, shape, radius, colors)


def paint_ring(painter: QPainter, shape: QRectF, radius: float, colors: Colors) -> None:
    """Draw the ring that shows where the keyboard is."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color(colors.accent_ink), 2))
    painter.drawRoundedRect(shape.adjusted(1, 1, -1, -1), radius - 1, radius - 1)


class KeyboardPlace:
    """Knows which widget inside another has the keyboard, by the way that leads to it."""

    def __init__(self, root: QWidget) -> None:
        """Note where the keyboard is, or will be once the window of `root` has it."""
        self._way: list[int] | None = None
        self._has_ring = False
        widget = root.window().focusWidget()
        if widget is None or not root.isAncestorOf(widget):
            return
        self._has_ring = isinstance(widget, Ringed) and widget.has_ring
        self._way = []
        while widget is not None and widget is not root:
            above = widget.parentWidget()
            if above is None:
                break
            self._way.append(_children(above).index(widget))
            widget = above

    def restore(self, root: QWidget) -> None:
        """Give the keyboard to the widget that stands there in `root`, built by the same code."""
        if self._way is None:
            return
        widget = root
        for number in reversed(self._way):
            inside = _children(widget)
            if number >= len(inside):
                return
            widget = inside[number]
        reasons = Qt.FocusReason
        widget.setFocus(
            reasons.TabFocusReason if self._has_ring else reasons.ActiveWindowFocusReason
        )


def _children(widget: QWidget) -> list[QWidget]:
    return [child for child in widget.children() if isinstance(child, QWidget)]
