"""What the steps have in common: a title, a sentence, what they are given, and how text looks.

Rule: a step is made when it is first seen; it is told when it comes to the front and when it
leaves, and only in between does it get events. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from her_desktop.conversation.events import Event
from her_desktop.settings import Settings
from her_desktop.ui.labels import prose
from her_desktop.ui.talk import Send
from her_desktop.ui.theme import GRID, body_font
from her_desktop.ui.wizard.known import Known


@dataclass(frozen=True)
class Means:
    """What the steps may use. Each callable returns at once, on the GUI thread."""

    send: Send
    settings: Callable[[], Settings]
    apply: Callable[[Settings], None]
    """Puts other settings in force at once."""
    known: Known = field(default_factory=Known)

    def choose(self, **choices: object) -> None:
        """Change some settings and leave the others as they are by now."""
        self.apply(self.settings().changed(**choices))


class Step(QWidget):
    """One page of the wizard, below its title. `first` is where the keyboard begins."""

    changed = Signal()
    """The words of the button that goes on are others now."""

    def __init__(self, means: Means, title: str, sentence: str) -> None:
        """Begin with the sentence under the title; `column` takes the rest."""
        super().__init__()
        self.means = means
        self.title = title
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2 * GRID)
        if sentence:
            self.column.addWidget(body_text(sentence))

    @property
    def first(self) -> QWidget | None:
        """The control that has the keyboard when the step comes up; None for the button below."""
        return None

    @property
    def next_words(self) -> str:
        """What the button that goes on says, "" for the usual word."""
        return ""

    def minimumSizeHint(self) -> QSize:
        """Return next to nothing: the page scrolls, and by Qt's guess it would do so too soon."""
        return QSize(0, 0)

    def enter(self) -> None:
        """Show what is so now: the step has come up."""

    def leave(self) -> None:
        """Let go of everything: the step goes away, whichever way."""

    def accept(self) -> None:
        """Carry out what was chosen here: the user goes on."""

    def handle(self, event: Event) -> None:
        """Follow an event while on screen."""

    def take_over(self, old: Step) -> None:
        """Go on where the same step stood in another language; it has come up already."""


def body_text(words: str = "") -> QLabel:
    """Return a label for a sentence that is read."""
    label = QLabel(words)
    label.setFont(body_font())
    return _flowing(label)


def small_text(words: str = "") -> QLabel:
    """Return a label for what stands beside: hints and what came of something."""
    return _flowing(prose(words))


def _flowing(label: QLabel) -> QLabel:
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    # Last: it notes in the policy that the height follows from the width.
    label.setWordWrap(True)
    return label
