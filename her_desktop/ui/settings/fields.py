"""What a setting is typed into: a number with a unit, a line, a text.

Rule: as in `controls`. What is typed is told while it is typed; whoever listens decides when it is
meant. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from her_desktop.ui.buttons import IconButton
from her_desktop.ui.icons import SIZE, icon_pixmap
from her_desktop.ui.keyboard import BY_KEYBOARD, paint_ring
from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.settings.controls import LEAST, WIDEST, height_of_line
from her_desktop.ui.theme import CORNER, GRID, body_font, color, colors_of, small_font, tabular
from her_desktop.ui.translation import language_of_window


def see_through(widget: QWidget) -> None:
    """Let the ground below a text field be seen; its other colours go on following the theme."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
    widget.setPalette(palette)


class Ground(QWidget):
    """The rounded ground that a text field lies on, with a ring where the keyboard is in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty; `hold` puts the field in."""
        super().__init__(parent)
        self._ring = False
        self.icon = ""
        """What is drawn before the field, if anything."""
        self.is_raised = False
        """Whether it lies on a sunken ground and is to stand out from it."""
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(GRID // 2, 0, GRID // 2, 0)
        self.row.setSpacing(0)

    def hold(self, field: QWidget) -> None:
        """Watch a field's focus, and pass one's own on to it."""
        field.installEventFilter(self)
        self.setFocusProxy(field)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Show or hide the ring."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            assert isinstance(event, QFocusEvent)
            self._ring = event.gotFocus() and event.reason() in BY_KEYBOARD
            self.update()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and the ring."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors.surface if self.is_raised else colors.sunken))
        painter.drawRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        if self.icon:
            pixmap = icon_pixmap(self.icon, colors.soft_ink, SIZE, self.devicePixelRatioF())
            painter.drawPixmap(GRID, (self.height() - SIZE) // 2, pixmap)
        if self._ring:
            paint_ring(painter, QRectF(self.rect()), CORNER, colors)
        painter.end()


class Stepper(Ground):
    """A number with a unit; `moved` tells every new one."""

    moved = Signal(float)

    def __init__(
        self,
        low: float,
        high: float,
        *,
        step: float = 1,
        unit: str = "",
        special: str = "",
        is_whole: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Go from `low` to `high`; `special` stands for the lowest."""
        super().__init__(parent)
        self.number_field = _Number()
        field = self.number_field
        field.setDecimals(0 if is_whole else 1)
        field.setRange(low, high)
        field.setSingleStep(step)
        field.setSpecialValueText(special)
        field.setSuffix(f"\u202f{unit}" if unit else "")
        self.hold(field)
        self.less = IconButton("minus", self.tr("Less"), self, side=28)
        self.more = IconButton("plus", self.tr("More"), self, side=28)
        for button, act in ((self.less, field.stepDown), (self.more, field.stepUp)):
            # The field's own arrow keys do the same: one stop of the Tab key is enough.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoRepeat(True)
            button.clicked.connect(act)
        self.row.addWidget(self.less)
        self.row.addWidget(field, 1)
        self.row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        field.valueChanged.connect(self._on_value)
        self._on_value(field.value())

    @property
    def number(self) -> float:
        """The number shown."""
        return self.number_field.value()

    def show_number(self, number: float) -> None:
        """Show a number without telling anybody."""
        field = self.number_field
        if field.hasFocus() and field.value() == number:
            return  # it is being typed: to write it again would move the cursor
        field.blockSignals(True)
        field.setValue(number)
        field.blockSignals(False)
        self._offer_steps()

    def sizeHint(self) -> QSize:
        """Return the room for the longest of the numbers, and for the special one."""
        field = self.number_field
        metrics = QFontMetrics(field.font())
        texts = [
            field.textFromValue(end) + field.suffix() for end in (field.minimum(), field.maximum())
        ]
        widest = max(metrics.horizontalAdvance(text) for text in (*texts, field.specialValueText()))
        width = max(LEAST, widest + 4 * GRID + 2 * 28)
        return QSize(min(WIDEST, width), height_of_line(metrics))

    @Slot(float)
    def _on_value(self, number: float) -> None:
        self._offer_steps()
        self.moved.emit(number)

    def _offer_steps(self) -> None:
        field = self.number_field
        self.less.setEnabled(field.value() > field.minimum())
        self.more.setEnabled(field.value() < field.maximum())


class _Number(QDoubleSpinBox):
    """The field of a stepper."""

    def __init__(self) -> None:
        super().__init__()
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setFrame(False)
        self.setFont(tabular(small_font()))
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setGroupSeparatorShown(True)
        self.setLocale(QLocale(language_of_window()))
        see_through(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class TextLine(Ground):
    """A line of text; `edited` tells it while it is typed."""

    edited = Signal(str)

    def __init__(self, hint: str, longest: int, parent: QWidget | None = None) -> None:
        """Take `longest` letters; `hint` stands there while it is empty."""
        super().__init__(parent)
        self.entry = QLineEdit(self)
        self.entry.setFrame(False)
        self.entry.setFont(small_font())
        self.entry.setMaxLength(longest)
        self.entry.setPlaceholderText(hint)
        see_through(self.entry)
        self.hold(self.entry)
        self.row.setContentsMargins(GRID, 0, GRID, 0)
        self.row.addWidget(self.entry)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.entry.textEdited.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show a text without telling anybody."""
        if self.entry.text() != text:
            self.entry.setText(text)

    def sizeHint(self) -> QSize:
        """Return the room for a few words."""
        return QSize(LEAST, height_of_line(QFontMetrics(self.entry.font())))


class TextArea(Ground):
    """A text of several lines; `edited` tells it while it is typed."""

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.entry = QPlainTextEdit(self)
        self.entry.setFrameShape(QFrame.Shape.NoFrame)
        self.entry.setFont(body_font())
        self.entry.setVerticalScrollBar(ScrollBar(sunken=True))
        # The Tab key goes on to the next control: nobody indents here.
        self.entry.setTabChangesFocus(True)
        see_through(self.entry)
        self.hold(self.entry)
        self.row.setContentsMargins(GRID, GRID, GRID // 2, GRID)
        self.row.addWidget(self.entry)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._is_shown_by_us = False
        self.entry.textChanged.connect(self._on_text)

    def show_text(self, text: str) -> None:
        """Show a text without telling anybody."""
        if self.entry.toPlainText() == text:
            return
        self._is_shown_by_us = True
        self.entry.setPlainText(text)
        self._is_shown_by_us = False

    def sizeHint(self) -> QSize:
        """Return the room for six lines."""
        line = QFontMetrics(self.entry.font()).lineSpacing()
        return QSize(WIDEST, 6 * line + 4 * GRID)

    @Slot()
    def _on_text(self) -> None:
        if not self._is_shown_by_us:
            self.edited.emit(self.entry.toPlainText())
