"""One message on screen: what was said, and for a reply what can be done with it.

Rule: text is shown as it is, never read as markup, because a model or a paste wrote it. A bubble
knows its message and nothing of the turn behind it. GUI thread only.
"""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from her_desktop.ui.buttons import IconButton, TextButton
from her_desktop.ui.theme import (
    CORNER,
    GRID,
    READING_WIDTH,
    body_font,
    color,
    colors_of,
    small_font,
)

_UNBROKEN = 30
"""Letters without a gap after which a line may be broken all the same, as in a web address."""

_LONG_WORD = re.compile(rf"\S{{{_UNBROKEN}}}(?=\S)")

FOLDED = 3000
"""Letters of a user's message that are laid out before the user asks for the rest."""


_GHOST_STEP = 6 * GRID
"""Pixels by which a message that is still being spoken widens, so that it does so seldom."""

_GAP = "\u200b"
"""A place of no width where a line may be broken."""


class Note(Enum):
    """What became of a message, where that is not plain from its text."""

    NONE = auto()
    STOPPED = auto()
    """The user stopped it before an answer came."""
    UNANSWERED = auto()
    WENT_ON = auto()
    """The answer was given back because the user had more to say."""


@dataclass
class Line:
    """One message of the conversation; the view owns it and replaces its fields as it grows."""

    number: int
    from_user: bool
    text: str
    heard: int | None = None
    """How many letters of a cut answer were heard; None where nothing was cut."""
    note: Note = Note.NONE
    """What is said under the text, in the language of the moment."""
    tentative: bool = False
    """The user is still saying it: its last words may yet change."""


