"""One row on a page: its name, its sentence of help, its control, and the way back to the default.

Rule: shows what is in force and changes it through `Choices`; a row that means nothing with the
present settings is dimmed, not hidden, so that nothing jumps. GUI thread only.
"""

from __future__ import annotations

from functools import partial
from typing import assert_never

from PySide6.QtCore import QLocale, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from her_desktop.settings import LIMITS
from her_desktop.ui.buttons import IconButton, TextButton
from her_desktop.ui.models.flow import Flow
from her_desktop.ui.settings.choices import NUMBER_SETTLES, TEXT_SETTLES, Choices
from her_desktop.ui.settings.controls import Choice, Switch
from her_desktop.ui.settings.fields import Stepper, TextArea, TextLine
from her_desktop.ui.settings.outline import (
    Choose,
    Count,
    Entry,
    Line,
    Part,
    Prose,
    Row,
    Slide,
    Toggle,
    Value,
)
from her_desktop.ui.settings.slider import Slider
from her_desktop.ui.theme import CORNER, GRID, body_font, color, colors_of, small_font
from her_desktop.ui.translation import language_of_window

HIGHLIGHT = 1.6
"""Seconds for which the row that was searched for is shown."""

_RESET = 28

_DIGITS = 9
"""Digits that a number may have before it is written with a power of ten."""


