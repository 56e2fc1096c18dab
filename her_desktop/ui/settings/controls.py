"""What a setting is set with by moving something: a switch, a list that folds out.

Rule: painted in the palette of the moment; a wheel that passes over on the way down the page
changes nothing; the same by mouse and by keyboard. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from her_desktop.ui.icons import SIZE, icon_pixmap
from her_desktop.ui.keyboard import Ringed
from her_desktop.ui.settings.outline import Option, Value
from her_desktop.ui.theme import (
    CORNER,
    GRID,
    color,
    colors_of,
    small_font,
)

_Index = QModelIndex | QPersistentModelIndex

HEIGHT = 36
"""Pixels of a control; more where the font asks for it."""

LEAST = 22 * GRID
"""Pixels that a list or a number takes at least, so that they stand in one column."""

WIDEST = 30 * GRID
"""Pixels that a control beside its words takes at most."""


def height_of_line(font_metrics: QFontMetrics) -> int:
    """Return the height of a control with one line of text in it."""
    return max(HEIGHT, font_metrics.height() + 2 * GRID)


class Switch(Ringed, QAbstractButton):
    """On or off: the knob lies right where it is on, and the accent says so as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin off."""
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room for the knob's two places."""
        return QSize(6 * GRID, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove, the knob and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        is_on = self.isChecked()
        on = colors.accent if self.isEnabled() else colors.grey
        painter.setBrush(color(on if is_on else colors.line))
        painter.drawRoundedRect(groove, groove.height() / 2, groove.height() / 2)
        side = groove.height() - 6
        left = groove.right() - side - 3 if is_on else groove.left() + 3
        knob = colors.on_accent if is_on else colors.soft_ink if self.isEnabled() else colors.grey
        painter.setBrush(color(knob))
        painter.drawEllipse(QRectF(left, groove.top() + 3, side, side))
        self._paint_ring(painter, QRectF(self.rect()), self.height() / 2, colors)
        painter.end()


class Choice(Ringed, QComboBox):
    """A list that folds out; `chosen` tells the value that the user took."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing to choose from."""
        super().__init__(parent)
        self.setFont(small_font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(12)
        self.setItemDelegate(_Lines(self))
        self.activated.connect(self._on_activated)

    def show_options(self, options: Sequence[Option], value: Value) -> None:
        """Offer `options` and show `value`; one that is not among them is shown as it stands."""
        wanted = list(options)
        if value not in [each for each, _ in wanted]:
            wanted.append((value, str(value)))
        if wanted != [(self.itemData(i), self.itemText(i)) for i in range(self.count())]:
            self.clear()
            for each, words in wanted:
                self.addItem(words, each)
            self.updateGeometry()
        self.setCurrentIndex([each for each, _ in wanted].index(value))

    def sizeHint(self) -> QSize:
        """Return the room for the longest words, up to `WIDEST`."""
        metrics = QFontMetrics(self.font())
        widest = max(
            (metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0
        )
        width = min(WIDEST, max(LEAST, widest + 4 * GRID + SIZE))
        return QSize(width, height_of_line(metrics))

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are cut only beyond `WIDEST`."""
        return self.sizeHint()

    def showPopup(self) -> None:
        """Fold the list out, with a hair line around it in place of the style's frame."""
        ground = self.view().parentWidget()
        if isinstance(ground, QFrame):
            ground.setFrameStyle(QFrame.Shape.Box | QFrame.Shadow.Plain)
            palette = ground.palette()
            palette.setColor(QPalette.ColorRole.WindowText, color(colors_of(self).line))
            ground.setPalette(palette)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    @property
    def tip(self) -> str:
        """What the mouse is told: the help, below the words where they are cut."""
        whole = self.currentText()
        is_cut = self.fontMetrics().horizontalAdvance(whole) > self._room().width()
        return "\n".join(filter(None, [whole if is_cut else "", self.toolTip()]))

    def event(self, event: QEvent) -> bool:
        """Tell the mouse what the screen has no room for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip, self)
            return True
        return super().event(event)

    def _room(self) -> QRect:
        """Return where the words stand."""
        return self.rect().adjusted(2 * GRID - 4, 0, -(GRID + SIZE), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground, the words, the arrow and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shape = QRectF(self.rect())
        near = self.isEnabled() and self.underMouse()
        painter.setBrush(color(colors.line if near else colors.sunken))
        painter.drawRoundedRect(shape, CORNER, CORNER)
        right = self.width() - GRID - SIZE
        tint = colors.ink if self.isEnabled() else colors.grey
        painter.drawPixmap(
            QPoint(right, (self.height() - SIZE) // 2),
            icon_pixmap(
                "down",
                colors.soft_ink if self.isEnabled() else colors.grey,
                SIZE,
                self.devicePixelRatioF(),
            ),
        )
        room = self._room()
        painter.setPen(color(tint))
        words = painter.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        self._paint_ring(painter, shape, CORNER, colors)
        painter.end()

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self.itemData(index))


class _Lines(QStyledItemDelegate):
    """How one line of a list that is folded out looks."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 4 * GRID, max(HEIGHT, size.height() + GRID))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice = self.parent()
        assert isinstance(choice, QWidget)
        colors = colors_of(choice)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(option.rect, color(colors.surface))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(colors.blush))
            shape = QRectF(option.rect).adjusted(4, 2, -4, -2)
            painter.drawRoundedRect(shape, CORNER - 4, CORNER - 4)
        painter.setFont(small_font())
        painter.setPen(color(colors.accent_ink if chosen else colors.ink))
        room = option.rect.adjusted(2 * GRID - 4, 0, -GRID, 0)
        words = painter.fontMetrics().elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()
