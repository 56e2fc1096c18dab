"""The icon in the tray: the state at a glance, and what is wanted without the window.

Rule: it shows what events said and sends events, like the window; the menu is built once and kept
up to date. Nothing may become unreachable where a desktop has no tray, or loses it. GUI thread
only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from her_desktop.conversation.events import (
    Event,
    LevelMeasured,
    ListenMode,
    ListenModeRequested,
    MuteRequested,
    Noticed,
    State,
    StateChanged,
    StopRequested,
    TalkPressed,
    TalkReleased,
)
from her_desktop.ui.notifications import Notifications
from her_desktop.ui.orb_face import Face
from her_desktop.ui.situation import Situation
from her_desktop.ui.talk import Send
from her_desktop.ui.tray_icon import Ink, ink_of_panel, tray_icon
from her_desktop.ui.wording import face_words, mode_words

LOOK_AGAIN = 3.0
"""Seconds between two looks for a tray: no system tells of one that comes late or goes."""

_MODES = (ListenMode.HOLD, ListenMode.ALWAYS, ListenMode.WAKE)


class Tray(QObject):
    """Owns the icon and its menu; watches whether there is a tray to hold them."""

    show_wanted = Signal()
    hide_wanted = Signal()
    settings_wanted = Signal()
    quit_wanted = Signal()
    appeared = Signal()
    """There is a tray now, and the icon is in it: panels come up late in a session."""
    vanished = Signal()
    """There is no tray any more: what is hidden must be shown."""

    def __init__(
        self,
        send: Send,
        window: QWidget,
        last_answer: Callable[[], str],
        colors: str = "auto",
        has_tray: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        """Show the icon if there is a tray, and look for one from time to time.

        `window` is what the menu shows and hides; `last_answer` returns the text to copy; `colors`
        is the setting `tray_colors`.
        """
        super().__init__(window)
        self._send = send
        self._window = window
        self._last_answer = last_answer
        self._colors = colors
        self._has_tray = has_tray
        self._situation = Situation()
        self._notifications = Notifications()
        self._is_talking = False
        self._was_heard = False
        self._shown: tuple[object, ...] = ()
        self._icon: QSystemTrayIcon | None = None
        self._build_menu()
        self._say_words()
        self._looks = QTimer(self)
        self._looks.setInterval(round(LOOK_AGAIN * 1000))
        self._looks.timeout.connect(self.look)
        self._looks.start()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._redraw)
        self.look()
        self._show_situation()

    @property
    def is_there(self) -> bool:
        """Tell whether the icon is in a tray now, so that the window may hide behind it."""
        return self._icon is not None

    @property
    def tool_tip(self) -> str:
        """The state and the mode in words."""
        return f"her – {face_words(self._situation.face)}, {mode_words(self._situation.mode)}"

    @property
    def icon(self) -> QSystemTrayIcon | None:
        """The icon on screen, None where there is no tray."""
        return self._icon

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Show what happened. Called for every event, in order."""
        if isinstance(event, LevelMeasured):
            return
        self._situation.handle(event)
        if self._is_talking:
            self._follow_talk(event)
        seen = self._window.isVisible() and not self._window.isMinimized()
        sentence = self._notifications.handle(event, window_is_seen=seen)
        if sentence:
            self.notify(sentence)
        self._show_situation()

    def notify(self, sentence: str) -> bool:
        """Let the desktop show a sentence; return False where it cannot."""
        if self._icon is None or not QSystemTrayIcon.supportsMessages():
            return False
        self._icon.showMessage("her", sentence, tray_icon(self._situation.face, self._ink))
        return True

    def use_colors(self, choice: str) -> None:
        """Draw the icon in another colour: a word of the setting `tray_colors`."""
        self._colors = choice
        self._redraw()

    def event(self, event: QEvent) -> bool:
        """Follow the language, of which the window tells all that belongs to it."""
        if event.type() == QEvent.Type.LanguageChange:
            self._say_words()
            self._shown = ()
            self._show_situation()
        return super().event(event)

    @Slot()
    def look(self) -> None:
        """See whether a tray has come or gone."""
        if self._has_tray() == self.is_there:
            return
        if self._icon is None:
            # Which of the two kinds of tray it speaks to is settled as it is made.
            icon = QSystemTrayIcon(self)
            icon.setContextMenu(self.menu)
            icon.activated.connect(self._on_activated)
            self._icon = icon
            self._redraw()
            icon.show()
            self.appeared.emit()
        else:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
            self.vanished.emit()

    def close(self) -> None:
        """Take the icon away."""
        self._looks.stop()
        if self._is_talking:
            self._end_talk()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None
        self.menu.deleteLater()

    # --- building ------------------------------------------------------------------------------

    def _build_menu(self) -> None:
        self.menu = QMenu(self._window)
        self.menu.aboutToShow.connect(self._on_menu)
        self.show_action = self._add("", self._show_or_hide)
        self.menu.addSeparator()
        group = QActionGroup(self.menu)
        self.mode_actions: dict[ListenMode, QAction] = {}
        for mode in _MODES:
            action = self._add("", partial(self._ask_mode, mode))
            action.setCheckable(True)
            group.addAction(action)
            self.mode_actions[mode] = action
        self.mute_action = self._add("", self._ask_mute)
        self.menu.addSeparator()
        self.talk_action = self._add("", self._talk)
        self.stop_action = self._add("", self._stop)
        self.copy_action = self._add("", self._copy)
        self.menu.addSeparator()
        self.settings_action = self._add("", self.settings_wanted.emit)
        self.quit_action = self._add("", self.quit_wanted.emit)

    def _say_words(self) -> None:
        """Name everything in the language of the moment."""
        for mode, action in self.mode_actions.items():
            words = mode_words(mode)
            action.setText(words[:1].upper() + words[1:])
        self.stop_action.setText(self.tr("Stop the answer"))
        self.copy_action.setText(self.tr("Copy the last answer"))
        self.settings_action.setText(self.tr("Settings"))
        self.quit_action.setText(self.tr("Quit"))

    def _add(self, words: str, act: Callable[[], object]) -> QAction:
        action = QAction(words, self.menu)
        action.triggered.connect(lambda: act())
        self.menu.addAction(action)
        return action

    # --- showing -------------------------------------------------------------------------------

    @property
    def _ink(self) -> Ink:
        return ink_of_panel(self._colors, QGuiApplication.styleHints().colorScheme())

    @Slot()
    def _redraw(self) -> None:
        if self._icon is not None:
            self._icon.setIcon(tray_icon(self._situation.face, self._ink))
            self._icon.setToolTip(self.tool_tip)

    def _show_situation(self) -> None:
        now = (self._situation.face, self._situation.mode, self._situation.muted, self._is_talking)
        if now == self._shown:
            return
        self._shown = now
        face, mode, muted, is_talking = now
        self._redraw()
        for its, action in self.mode_actions.items():
            action.setChecked(its is mode)
        # In words, as in the window: an empty box for a mark can hardly be seen on a dark menu.
        mute, unmute = self.tr("Mute the microphone"), self.tr("Unmute the microphone")
        self.mute_action.setText(unmute if muted else mute)
        self.stop_action.setEnabled(face in (Face.THINKING, Face.SPEAKING))
        self.talk_action.setEnabled(face is not Face.LOADING)
        self.talk_action.setText(self.tr("Send what I said") if is_talking else self.tr("Talk"))
        self._on_menu()

    @Slot()
    def _on_menu(self) -> None:
        seen = self._window.isVisible() and not self._window.isMinimized()
        self.show_action.setText(self.tr("Hide the window") if seen else self.tr("Show the window"))
        self.copy_action.setEnabled(bool(self._last_answer()))

    # --- what the user does --------------------------------------------------------------------

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # Elsewhere than on macOS, where a click opens the menu, it brings the window and back.
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self._show_or_hide()

    def _show_or_hide(self) -> None:
        if self._window.isVisible() and not self._window.isMinimized():
            self.hide_wanted.emit()
        else:
            self.show_wanted.emit()

    def _ask_mode(self, mode: ListenMode) -> None:
        self._shown = ()  # the click has set a mark that only the event may set
        self._show_situation()
        self._send(ListenModeRequested(at=time.monotonic(), mode=mode))

    def _ask_mute(self) -> None:
        self._send(MuteRequested(at=time.monotonic(), muted=not self._situation.muted))

    def _stop(self) -> None:
        self._send(StopRequested(at=time.monotonic()))

    def _copy(self) -> None:
        text = self._last_answer()
        if text:
            QGuiApplication.clipboard().setText(text)

    # --- talking from the menu -----------------------------------------------------------------

    def _talk(self) -> None:
        if self._is_talking:
            self._end_talk()
        else:
            self._is_talking, self._was_heard = True, False
            self._send(TalkPressed(at=time.monotonic()))
        self._show_situation()

    def _follow_talk(self, event: Event) -> None:
        """End what was begun here once it has ended otherwise, or was refused."""
        if isinstance(event, StateChanged):
            if event.state is State.LISTENING:
                self._was_heard = True
            elif self._was_heard:
                self._end_talk()
        elif isinstance(event, Noticed) and not self._was_heard:
            self._end_talk()

    def _end_talk(self) -> None:
        self._is_talking = False
        self._send(TalkReleased(at=time.monotonic()))
