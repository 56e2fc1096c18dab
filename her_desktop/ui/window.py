"""The window: its place on the desktop, its keys, and what outlives the room in it.

Rule: it takes note of every event and hands it to the room, and sends on what the user does. In
another language it makes another room; nothing else of it has words. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from her_desktop.conversation.events import Event, LevelMeasured, ListenModeChanged, MuteRequested
from her_desktop.paths import assets_dir
from her_desktop.settings import Settings
from her_desktop.ui.anew import MadeAnew
from her_desktop.ui.composer import types_a_letter
from her_desktop.ui.keyboard import KeyboardPlace
from her_desktop.ui.orb_face import Face
from her_desktop.ui.room import ROOMY, Lasting, Room
from her_desktop.ui.story import Story
from her_desktop.ui.talk import Send, Source, TalkHold
from her_desktop.ui.theme import Theme
from her_desktop.ui.wishes import Wishes

_TRAY = "tray"
"""What the sentence about the tray is kept under in the banner."""


class MainWindow(MadeAnew, QMainWindow):
    """Owns everything on screen. Lives on the GUI thread; `handle` gets every event there."""

    closed = Signal()
    """The window is closed for good: the program ends."""

    put_away = Signal()
    """The user closed the window, and it stays behind the tray's icon."""

    settings_wanted = Signal()

    examine_wanted = Signal()
    """The user wants every part of the assistant to be tried."""

    def __init__(self, send: Send, settings: Settings, save: Callable[[Settings], None]) -> None:
        """Build the window, still hidden.

        `send` takes what the user does, as events; `save` keeps settings that changed. Both are
        called on the GUI thread and must return at once.
        """
        super().__init__()
        self._settings = settings
        self._save = save
        self.stays_when_closed: Callable[[], bool] = lambda: False
        """Tells whether a closed window can be found again, so that closing only hides it."""
        self._is_ending = False
        self._was_closed = False
        self.setWindowTitle("her")
        self.setWindowIcon(QIcon(str(assets_dir() / "icons" / "her-desktop.svg")))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme = Theme(app, self)
        self.theme.choose(settings.theme)
        self.talk = TalkHold(send, self)
        self.wishes = Wishes(send, self)
        self.lasting = Lasting(self.wishes, self.talk)
        self.orb, self.conversation = self.lasting.orb, self.lasting.conversation
        self.story = Story(self.conversation, self)
        self.room = self._furnish()
        self._connect(app)
        self.setMinimumSize(480, 400)
        self.resize(settings.window_width, settings.window_height)
        self.orb.setFocus()

    # --- what the program does -----------------------------------------------------------------

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Show what happened. Called for every event, in order, on the GUI thread."""
        if not isinstance(event, LevelMeasured):
            self.story.handle(event)
            self.lasting.situation.handle(event)
        self.room.handle(event)
        if isinstance(event, MuteRequested) and event.muted != self._settings.muted:
            self.keep(muted=event.muted)
        elif isinstance(event, ListenModeChanged) and event.mode != self._settings.listen_mode:
            self.keep(listen_mode=event.mode.value)

    @Slot()
    def show_and_raise(self) -> None:
        """Bring the window before the user, wherever it was."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def end(self) -> None:
        """Close the window for good, wherever it is."""
        self._is_ending = True
        self.close()
        if not self.isVisible() and not self._was_closed:
            # Qt closes no window that is not on screen.
            self._close_for_good()

    def explain_tray(self, notify: Callable[[str], bool]) -> None:
        """Say, once in this user's life, that a closed window is still there.

        `notify` lets the desktop show a sentence and returns False where it cannot; then the
        sentence waits in the window.
        """
        if self._settings.tray_was_explained:
            return
        if not notify(self._tray_words()):
            self.room.banner.tell(_TRAY, self._tray_words())
        self.keep(tray_was_explained=True)

    def use(self, settings: Settings) -> None:
        """Take up settings that somebody changed."""
        self._settings = settings
        self.theme.choose(settings.theme)
        self.room.place_panel(shows_panel=settings.show_performance)

    def keep(self, **choices: object) -> None:
        """Change settings and save them."""
        self._settings = self._settings.changed(**choices)
        self._save(self._settings)

    @property
    def face(self) -> Face:
        """The state that the window shows."""
        return self.orb.face

    # --- Qt calls ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what no widget wanted: Space talks, letters go into the line, Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.wishes.copy(self.conversation.copyable_text())
        elif event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.talk.press(Source.SPACE)
        elif types_a_letter(event):
            self.room.composer.entry.setFocus()
            self.room.composer.entry.insert(event.text())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of the talk key."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.talk.release(Source.SPACE)
        else:
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Let go of the talk key when another window comes to the front."""
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.talk.release_all()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide behind the tray's icon where there is one, else end."""
        self.talk.release_all()
        if not self._is_ending and self._settings.keep_in_tray and self.stays_when_closed():
            event.ignore()
            self.keep(window_width=self.width(), window_height=self.height())
            self.hide()
            self.put_away.emit()
            return
        super().closeEvent(event)
        self._close_for_good()

    def _close_for_good(self) -> None:
        if self._was_closed:
            return
        self._was_closed = True
        self.keep(window_width=self.width(), window_height=self.height())
        self.closed.emit()

    # --- the room ------------------------------------------------------------------------------

    def _furnish(self, old: Room | None = None) -> Room:
        room = Room(self.lasting, shows_panel=self._settings.show_performance)
        room.panel_wanted.connect(self._show_panel)
        room.settings_wanted.connect(self.settings_wanted)
        room.examine_wanted.connect(self.examine_wanted)
        if old is not None:
            # In the end it has this size, and a long conversation is laid out only once.
            room.resize(old.size())
            room.place_panel(shows_panel=self._settings.show_performance)
            room.take_over(old)
            if _TRAY in old.banner.standing:
                room.banner.tell(_TRAY, self._tray_words())
        self.setCentralWidget(room)
        self._is_made()
        return room

    def _make_anew(self) -> None:
        """Make the room anew in the language of the moment, and go on where the old one was."""
        self.talk.release_all()
        old, keyboard = self.room, KeyboardPlace(self.room)
        scrolled = old.panel.verticalScrollBar().value()
        self.room = room = self._furnish(old)
        room.setVisible(True)
        for layout in (self.layout(), room.layout()):
            if layout is not None:
                layout.activate()
        room.panel.verticalScrollBar().setValue(scrolled)
        keyboard.restore(room)

    def _tray_words(self) -> str:
        return self.tr("her is still here: its icon in the tray brings the window back.")

    def _connect(self, app: QApplication) -> None:
        """Connect what outlives a room; the rest is connected with it."""
        self.orb.held.connect(partial(self.talk.press, Source.ORB))
        self.orb.let_go.connect(partial(self.talk.release, Source.ORB))
        self.conversation.copy_wanted.connect(self.wishes.copy)
        self.conversation.repeat_wanted.connect(self.wishes.repeat)
        self.conversation.filled.connect(self._on_filled)
        self.story.refused.connect(self._give_back)
        self.story.nothing_said.connect(self._on_nothing_said)
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.activated.connect(self.wishes.stop)
        # The key's release goes to the widget that has the focus by then.
        app.focusChanged.connect(self._on_focus_changed)

    @Slot(bool)
    def _show_panel(self, wanted: bool) -> None:
        self.keep(show_performance=wanted)
        if wanted and self.width() < ROOMY:
            self.resize(ROOMY, self.height())
        self.room.place_panel(shows_panel=wanted)

    @Slot(bool)
    def _on_filled(self, filled: bool) -> None:
        self.room.show_filled(filled=filled)

    @Slot(str)
    def _give_back(self, text: str) -> None:
        self.room.composer.give_back(text)

    @Slot()
    def _on_nothing_said(self) -> None:
        self.room.say_nothing_was_heard()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, _new: QWidget | None) -> None:
        self.talk.release(Source.SPACE)
