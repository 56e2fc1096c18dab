"""The talk key on the page Listening: choosing it, and seeing whether it really works.

Rule: it says that the key works only after the system's watch has seen it pressed. Where there can
be none, the lines to bind in the desktop's own settings stand here instead. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from her_desktop.conversation.events import Event, Reach, TalkKeyChanged
from her_desktop.hotkeys.chord import LINES_TO_BIND, Chord, NoChord, read_chord
from her_desktop.ui.buttons import IconButton, TextButton
from her_desktop.ui.labels import prose, say
from her_desktop.ui.models.flow import Flow
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.fields import Ground, see_through
from her_desktop.ui.settings.key_button import KeyButton
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.theme import GRID, body_font, small_font
from her_desktop.ui.translation import translated


def key_words(text: str) -> str:
    """Return a key as a person reads it on the keyboard: "Ctrl + Alt + Space"."""
    names = {
        "ctrl": QCoreApplication.translate("Keys", "Ctrl"),
        "alt": QCoreApplication.translate("Keys", "Alt"),
        "shift": QCoreApplication.translate("Keys", "Shift"),
        "super": QCoreApplication.translate("Keys", "Super"),
        "space": QCoreApplication.translate("Keys", "Space"),
        "tab": QCoreApplication.translate("Keys", "Tab"),
        "pause": QCoreApplication.translate("Keys", "Pause"),
        "scroll_lock": QCoreApplication.translate("Keys", "Scroll Lock"),
        "menu": QCoreApplication.translate("Keys", "Menu"),
        "right_ctrl": QCoreApplication.translate("Keys", "right Ctrl"),
        "right_alt": QCoreApplication.translate("Keys", "right Alt"),
        "insert": QCoreApplication.translate("Keys", "Insert"),
    }
    return " + ".join(names.get(part, part.upper()) for part in text.split("+"))


class TalkKeyPart(QWidget):
    """Owns the button that takes a key, and the sentence about how far it works."""

    def __init__(self, choices: Choices, latest: Latest) -> None:
        """Show the key that is chosen and what is known of it."""
        super().__init__()
        self._choices = choices
        self._known = latest.key
        self._refused = ""
        self._key = QLabel()
        self._key.setFont(body_font())
        self.key_button = KeyButton(self)
        self.remove_button = TextButton(self.tr("None"), self)
        self.remove_button.setToolTip(self.tr("Talk with the window's own button and Space only"))
        self.remove_button.setAccessibleDescription(self.remove_button.toolTip())
        self._words = prose()
        self.lines = [CopyLine(line) for line in LINES_TO_BIND]
        # As high as the buttons beside it, so that they stand in one line.
        self._key.setMinimumHeight(self.key_button.sizeHint().height())
        self._key.setContentsMargins(0, 0, GRID, 0)
        row = Flow(GRID)
        row.addWidget(self._key)
        row.addWidget(self.key_button)
        row.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self._words)
        for line in self.lines:
            column.addWidget(line)
        self.key_button.captured.connect(self._on_key)
        self.key_button.waiting.connect(self._say)
        self.remove_button.clicked.connect(lambda: self._take(""))
        latest.happened.connect(self._on_event)
        choices.changed.connect(self._say)
        self._say()

    @property
    def words(self) -> str:
        """The sentence about the key."""
        return self._words.text()

    @property
    def key_text(self) -> str:
        """The key as it is shown."""
        return self._key.text()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, TalkKeyChanged):
            self._known = event
            self._say()

    @Slot(str)
    def _on_key(self, words: str) -> None:
        if not words:
            self._refused = self.tr("That key cannot be watched. Choose another one.")
            self._say()
            return
        try:
            chord = read_chord(words)
        except NoChord as error:
            self._refused = translated(str(error))
            self._say()
        else:
            self._take(str(chord))

    def _take(self, key: str) -> None:
        self._refused = ""
        self._choices.choose("talk_key", key)
        self._say()

    @Slot()
    def _say(self) -> None:
        key = str(self._choices.value("talk_key"))
        self._key.setText(key_words(key) if key else self.tr("No key"))
        self.remove_button.setVisible(bool(key))
        say(self._words, self._refused or self._words_for(key))
        for line in self.lines:
            line.setVisible(self._cannot_work(key))

    def _cannot_work(self, key: str) -> bool:
        return bool(key) and self._reach(key) is Reach.UNAVAILABLE

    def _reach(self, key: str) -> Reach:
        """Return how far this very key is known to work: what was seen of another is no proof."""
        return self._known.reach if _same(self._known.key, key) else Reach.STARTING

    def _words_for(self, key: str) -> str:
        if self.key_button.is_waiting:
            return self.tr("For instance Ctrl + Alt + Space, F9, Pause or the right Ctrl.")
        if not key:
            return self.tr("The key works while another program is in front. None is chosen.")
        named = key_words(key)
        match self._reach(key):
            case Reach.SEEN:
                return self.tr("{key} works: it was seen.").format(key=named)
            case Reach.WAITING:
                return self.tr(
                    "Press {key} now, in any window: it counts as working once it was seen."
                ).format(key=named)
            case Reach.UNAVAILABLE:
                reason = translated(self._known.sentence)
                todo = self.tr("Copy these lines for the key's press and its release:")
                return f"{reason} {todo}".strip()
            case _:
                return self.tr("{key} is being set up.").format(key=named)


def _same(known: str, chosen: str) -> bool:
    """Tell whether two texts mean the same key."""
    return _read(known) == _read(chosen)


def _read(text: str) -> Chord | str:
    try:
        return read_chord(text)
    except NoChord:
        return text


class CopyLine(Ground):
    """A line to be copied into another program."""

    def __init__(self, text: str) -> None:
        """Show the line with a button that copies it."""
        super().__init__()
        self.entry = QLineEdit(text)
        self.entry.setReadOnly(True)
        self.entry.setFrame(False)
        self.entry.setFont(small_font())
        self.entry.setAccessibleName(self.tr("Line to bind"))
        self.entry.setToolTip(self.tr("For the keyboard page of the desktop's own settings"))
        self.entry.setAccessibleDescription(self.entry.toolTip())
        see_through(self.entry)
        self.hold(self.entry)
        self.copy_button = IconButton("copy", self.tr("Copy this line"), self, side=32)
        self.copy_button.clicked.connect(self._copy)
        self.row.setContentsMargins(GRID, 2, 2, 2)
        self.row.addWidget(self.entry, 1)
        self.row.addWidget(self.copy_button)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.entry.text())