class EntryView(QWidget):
    """What rows and parts share: the words, the place beside or below them, and the highlight."""

    def __init__(self, entry: Entry, *, is_wide: bool, parent: QWidget | None = None) -> None:
        """Say the entry's words; the control is put in by `_place`."""
        super().__init__(parent)
        self._is_lit = False
        self._unlit = QTimer(self)
        self._unlit.setSingleShot(True)
        self._unlit.timeout.connect(self._go_out)
        self.label = QLabel(entry.label)
        self.label.setFont(body_font())
        self.help = QLabel(entry.help)
        self.help.setFont(small_font())
        self.help.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for words in (self.label, self.help):
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            if not words.text():
                # To show the others is for the row: by itself a label would be a window.
                words.hide()
        self._is_wide = is_wide
        self._texts = QVBoxLayout()
        self._texts.setSpacing(GRID // 4)
        # Beside a high control the two keep together in the middle.
        self._texts.addStretch(1)
        self._texts.addWidget(self.label)
        self._texts.addWidget(self.help)
        self._texts.addStretch(1)
        self._line = QHBoxLayout()
        self._line.setSpacing(GRID)
        self._line.addLayout(self._texts, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2 * GRID, GRID + GRID // 2, GRID, GRID + GRID // 2)
        self._column.setSpacing(GRID)
        self._column.addLayout(self._line)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def light_up(self) -> None:
        """Show for a moment that this is what was looked for."""
        self._is_lit = True
        self._unlit.start(round(HIGHLIGHT * 1000))
        self.update()

    @property
    def is_lit(self) -> bool:
        """Whether it shows that it was looked for."""
        return self._is_lit

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the highlight."""
        if not self._is_lit:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(colors_of(self).blush))
        painter.drawRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        painter.end()

    def _place(self, control: QWidget) -> None:
        if self._is_wide:
            below = QVBoxLayout()
            below.setContentsMargins(0, 0, 2 * GRID - self._column.contentsMargins().right(), 0)
            below.addWidget(control)
            self._column.addLayout(below)
        else:
            middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self._line.addWidget(control, 0, middle)

    @Slot()
    def _go_out(self) -> None:
        self._is_lit = False
        self.update()


class PartView(EntryView):
    """A part with its words; the part itself is somebody else's widget."""

    def __init__(self, part: Part, parent: QWidget | None = None) -> None:
        """Make the part's widget."""
        super().__init__(part, is_wide=part.is_wide, parent=parent)
        self.part = part.make()
        # What stands beside its words ends where the rows' controls end.
        right = 2 * GRID if part.is_wide else 2 * GRID + _RESET
        self._column.setContentsMargins(2 * GRID, GRID + GRID // 2, right, GRID + GRID // 2)
        self._place(self.part)


class RowView(EntryView):
    """Owns the control of one setting."""

    def __init__(self, row: Row, choices: Choices, parent: QWidget | None = None) -> None:
        """Make the control, show what is in force, and follow it."""
        super().__init__(row, is_wide=isinstance(row.control, Prose), parent=parent)
        self.row = row
        self._choices = choices
        self.control = self._make()
        target = self.control.focusProxy() or self.control
        if isinstance(self.control, Slider):
            self.control.name(row.label, row.help)
        else:
            target.setAccessibleName(row.label)
            target.setAccessibleDescription(row.help)
            target.setToolTip(row.help)
        self.label.setBuddy(target)
        self.reset_button = IconButton("repeat", "", self, side=_RESET)
        self.reset_button.clicked.connect(self.reset)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self._place(self.control)
        corner = Qt.AlignmentFlag.AlignTop if self._is_wide else Qt.AlignmentFlag.AlignVCenter
        self._line.addWidget(self.reset_button, 0, corner)
        choices.changed.connect(self.refresh)
        if isinstance(row.control, Choose) and row.control.renewed is not None:
            row.control.renewed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the setting in force, and whether there is a way back."""
        value = self._choices.value(self.row.field)
        default = self._choices.default(self.row.field)
        self._show(value)
        is_open = self.row.is_open is None or self.row.is_open(self._choices.settings)
        for part in (self.label, self.help, self.control):
            part.setEnabled(is_open)
        self.reset_button.setVisible(value != default)
        words = self.tr("Back to the default: {value}").format(value=self._words_for(default))
        self.reset_button.name(f"{self.row.label}. {words}", words)

    @Slot()
    def reset(self) -> None:
        """Go back to the default; the keyboard stays in the row."""
        had_focus = self.reset_button.hasFocus()
        self._choose(self._choices.default(self.row.field))
        if had_focus:
            self.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, value: Value, after: float = 0.0) -> None:
        if self.row.act is not None:
            # Shown only once it is granted: the control goes back to what is so.
            self.row.act(value)
        else:
            self._choices.choose(self.row.field, value, after=after)
        self.refresh()

    def _make(self) -> QWidget:
        control = self.row.control
        match control:
            case Toggle():
                switch = Switch(self)
                switch.clicked.connect(lambda: self._choose(switch.isChecked()))
                return switch
            case Choose():
                choice = Choice(self)
                choice.chosen.connect(self._choose)
                return choice
            case Slide():
                low, high = LIMITS[self.row.field]
                slider = Slider(low, high, control.step, control.words, self)
                slider.moved.connect(partial(self._choose, after=NUMBER_SETTLES))
                return slider
            case Count():
                low, high = LIMITS[self.row.field]
                stepper = Stepper(
                    low,
                    high,
                    step=control.step,
                    unit=control.unit,
                    special=control.special,
                    is_whole=control.is_whole,
                    parent=self,
                )
                stepper.moved.connect(partial(self._choose, after=NUMBER_SETTLES))
                return stepper
            case Line():
                line = TextLine(control.hint, control.longest, self)
                line.edited.connect(partial(self._choose, after=TEXT_SETTLES))
                line.entry.editingFinished.connect(self._choices.flush)
                return line
            case Prose():
                return self._make_prose(control)
        assert_never(control)

    def _make_prose(self, control: Prose) -> QWidget:
        presets = Flow(GRID)
        for number, (name, _) in enumerate(control.presets()):
            button = TextButton(name, self)
            button.setToolTip(self.tr("Puts this text in place of what stands below"))
            button.setAccessibleDescription(button.toolTip())
            button.clicked.connect(partial(self._take_preset, control, number))
            presets.addWidget(button)
        self._column.addLayout(presets)
        # After the ready-made texts, as it stands below them: the Tab key follows the making.
        area = TextArea(self)
        area.edited.connect(lambda text: self._choose(text.strip(), after=TEXT_SETTLES))
        return area

    def _take_preset(self, control: Prose, number: int, _checked: bool = False) -> None:
        # Asked for again: the language that they are written in may have changed.
        self._choose(control.presets()[number][1])

    def _show(self, value: Value) -> None:
        match self.control, self.row.control:
            case Switch() as switch, _:
                switch.setChecked(bool(value))
            case Choice() as choice, Choose() as control:
                choice.show_options(control.options(), value)
            case (Slider() | Stepper()) as number, _:
                number.show_number(float(value))
            case TextLine() as line, _:
                line.show_text(str(value))
            case TextArea() as area, Prose() as control:
                area.entry.setPlaceholderText(control.hint())
                if str(value) != area.entry.toPlainText().strip():
                    area.show_text(str(value))

    def _words_for(self, value: Value) -> str:
        """Return a value as the user would read it."""
        control = self.row.control
        match control:
            case Toggle():
                return self.tr("on") if value else self.tr("off")
            case Choose():
                options = dict(control.options())
                return options.get(value, str(value) or self.tr("none"))
            case Slide():
                return control.words(float(value))
            case Count():
                if control.special and value == LIMITS[self.row.field][0]:
                    return control.special
                number = QLocale(language_of_window()).toString(float(value), "g", _DIGITS)
                return f"{number}\u202f{control.unit}"
            case Line() | Prose():
                return str(value) or self.tr("empty")
        assert_never(control)
