"""The window: puts the parts together, shows what happened, and sends on what the user does.

Rule: it reacts to events and sends events; whether a wish is granted is the conversation's affair,
so nothing is shown before an event says that it is so. GUI thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCloseEvent,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from her_desktop.conversation.events import (
    Event,
    LevelMeasured,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    MuteRequested,
    RepeatRequested,
    StopRequested,
    TextSubmitted,
)
from her_desktop.metrics.latency import LatencyFold
from her_desktop.paths import assets_dir
from her_desktop.settings import Settings
from her_desktop.ui.banner import Banner
from her_desktop.ui.composer import Composer, types_a_letter
from her_desktop.ui.conversation_view import ConversationView
from her_desktop.ui.header import Header
from her_desktop.ui.loading_list import LoadingList
from her_desktop.ui.notifications import BannerFeed
from her_desktop.ui.orb import Orb
from her_desktop.ui.orb_face import Face
from her_desktop.ui.performance_panel import PerformancePanel
from her_desktop.ui.situation import Situation
from her_desktop.ui.story import Story
from her_desktop.ui.talk import Send, Source, TalkHold
from her_desktop.ui.theme import GRID, Theme, small_font
from her_desktop.ui.welcome import Welcome
from her_desktop.ui.wording import face_words

_ROOMY = 720
"""Pixels of width from which on the panel fits beside the conversation."""


class MainWindow(QMainWindow):
    """Owns everything on screen. Lives on the GUI thread; `handle` gets every event there."""

    closed = Signal()
    """The window is closed for good: the program ends."""

    put_away = Signal()
    """The user closed the window, and it stays behind the tray's icon."""

    def __init__(self, send: Send, settings: Settings, save: Callable[[Settings], None]) -> None:
        """Build the window, still hidden.

        `send` takes what the user does, as events; `save` keeps settings that changed. Both are
        called on the GUI thread and must return at once.
        """
        super().__init__()
        self._send = send
        self._settings = settings
        self._save = save
        self._situation = Situation()
        self._hinted: tuple[Face, ListenMode, str] | None = None
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
        self.header = Header()
        self.orb = Orb()
        self.welcome = Welcome()
        self.loading = LoadingList()
        self.conversation = ConversationView()
        self.banner = Banner()
        self._told = BannerFeed(self.banner)
        self.composer = Composer()
        self.panel = PerformancePanel(LatencyFold())
        self.story = Story(self.conversation, self)
        self._hint = QLabel()
        self._arrange()
        self._connect()
        self._order_tabs()
        self.setMinimumSize(480, 400)
        self.resize(settings.window_width, settings.window_height)
        self._show_situation()
        self._place_panel()
        self.orb.setFocus()

    # --- what the program does -----------------------------------------------------------------

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Show what happened. Called for every event, in order, on the GUI thread."""
        self.panel.lights.handle(event)
        if isinstance(event, LevelMeasured):
            self.orb.hear(event.level_db)
            return
        self.story.handle(event)
        self.loading.handle(event)
        self.panel.handle(event)
        self._told.handle(event)
        self._situation.handle(event)
        if isinstance(event, MuteRequested) and event.muted != self._settings.muted:
            self.keep(muted=event.muted)
        elif isinstance(event, ListenModeChanged) and event.mode != self._settings.listen_mode:
            self.keep(listen_mode=event.mode.value)
        self._show_situation()

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
        words = self.tr("her is still here: its icon in the tray brings the window back.")
        if not notify(words):
            self.banner.tell("tray", words)
        self.keep(tray_was_explained=True)

    @property
    def face(self) -> Face:
        """The state that the window shows."""
        return self.orb.face

    @property
    def hint_text(self) -> str:
        """The sentence under the orb."""
        return self._hint.text()

    # --- Qt calls ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what no widget wanted: Space talks, letters go into the line, Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(self.conversation.copyable_text())
        elif event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.talk.press(Source.SPACE)
        elif types_a_letter(event):
            self.composer.entry.setFocus()
            self.composer.entry.insert(event.text())
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the orb its share, and fold the panel away where there is no room for it."""
        super().resizeEvent(event)
        self._size_orb()
        self._place_panel()

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

    # --- building ------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._hint.setFont(small_font())
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._hint.setWordWrap(True)
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.setContentsMargins(0, 0, 0, 2 * GRID)
        column.addWidget(self.header)
        column.addStretch(2)
        column.addWidget(self.orb, 0, middle)
        column.addWidget(self._hint)
        column.addSpacing(GRID)
        column.addWidget(self.welcome)
        column.addWidget(self.loading, 0, middle)
        column.addStretch(3)
        column.addWidget(self.conversation, 1000)
        foot = QVBoxLayout()
        foot.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        foot.setSpacing(GRID)
        foot.addWidget(self.banner)
        foot.addWidget(self.composer)
        column.addLayout(foot)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.panel)
        self.setCentralWidget(whole)
        self.conversation.hide()
        self._hint.hide()

    def _connect(self) -> None:
        self.orb.held.connect(partial(self.talk.press, Source.ORB))
        self.orb.let_go.connect(partial(self.talk.release, Source.ORB))
        self.composer.talk_button.held.connect(partial(self.talk.press, Source.BUTTON))
        self.composer.talk_button.let_go.connect(partial(self.talk.release, Source.BUTTON))
        self.composer.submitted.connect(self._submit)
        self.composer.stop_wanted.connect(self._stop)
        self.conversation.copy_wanted.connect(self._copy)
        self.conversation.repeat_wanted.connect(self._repeat)
        self.conversation.filled.connect(self._on_filled)
        self.story.refused.connect(self.composer.give_back)
        self.story.nothing_said.connect(self._on_nothing_said)
        self.header.mute_button.clicked.connect(self._ask_mute)
        self.header.mode_switch.wanted.connect(self._ask_mode)
        self.header.panel_button.clicked.connect(self._fold_panel)
        stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        stop.activated.connect(self._stop)
        # The key's release goes to the widget that has the focus by then.
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def _order_tabs(self) -> None:
        order = (
            *self.header.mode_switch.segments.values(),
            self.header.mute_button,
            self.header.panel_button,
            self.header.settings_button,
            self.orb,
            self.composer.talk_button,
            self.composer.entry,
            self.composer.stop_button,
            self.composer.send_button,
            self.conversation,
        )
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    # --- showing -------------------------------------------------------------------------------

    def _show_situation(self) -> None:
        face = self._situation.face
        mode = self._situation.mode
        words, hint = face_words(face), self._situation.hint
        if (face, mode, hint) != self._hinted:
            self._hinted = face, mode, hint
            self._hint.setText(hint)
            self.welcome.show_face(face, mode, hint)
            self._announce(words)
        self.orb.count_down(self._situation.follow_up)
        self.header.mode_switch.show_mode(mode)
        self.composer.show_busy(busy=face in (Face.THINKING, Face.SPEAKING))
        self.header.show_state(face, self._situation.microphone)
        self.header.show_muted(muted=self._situation.muted)
        self.orb.show_face(face, self.tr("{state}. Hold to talk.").format(state=words))

    def _announce(self, words: str) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _size_orb(self) -> None:
        share = 0.32 if self.conversation.isHidden() else 0.19
        self.orb.set_side(max(96, min(232, round(self.height() * share / GRID) * GRID)))

    def _place_panel(self) -> None:
        shown = self._settings.show_performance and self.width() >= _ROOMY
        self.panel.setVisible(shown)
        self.header.show_panel_open(is_open=shown)

    # --- what the user does --------------------------------------------------------------------

    @Slot()
    def _fold_panel(self) -> None:
        opening = self.panel.isHidden()
        self.keep(show_performance=opening)
        if opening and self.width() < _ROOMY:
            self.resize(_ROOMY, self.height())
        self._place_panel()

    @Slot(str)
    def _submit(self, text: str) -> None:
        self._send(TextSubmitted(at=time.monotonic(), text=text))

    @Slot(str)
    def _repeat(self, text: str) -> None:
        self._send(RepeatRequested(at=time.monotonic(), text=text))

    @Slot(str)
    def _copy(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)

    @Slot()
    def _stop(self) -> None:
        self._send(StopRequested(at=time.monotonic()))

    @Slot()
    def _ask_mute(self) -> None:
        self._send(MuteRequested(at=time.monotonic(), muted=not self._situation.muted))

    @Slot(ListenMode)
    def _ask_mode(self, mode: ListenMode) -> None:
        self._send(ListenModeRequested(at=time.monotonic(), mode=mode))

    @Slot(bool)
    def _on_filled(self, filled: bool) -> None:
        self.welcome.setVisible(not filled)
        self._hint.setVisible(filled)
        self.conversation.setVisible(filled)
        self._size_orb()

    @Slot()
    def _on_nothing_said(self) -> None:
        if self._situation.mode is ListenMode.HOLD:
            words = self.tr("Nothing was heard. Hold, talk, and let go at the end.")
        else:
            words = self.tr("Nothing was understood. Please say it again.")
        self._hint.setText(words)
        self.welcome.say(words)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, _new: QWidget | None) -> None:
        self.talk.release(Source.SPACE)

    def use(self, settings: Settings) -> None:
        """Take up settings that somebody changed."""
        self._settings = settings
        self.theme.choose(settings.theme)
        self._place_panel()

    def keep(self, **choices: object) -> None:
        """Change settings and save them."""
        self._settings = self._settings.changed(**choices)
        self._save(self._settings)
