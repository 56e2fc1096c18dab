"""The conversation on screen, oldest at the top, growing at the bottom.

Rule: it holds every line of the session as text but no more than `LIVE` of them as widgets, and
lays growing text out at most 25 times a second, so that neither a long day nor a quick model makes
the window slow. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from her_desktop.ui.bubble import Bubble, Line, Note
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.scroll_bar import WIDTH, ScrollBar
from her_desktop.ui.theme import GRID, READING_WIDTH

LIVE = 200
"""Lines that may be widgets at a time."""

STEP = 24
"""Lines that are laid out at once: by "Show earlier", and on the way back to the latest."""

PACE = 0.04
"""Seconds between two layouts of text that is streaming in."""

_NO_NUMBER = -1
"""The number of what is still being said: it is no line of the conversation yet."""

_SIDE_ROOM = 15 * GRID
"""Pixels beside the text: the bubble's own margins, a reply's two buttons and some air."""


class ConversationView(QScrollArea):
    """Owns the lines and their bubbles; the window adds to it."""

    copy_wanted = Signal(str)
    repeat_wanted = Signal(str)
    filled = Signal(bool)
    """Whether there is anything to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with an empty page."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(ScrollBar())
        # Always there, though unseen where there is nothing to scroll, so that text does not jump.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._lines: list[Line] = []
        self._bubbles: dict[int, Bubble] = {}
        self._ghost: Bubble | None = None
        self._first = 0
        self._follows = True
        self._kept_from_end: int | None = None
        self._grown: set[int] = set()
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID - WIDTH, 2 * GRID)
        self._column.setSpacing(GRID + GRID // 2)
        self._earlier = TextButton("", icon="up")
        self._earlier.clicked.connect(self.show_earlier)
        self._earlier.hide()
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self.setWidget(self._page)
        self.viewport().setAutoFillBackground(False)
        self._page.setAutoFillBackground(False)
        self._latest = TextButton("", self, icon="down")
        self._latest.clicked.connect(self.show_latest)
        self._latest.hide()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range)
        self._say_words()
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(round(PACE * 1000))
        self._pace.timeout.connect(self._lay_out)

    # --- what the window does ------------------------------------------------------------------

    def add_user(self, text: str) -> int:
        """Show what the user said and return the line's number; the view goes to its end."""
        self._follows = True
        self.show_latest()
        return self._add(Line(len(self._lines), True, text))

    def add_reply(self) -> int:
        """Begin a reply and return the line's number; it shows once it has text."""
        return self._add(Line(len(self._lines), False, ""))

    def grow(self, number: int, text: str) -> None:
        """Put text behind a reply, shown within `PACE` seconds."""
        self._lines[number].text += text
        self._grown.add(number)
        if not self._pace.isActive():
            self._pace.start()

    def show_ghost(self, text: str) -> None:
        """Show what the user is saying, below everything that was said.

        The first time at once, later within `PACE` seconds. Whoever reads further up stays there.
        """
        if not self._holds_end:
            return
        if self._ghost is None:
            self._ghost = self._make(Line(_NO_NUMBER, True, text, tentative=True))
            # The last place of the column is the empty room below.
            self._column.insertWidget(self._column.count() - 1, self._ghost)
            self._ghost.show()
            self._tell_filled()
        elif text != self._ghost.line.text:
            self._ghost.line.text = text
            self._grown.add(_NO_NUMBER)
            if not self._pace.isActive():
                self._pace.start()

    def drop_ghost(self) -> None:
        """Forget what the user was saying: it came to nothing."""
        ghost, self._ghost = self._ghost, None
        self._grown.discard(_NO_NUMBER)
        if ghost is not None:
            self._remove(ghost)
            self._tell_filled()

    def take_back(self, number: int) -> bool:
        """Turn the user's last line into what they are still saying, and forget the reply to it.

        Returns False, and changes nothing, where the user has said more since.
        """
        said, *replies = self._lines[number:]
        if any(line.from_user for line in replies):
            return False
        del self._lines[number:]
        for line in replies:
            self._grown.discard(line.number)
            if line.number in self._bubbles:
                self._remove(self._bubbles.pop(line.number))
        bubble = self._bubbles.pop(number, None)
        if bubble is not None and self._ghost is None:
            self._ghost = bubble
            bubble.become(Line(_NO_NUMBER, True, said.text, tentative=True))
        elif bubble is not None:
            self._remove(bubble)
        self._mark_newest()
        self._tell_filled()
        return True

    def cut(self, number: int, heard: int) -> None:
        """Mark a reply as cut after its first `heard` letters."""
        self._lines[number].heard = heard
        self._refresh(number)

    def annotate(self, number: int, note: Note) -> None:
        """Say under a line what became of it."""
        self._lines[number].note = note
        self._refresh(number)

    def take_over(self, old: ConversationView) -> None:
        """Show the lines of another view; those that are growing grow on here."""
        for line in old.lines:
            self._add(line)
        self._tell_filled()

    @Slot()
    def show_earlier(self) -> None:
        """Bring back the lines before the first one on screen, and stay where the user reads."""
        bar = self.verticalScrollBar()
        self._follows = False
        self._kept_from_end = bar.maximum() - bar.value()
        self._show_from(max(0, self._first - STEP))

    @Slot()
    def show_latest(self) -> None:
        """Go to the end of the conversation."""
        self._follows = True
        if not self._holds_end:
            self._show_from(len(self._lines) - STEP)
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._offer_latest()

    # --- what can be read ----------------------------------------------------------------------

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything said so far, oldest first."""
        return tuple(self._lines)

    @property
    def bubbles(self) -> tuple[Bubble, ...]:
        """What is on screen, oldest first."""
        return tuple(self._bubbles[number] for number in sorted(self._bubbles))

    @property
    def is_filled(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._lines) or self._ghost is not None

    @property
    def ghost(self) -> Bubble | None:
        """What the user is saying at this moment, below the rest; None while there is nothing."""
        return self._ghost

    @property
    def earlier_button(self) -> TextButton:
        """Shown while older lines are kept only as text."""
        return self._earlier

    @property
    def latest_button(self) -> TextButton:
        """Shown while the user reads further up."""
        return self._latest

    def copyable_text(self) -> str:
        """Return what the user has marked, or else the last reply, or ""."""
        for bubble in self._bubbles.values():
            if bubble.selected_text:
                return bubble.selected_text
        return self.last_reply()

    def last_reply(self) -> str:
        """Return the newest reply, or ""."""
        replies = (line.text for line in reversed(self._lines) if not line.from_user)
        return next(replies, "")

    # --- Qt calls ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the lines be as wide as they now may."""
        super().resizeEvent(event)
        for bubble in (*self._bubbles.values(), *([self._ghost] if self._ghost else [])):
            bubble.set_widest(self._text_width())
        self._place_latest()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language; the bubbles hear of it themselves."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say_words()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move between replies with the arrow keys, so that Tab need not visit every one."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step and self._move_focus(watched, step):
                return True
        return super().eventFilter(watched, event)

    # --- inside --------------------------------------------------------------------------------

    def _say_words(self) -> None:
        self.setAccessibleName(self.tr("Conversation"))
        self._earlier.say(self.tr("Show earlier"))
        self._latest.say(self.tr("Back to the latest"))
        self._place_latest()

    def _text_width(self) -> float:
        return float(min(READING_WIDTH, self.viewport().width() - 6 * GRID - _SIDE_ROOM))

    @property
    def _holds_end(self) -> bool:
        """Whether the last line is among the widgets, rather than far below them."""
        return self._first + len(self._bubbles) == len(self._lines)

    def _add(self, line: Line) -> int:
        at_end = self._holds_end
        self._lines.append(line)
        if at_end:
            self._put(line, len(self._bubbles))
            if len(self._bubbles) > LIVE:
                self._drop(self._first)
                self._first += 1
                self._earlier.setVisible(True)
        if len(self._lines) == 1:
            self._tell_filled()
        self._mark_newest()
        return line.number

    def _put(self, line: Line, place: int) -> None:
        ghost = self._ghost
        if ghost is not None and line.from_user and line is self._lines[-1]:
            # What was being said has been said: it stays where it is.
            self._ghost = None
            self._grown.discard(_NO_NUMBER)
            self._bubbles[line.number] = ghost
            ghost.become(line)
            return
        bubble = self._make(line)
        # The first place of the column is the "Show earlier" button's.
        self._column.insertWidget(place + 1, bubble)
        bubble.setVisible(line.from_user or bool(line.text) or line.note is not Note.NONE)
        self._bubbles[line.number] = bubble

    def _make(self, line: Line) -> Bubble:
        bubble = Bubble(line, self._page)
        bubble.copy_wanted.connect(self.copy_wanted)
        bubble.repeat_wanted.connect(self.repeat_wanted)
        bubble.set_widest(self._text_width())
        bubble.set_newest(False)
        for button in (bubble.copy_button, bubble.repeat_button):
            if button is not None:
                button.installEventFilter(self)
        return bubble

    def _drop(self, number: int) -> None:
        self._remove(self._bubbles.pop(number))

    def _remove(self, bubble: Bubble) -> None:
        self._column.removeWidget(bubble)
        bubble.hide()
        bubble.deleteLater()

    def _tell_filled(self) -> None:
        self.filled.emit(self.is_filled)

    def _show_from(self, first: int) -> None:
        last = min(len(self._lines), first + LIVE)
        for number in [n for n in self._bubbles if not first <= n < last]:
            self._drop(number)
        self._first = first
        for place, line in enumerate(self._lines[first:last]):
            if line.number not in self._bubbles:
                self._put(line, place)
        if not self._holds_end:
            self.drop_ghost()
        self._earlier.setVisible(first > 0)
        self._mark_newest()
        self._offer_latest()

    def _refresh(self, number: int) -> None:
        self._grown.discard(number)
        bubble = self._ghost if number == _NO_NUMBER else self._bubbles.get(number)
        if bubble is not None:
            bubble.refresh()
            bubble.show()

    @Slot()
    def _lay_out(self) -> None:
        for number in list(self._grown):
            self._refresh(number)

    def _mark_newest(self) -> None:
        replies = [bubble for bubble in self.bubbles[-4:] if not bubble.line.from_user]
        for bubble in replies:
            bubble.set_newest(bubble is replies[-1])

    def _move_focus(self, watched: QObject, step: int) -> bool:
        replies = [bubble for bubble in self.bubbles if not bubble.line.from_user]
        for index, bubble in enumerate(replies):
            for name in ("copy_button", "repeat_button"):
                if getattr(bubble, name) is watched and 0 <= index + step < len(replies):
                    there = replies[index + step]
                    getattr(there, name).setFocus(Qt.FocusReason.TabFocusReason)
                    self.ensureWidgetVisible(there)
                    return True
        return False

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._follows = value >= bar.maximum() - GRID
        self._offer_latest()

    @Slot(int, int)
    def _on_range(self, _low: int, high: int) -> None:
        bar = self.verticalScrollBar()
        if self._kept_from_end is not None:
            kept, self._kept_from_end = self._kept_from_end, None
            bar.setValue(high - kept)
        elif self._follows:
            bar.setValue(high)
        self._offer_latest()

    def _offer_latest(self) -> None:
        self._latest.setVisible(not (self._holds_end and self._follows))
        self._place_latest()

    def _place_latest(self) -> None:
        self._latest.resize(self._latest.sizeHint())
        middle = (self.viewport().width() - self._latest.width()) // 2
        self._latest.move(middle, self.height() - self._latest.height() - GRID)
        self._latest.raise_()
