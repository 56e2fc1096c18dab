"""The things a person presses: round ones with an icon, plain ones with words, and ones to hold.

Rule: each is painted in the palette of the moment, has a name for a screen reader, shows where the
keyboard is, and does the same for mouse and keyboard. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from her_desktop.ui.icons import SIZE, icon_pixmap
from her_desktop.ui.keyboard import Ringed
from her_desktop.ui.theme import CORNER, GRID, body_font, color, colors_of, small_font


class _Button(Ringed, QAbstractButton):
    """What every button of ours shares: hover, and a ring where the keyboard is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Paint the hover."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Paint without the hover."""
        self.update()
        super().leaveEvent(event)

    def name(self, words: str, tip: str = "") -> None:
        """Give the button its name for a screen reader, and the same or a longer tool tip."""
        self.setAccessibleName(words)
        self.setToolTip(tip or words)

    def _paint_icon(self, painter: QPainter, icon: str, tint: str, center: QPoint) -> None:
        pixmap = icon_pixmap(icon, tint, SIZE, self.devicePixelRatioF())
        painter.drawPixmap(center - QPoint(SIZE // 2, SIZE // 2), pixmap)


class IconButton(_Button):
    """A round button with an icon; `filled` ones carry the accent."""

    def __init__(
        self,
        icon: str,
        words: str,
        parent: QWidget | None = None,
        *,
        filled: bool = False,
        side: int = 40,
    ) -> None:
        """Show `icon`; `words` are its name and tool tip; `side` is in pixels."""
        super().__init__(parent)
        self._icon = icon
        self._filled = filled
        self._faint = False
        self._lit = False
        self._side = side
        self.name(words)

    def show_icon(self, icon: str, words: str) -> None:
        """Change the picture together with the name, so that neither is ever wrong alone."""
        if (icon, words) == (self._icon, self.accessibleName()):
            return
        self._icon = icon
        self.name(words)
        self.update()

    @property
    def icon_name(self) -> str:
        """Which picture is shown."""
        return self._icon

    def set_faint(self, faint: bool) -> None:
        """Stay out of sight until the mouse or the keyboard comes near."""
        self._faint = faint
        self.update()

    def set_lit(self, lit: bool) -> None:
        """Carry a breath of the accent: what this button stands for is on."""
        if lit is not self._lit:
            self._lit = lit
            self.update()

    def sizeHint(self) -> QSize:
        """Return the square the button fills."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the disc, the icon and the ring."""
        near = self.underMouse() or self.hasFocus()
        parent = self.parentWidget()
        if self._faint and not near and not (parent and parent.underMouse()):
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect())
        tint = colors.soft_ink
        painter.setPen(Qt.PenStyle.NoPen)
        if self._filled and self.isEnabled():
            painter.setBrush(color(colors.accent_ink if self.isDown() else colors.accent))
            painter.drawEllipse(disc)
            tint = colors.on_accent
        elif self._lit:
            painter.setBrush(color(colors.blush))
            painter.drawEllipse(disc)
            tint = colors.accent_ink
        elif self.isEnabled() and (self.isDown() or self.underMouse()):
            painter.setBrush(color(colors.line if self.isDown() else colors.sunken))
            painter.drawEllipse(disc)
            tint = colors.ink
        if not self.isEnabled():
            tint = colors.grey
        self._paint_icon(painter, self._icon, tint, self.rect().center() + QPoint(1, 1))
        self._paint_ring(painter, disc, disc.width() / 2, colors)
        painter.end()


class TextButton(_Button):
    """A quiet button of words, for what is wanted now and then."""

    def __init__(self, words: str, parent: QWidget | None = None, icon: str = "") -> None:
        """Show `words`, after an icon where one is given."""
        super().__init__(parent)
        self.is_raised = False
        """Whether it lies on a sunken ground and is to stand out from it."""
        self._icon = icon
        self.setFont(small_font())
        self.say(words)

    def say(self, words: str) -> None:
        """Change the words."""
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room the words and the icon need."""
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self.text()) + 3 * GRID
        return QSize(width + (SIZE + GRID // 2 if self._icon else 0), metrics.height() + 2 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill, the icon, the words and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        ground = colors.surface if self.is_raised else colors.sunken
        near = self.isEnabled() and self.underMouse()
        painter.setBrush(color(colors.line if near else ground))
        painter.drawRoundedRect(shape, CORNER, CORNER)
        area = self.rect()
        if self._icon:
            center = QPoint(GRID + SIZE // 2, area.center().y() + 1)
            tint = colors.soft_ink if self.isEnabled() else colors.grey
            self._paint_icon(painter, self._icon, tint, center)
            # The words stand in the middle between the icon's end and as much air as before it.
            area.adjust(SIZE + GRID, 0, -GRID // 2, 0)
        painter.setPen(color(colors.ink if self.isEnabled() else colors.grey))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_ring(painter, shape, CORNER, colors)
        painter.end()


class HoldButton(_Button):
    """A button that is held: `held` when it goes down, `let_go` exactly once after it.

    It does not let go because the mouse strays from it, since people move while they talk; it does
    when the focus, the mouse or the button itself is taken away. A screen reader, which can only
    click, begins with one click and ends with the next.
    """

    held = Signal()
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin untouched."""
        super().__init__(parent)
        # Qt's own `down` ends with every click, also with the one that means: hold.
        self._is_held = False
        self.clicked.connect(self._toggle)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go down under the left button."""
        if event.button() is Qt.MouseButton.LeftButton and self.hitButton(
            event.position().toPoint()
        ):
            self._go_down()
            event.accept()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stay down wherever the mouse goes."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Come up."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._come_up()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go down under Space, once however long it is held; other keys are for others."""
        if event.key() != Qt.Key.Key_Space or event.modifiers():
            event.ignore()
        elif not event.isAutoRepeat():
            self._go_down()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Come up with Space."""
        if event.key() != Qt.Key.Key_Space:
            event.ignore()
        elif not event.isAutoRepeat():
            self._come_up()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Come up: the key's release would go elsewhere."""
        self._come_up()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Come up: nobody can hold what is not there."""
        self._come_up()
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        """Come up when the mouse is taken away, as a menu or another window does."""
        if event.type() == QEvent.Type.UngrabMouse:
            self._come_up()
        return super().event(event)

    @Slot()
    def _toggle(self) -> None:
        if self._is_held:
            self._come_up()
        else:
            self._go_down()

    def _go_down(self) -> None:
        if not self._is_held:
            self._is_held = True
            self.setDown(True)
            self.update()
            self.held.emit()

    def _come_up(self) -> None:
        if self._is_held:
            self._is_held = False
            self.setDown(False)
            self.update()
            self.let_go.emit()


class TalkButton(HoldButton):
    """The button with the words "Hold to talk" on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show the invitation."""
        super().__init__(parent)
        self.setFont(body_font())
        self.setText(self.tr("Hold to talk"))
        self.name(self.tr("Hold to talk"), self.tr("Hold this button, the orb or Space, and talk"))

    def sizeHint(self) -> QSize:
        """Return the room for the longer of the two texts it shows."""
        metrics = QFontMetrics(self.font())
        texts = (self.tr("Hold to talk"), self.tr("Let go to send"))
        widest = max(metrics.horizontalAdvance(text) for text in texts)
        return QSize(widest + SIZE + 4 * GRID, max(40, metrics.height() + 2 * GRID))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill with its microphone; full of the accent while it is held."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QRectF(self.rect())
        down = self._is_held
        fill, tint = (
            (colors.accent, colors.on_accent) if down else (colors.blush, colors.accent_ink)
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(fill))
        painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        if self.underMouse() and not down:
            painter.setBrush(color(colors.accent, 0.10))
            painter.drawRoundedRect(shape, shape.height() / 2, shape.height() / 2)
        words = self.tr("Let go to send") if down else self.text()
        advance = painter.fontMetrics().horizontalAdvance(words)
        left = (self.width() - advance - SIZE - GRID) // 2
        center = QPoint(left + SIZE // 2, self.rect().center().y() + 1)
        self._paint_icon(painter, "microphone", tint, center)
        painter.setPen(color(tint))
        area = self.rect().adjusted(left + SIZE + GRID, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        self._paint_ring(painter, shape, shape.height() / 2, colors)
        painter.end()