class Bubble(QWidget):
    """Owns the row of one `Line`: the bubble and, beside a reply, its two buttons."""

    copy_wanted = Signal(str)
    repeat_wanted = Signal(str)

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        """Show a line; `refresh` shows it again after it grew."""
        super().__init__(parent)
        self.line = line
        self._unfolded = False
        self._widest = float(READING_WIDTH)
        self._label = QLabel()
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setWordWrap(True)
        self._label.setFont(body_font())
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._note = QLabel()
        self._note.setFont(small_font())
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.hide()
        self._unfold: TextButton | None = None
        self._body = QWidget()
        self._body.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(2 * GRID, GRID + 2, 2 * GRID, GRID + 2)
        inside.setSpacing(GRID // 2)
        inside.addWidget(self._label)
        inside.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        self.copy_button: IconButton | None = None
        self.repeat_button: IconButton | None = None
        if line.from_user:
            row.addStretch(1)
            row.addWidget(self._body)
        else:
            row.addWidget(self._body)
            self._add_buttons(row)
            row.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show the line as it now is."""
        line = self.line
        colors = colors_of(self)
        shown = self._shown_text()
        roles = QPalette.ColorRole
        self._label.setForegroundRole(roles.PlaceholderText if line.tentative else roles.WindowText)
        if line.heard is None:
            self._label.setTextFormat(Qt.TextFormat.PlainText)
            self._label.setText(_breakable(shown))
        else:
            heard, rest = line.text[: line.heard], line.text[line.heard :]
            self._label.setTextFormat(Qt.TextFormat.RichText)
            pale = f'<span style="color: {colors.soft_ink}">{_markup(rest)}</span>'
            self._label.setText(
                f'<span style="white-space: pre-wrap">{_markup(heard)}{pale}</span>'
            )
        self._label.setVisible(bool(shown))
        notes = [note for note in (self._cut_note(), self._note_words()) if note]
        self._note.setText("\n".join(notes))
        self._note.setVisible(bool(notes))
        self._label.setAccessibleName(self._spoken_name(notes))
        self._offer_rest(len(shown) < len(line.text))
        self._fit()
        self.update()

    def become(self, line: Line) -> None:
        """Show another line in the same place, as when what was being said has been said."""
        self.line = line
        self._label.setMinimumWidth(0)
        self.refresh()

    def set_widest(self, width: float) -> None:
        """Use at most `width` pixels for a line of text."""
        width = max(160.0, min(float(READING_WIDTH), width))
        if width != self._widest:
            self._widest = width
            self._fit()

    def set_newest(self, newest: bool) -> None:
        """Keep the buttons of the newest reply in sight and in the tab order, and those alone."""
        policy = Qt.FocusPolicy.StrongFocus if newest else Qt.FocusPolicy.ClickFocus
        for button in (self.copy_button, self.repeat_button):
            if button is not None:
                button.set_faint(not newest)
                button.setFocusPolicy(policy)

    @property
    def selected_text(self) -> str:
        """What the user has marked with the mouse."""
        return self._label.selectedText().replace(_GAP, "").replace("\u2029", "\n")

    @property
    def label(self) -> QLabel:
        """The text as a screen reader finds it."""
        return self._label

    @property
    def note_text(self) -> str:
        """What stands under the text, or ""."""
        return self._note.text()

    @property
    def unfold_button(self) -> TextButton | None:
        """The button that shows the rest of a very long message, where there is one."""
        return self._unfold

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bubble behind the text."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = colors.blush if self.line.from_user else colors.surface
        painter.setBrush(color(colors.ghost if self.line.tentative else ground))
        painter.drawRoundedRect(QRectF(self._body.geometry()), CORNER, CORNER)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Take on new colours, which a cut answer carries inside its text, and a new language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._name_buttons()
            if self._note.text() or self._unfold is not None:
                self.refresh()
            else:
                # To lay two hundred of them out anew for no word that is seen would be felt.
                self._label.setAccessibleName(self._spoken_name([]))
        elif event.type() == QEvent.Type.PaletteChange and self.line.heard is not None:
            self.refresh()
        super().changeEvent(event)

    def _add_buttons(self, row: QHBoxLayout) -> None:
        self.copy_button = IconButton("copy", "", self, side=32)
        self.repeat_button = IconButton("repeat", "", self, side=32)
        self._name_buttons()
        self.copy_button.clicked.connect(self._copy)
        self.repeat_button.clicked.connect(self._repeat)
        for button in (self.copy_button, self.repeat_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)

    def _name_buttons(self) -> None:
        if self.copy_button is not None and self.repeat_button is not None:
            self.copy_button.name(self.tr("Copy this reply"))
            self.repeat_button.name(self.tr("Hear this reply again"))

    def _shown_text(self) -> str:
        line = self.line
        if line.tentative:
            return f"{line.text} \u2026"
        if not line.from_user or self._unfolded or len(line.text) <= FOLDED:
            return line.text
        return line.text[:FOLDED].rstrip() + "\u2026"

    def _cut_note(self) -> str:
        if self.line.heard is None:
            return ""
        if self.line.heard == 0:
            return self.tr("not heard")
        return self.tr("the paler words were not heard")

    def _note_words(self) -> str:
        match self.line.note:
            case Note.STOPPED:
                return self.tr("Stopped before an answer came.")
            case Note.UNANSWERED:
                return self.tr("This was not answered.")
            case Note.WENT_ON:
                return self.tr("You went on.")
            case Note.NONE:
                return ""

    def _spoken_name(self, notes: list[str]) -> str:
        line = self.line
        who = self.tr("You") if line.from_user else self.tr("Reply")
        if line.tentative:
            who = self.tr("You, still speaking (not final)")
        text = line.text
        if line.heard is not None:
            parts = (line.text[: line.heard].strip(), line.text[line.heard :].strip())
            text = self.tr("{heard} \u2014 not heard: {rest}").format(heard=parts[0], rest=parts[1])
        return "\n".join([f"{who}: {text}", *notes[1:]])

    def _offer_rest(self, more: bool) -> None:
        if more and self._unfold is None:
            self._unfold = TextButton("", self._body)
            self._unfold.clicked.connect(self._unfold_now)
            layout = self._body.layout()
            assert layout is not None
            layout.addWidget(self._unfold)
        if self._unfold is not None:
            count = f"{len(self.line.text):,}".replace(",", "\u202f")
            self._unfold.say(self.tr("Show all {count} characters").format(count=count))
            self._unfold.setVisible(more)

    def _fit(self) -> None:
        """Be as wide as the text wants, up to the width that reads well."""
        metrics = QFontMetricsF(self._label.font())
        wanted = 24.0
        for part in self._shown_text().split("\n", 40):
            if len(part) > 200:
                wanted = self._widest
                break
            wanted = max(wanted, metrics.horizontalAdvance(part) + 4)
        if self._note.text():
            small = QFontMetricsF(self._note.font())
            wanted = max(wanted, *map(small.horizontalAdvance, self._note.text().split("\n"))) + 4
        if self._unfold is not None and not self._unfold.isHidden():
            wanted = max(wanted, self._unfold.sizeHint().width())
        if self.line.tentative:
            # Text that moved with every word could not be read while it grows.
            steps = math.ceil(wanted / _GHOST_STEP) * _GHOST_STEP
            wanted = max(steps, self._label.minimumWidth())
        width = round(min(self._widest, wanted) + 0.5)
        if self._label.minimumWidth() != width or self._label.maximumWidth() != width:
            self._label.setFixedWidth(width)
            self._note.setFixedWidth(width)

    @Slot()
    def _copy(self) -> None:
        self.copy_wanted.emit(self.line.text)

    @Slot()
    def _repeat(self) -> None:
        self.repeat_wanted.emit(self.line.text)

    @Slot()
    def _unfold_now(self) -> None:
        self._unfolded = True
        self.refresh()


def _breakable(text: str) -> str:
    """Return the text with invisible gaps in words that are longer than a line."""
    return _LONG_WORD.sub(lambda found: found.group() + _GAP, text)


def _markup(text: str) -> str:
    """Return the text so that nothing in it is read as markup."""
    return html.escape(_breakable(text))
