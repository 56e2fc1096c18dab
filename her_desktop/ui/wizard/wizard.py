"""The window of the first steps: one step at a time, and the way back, on and out.

Rule: it blocks nothing: the room behind it can be used, and closing it at any moment is as good as
going through it. Enter goes on, Escape skips the rest, Tab reaches everything. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from her_desktop.conversation.events import Event
from her_desktop.paths import assets_dir
from her_desktop.ui.anew import MadeAnew
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.keyboard import KeyboardPlace
from her_desktop.ui.labels import say
from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.theme import GRID, large_font
from her_desktop.ui.wizard.frame import GoOnButton, Progress
from her_desktop.ui.wizard.step import Step, small_text

MakeStep = Callable[[], Step]

_WIDTH = 720
_HEIGHT = 680


class Wizard(MadeAnew, QDialog):
    """Owns the steps that were looked at; whoever opened it hands it every event."""

    left = Signal(bool)
    """The wizard is closed: True where the user went through to the end."""

    renewed = Signal()
    """It speaks another language now: whoever gave it words gives it them again."""

    def __init__(self, steps: Sequence[MakeStep], parent: QWidget | None = None) -> None:
        """Begin with the first of `steps`; the others are made when they are reached."""
        super().__init__(parent)
        self._makers = tuple(steps)
        self._steps: dict[int, Step] = {}
        self._pages: dict[int, QWidget] = {}
        self._at = -1
        self._is_left = False
        self._reason = Qt.FocusReason.OtherFocusReason
        """Why a step gets the keyboard: whoever came by it is shown where it is."""
        self.setWindowIcon(QIcon(str(assets_dir() / "icons" / "her-desktop.svg")))
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, on=False)
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._furnish()
        self.resize(_WIDTH, _HEIGHT)
        self.show_step(0)

    @property
    def step(self) -> Step:
        """The step on screen."""
        return self._steps[self._at]

    @property
    def number(self) -> int:
        """The number of the step on screen, from 0."""
        return self._at

    @property
    def title(self) -> str:
        """The title of the step on screen."""
        return self._title.text()

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Hand an event to the step on screen."""
        self.step.handle(event)

    @property
    def status(self) -> str:
        """What goes on behind the steps, in words."""
        return self._status.text()

    def show_status(self, words: str) -> None:
        """Say what goes on behind the steps, "" for nothing."""
        say(self._status, words)
        self._status.setVisible(bool(words))

    def show_step(self, index: int) -> None:
        """Bring a step to the front, whichever was there."""
        if self._at >= 0:
            self.step.leave()
        self._at = index
        if index not in self._steps:
            step = self._steps[index] = self._makers[index]()
            step.changed.connect(self._show_words)
            page = self._pages[index] = _scrolling(step)
            self._stack.addWidget(page)
        # Before it is on screen: what it makes now comes up together with the rest.
        self.step.enter()
        self._stack.setCurrentWidget(self._pages[index])
        self._title.setText(self.step.title)
        title = self.tr("{step} – First steps with her").format(step=self.step.title)
        self.setWindowTitle(title)
        self.progress.show_step(index)
        self.back_button.setVisible(index > 0)
        is_last = index == len(self._makers) - 1
        self.skip_button.setVisible(not is_last)
        self._show_words()
        (self.step.first or self.next_button).setFocus(self._reason)

    @Slot()
    def go_on(self) -> None:
        """Take what was chosen on this step, and go to the next or out."""
        self.step.accept()
        if self._at + 1 < len(self._makers):
            self.show_step(self._at + 1)
        else:
            self.accept()

    @Slot()
    def go_back(self) -> None:
        """Go to the step before."""
        if self._at > 0:
            self.show_step(self._at - 1)

    # --- Qt calls ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the keyboard, or go on where none has.

        What is chosen or switched with Space is no such button: there Enter goes on as well.
        """
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._reason = Qt.FocusReason.TabFocusReason
            focus = QApplication.focusWidget()
            if isinstance(focus, QAbstractButton) and not focus.isCheckable():
                focus.click()
            elif not isinstance(focus, QLineEdit):
                self.go_on()
            self._reason = Qt.FocusReason.OtherFocusReason
            event.accept()
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Leave: through the end, by Escape, or by the window's own button."""
        self._leave(finished=result == QDialog.DialogCode.Accepted)
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave when the window is closed together with the program."""
        self._leave(finished=False)
        super().closeEvent(event)

    # --- building ------------------------------------------------------------------------------

    def _furnish(self) -> None:
        """Make everything around the steps."""
        self._inside = QWidget(self)
        self.progress = Progress(len(self._makers))
        self._title = QLabel()
        self._title.setFont(large_font())
        self._title.setWordWrap(True)
        self._stack = QStackedWidget()
        self._status = small_text()
        self._status.hide()
        # In the order of the Tab key, which is that in which they are made.
        self.next_button = GoOnButton(self.tr("Continue"), self._inside)
        self.skip_button = TextButton(self.tr("Skip the rest"), self._inside)
        self.back_button = TextButton(self.tr("Back"), self._inside)
        self.back_button.setToolTip(self.tr("To the step before"))
        self.skip_button.setToolTip(
            self.tr("Closes these steps; the settings open them again at any time")
        )
        self.next_button.setToolTip(self.tr("To the next step; every step may be passed over"))
        for button in (self.back_button, self.skip_button, self.next_button):
            button.setAccessibleDescription(button.toolTip())
        self.back_button.clicked.connect(self.go_back)
        self.skip_button.clicked.connect(self.reject)
        self.next_button.clicked.connect(self.go_on)
        self._arrange()
        self._is_made()

    def _make_anew(self) -> None:
        """Make everything anew in the language of the moment, and go on at the same step."""
        if self._is_left:
            return
        old, step, keyboard = self._inside, self.step, KeyboardPlace(self._inside)
        step.leave()
        number, self._at = self._at, -1
        self._steps, self._pages = {}, {}
        self._frame.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._furnish()
        self.show_step(number)
        self.step.take_over(step)
        self._inside.show()
        keyboard.restore(self._inside)
        self.renewed.emit()

    def _arrange(self) -> None:
        self._frame.addWidget(self._inside)
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(5 * GRID, 4 * GRID, 5 * GRID, 3 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self.progress)
        column.addWidget(self._title)
        column.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.skip_button)
        foot.addWidget(self.next_button)
        column.addWidget(self._status)
        column.addLayout(foot)

    @Slot()
    def _show_words(self) -> None:
        is_last = self._at == len(self._makers) - 1
        usual = self.tr("Done") if is_last else self.tr("Continue")
        self.next_button.say(self.step.next_words or usual)

    def _leave(self, *, finished: bool) -> None:
        if not self._is_left:
            self._is_left = True
            self.step.leave()
            self.left.emit(finished)


def _scrolling(step: Step) -> QScrollArea:
    """Return a page that scrolls where the screen is small or the letters are large."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setVerticalScrollBar(ScrollBar())
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    step.setAutoFillBackground(False)
    area.setWidget(step)
    return area
