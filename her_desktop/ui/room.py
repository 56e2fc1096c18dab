"""What is in the window: its parts, where they stand, and what they show.

Rule: a room owns nothing that could not be made again. What events told lies in `Lasting`, which
outlives it; so another language only takes another room, and no widget has to learn new words.
Nothing is shown before an event says that it is so. GUI thread only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from her_desktop.conversation.events import Event, LevelMeasured, ListenMode
from her_desktop.metrics.latency import LatencyFold
from her_desktop.metrics.session import SessionFold
from her_desktop.ui.banner import Banner
from her_desktop.ui.composer import Composer
from her_desktop.ui.conversation_view import ConversationView
from her_desktop.ui.header import Header
from her_desktop.ui.loading_list import LoadingList
from her_desktop.ui.notifications import BannerFeed
from her_desktop.ui.orb import Orb
from her_desktop.ui.orb_face import Face
from her_desktop.ui.performance_panel import PerformancePanel
from her_desktop.ui.situation import Situation
from her_desktop.ui.talk import Source, TalkHold
from her_desktop.ui.theme import GRID, small_font
from her_desktop.ui.welcome import Welcome
from her_desktop.ui.wishes import Wishes
from her_desktop.ui.wording import face_words

ROOMY = 720
"""Pixels of width from which on the panel fits beside the conversation."""


@dataclass(frozen=True)
class Lasting:
    """What every room of a window shares: what is known, and the two parts that are never remade.

    The orb moves, and the conversation is long: it holds what was marked, unfolded and scrolled,
    and its few words follow the language by themselves.
    """

    wishes: Wishes
    talk: TalkHold
    orb: Orb = field(default_factory=Orb)
    conversation: ConversationView = field(default_factory=ConversationView)
    situation: Situation = field(default_factory=Situation)
    timings: LatencyFold = field(default_factory=LatencyFold)
    session: SessionFold = field(default_factory=SessionFold)


class Room(QWidget):
    """Owns what stands in the window; the window hands it every event, and makes another."""

    panel_wanted = Signal(bool)
    """The user wants to see the performance panel, or no longer."""
    settings_wanted = Signal()
    examine_wanted = Signal()

    def __init__(self, lasting: Lasting, *, shows_panel: bool) -> None:
        """Furnish it, and show what is known; `shows_panel` is the user's choice."""
        super().__init__()
        self._lasting = lasting
        self._shows_panel = shows_panel
        self._hinted: tuple[Face, ListenMode, str] | None = None
        self.orb = lasting.orb
        self.conversation = lasting.conversation
        self.header = Header()
        self.welcome = Welcome()
        self.loading = LoadingList()
        self.banner = Banner()
        self.told = BannerFeed(self.banner)
        self.composer = Composer()
        self.panel = PerformancePanel(lasting.timings, lasting.session)
        self._hint = QLabel()
        self._arrange()
        self._connect()
        self._order_tabs()
        self.show_situation()
        self.show_filled(filled=lasting.conversation.is_filled)
        self.place_panel(shows_panel=shows_panel)

    # --- what the window does ------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """Show what happened; the window has taken note of it."""
        self.panel.lights.handle(event)
        if isinstance(event, LevelMeasured):
            self.orb.hear(event.level_db)
            return
        self.loading.handle(event)
        self.panel.handle(event)
        self.told.handle(event)
        self.show_situation()

    def take_over(self, old: Room) -> None:
        """Go on where another room was: with what stood in its banner and in its line."""
        for event in (*old.loading.newest.values(), *old.told.standing):
            self.loading.handle(event)
            self.told.handle(event)
        self.composer.take_over(old.composer)

    def show_filled(self, *, filled: bool) -> None:
        """Greet the user in an empty room, and give way to a conversation."""
        self.welcome.setVisible(not filled)
        self._hint.setVisible(filled)
        self.conversation.setVisible(filled)
        self._size_orb()

    def place_panel(self, *, shows_panel: bool) -> None:
        """Show the panel where the user wants it and there is room for it."""
        self._shows_panel = shows_panel
        shown = shows_panel and self.width() >= ROOMY
        self.panel.setVisible(shown)
        self.header.show_panel_open(is_open=shown)

    def say_nothing_was_heard(self) -> None:
        """Say it in place of the hint, until the state changes."""
        if self._lasting.situation.mode is ListenMode.HOLD:
            words = self.tr("Nothing was heard. Hold, talk, and let go at the end.")
        else:
            words = self.tr("Nothing was understood. Please say it again.")
        self._hint.setText(words)
        self.welcome.say(words)

    @property
    def hint_text(self) -> str:
        """The sentence under the orb."""
        return self._hint.text()

    def show_situation(self) -> None:
        """Show the state of the conversation, the mode and the devices."""
        situation = self._lasting.situation
        face, mode, hint = situation.face, situation.mode, situation.hint
        words = face_words(face)
        if (face, mode, hint) != self._hinted:
            self._hinted = face, mode, hint
            self._hint.setText(hint)
            self.welcome.show_face(face, mode, hint)
            self._announce(words)
        self.orb.count_down(situation.follow_up)
        self.header.mode_switch.show_mode(mode)
        self.composer.show_busy(busy=face in (Face.THINKING, Face.SPEAKING))
        self.header.show_state(face, situation.microphone)
        self.header.show_muted(muted=situation.muted)
        self.orb.show_face(face, self.tr("{state}. Hold to talk.").format(state=words))

    # --- Qt calls ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the orb its share, and fold the panel away where there is no room for it."""
        super().resizeEvent(event)
        self._size_orb()
        self.place_panel(shows_panel=self._shows_panel)

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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.panel)

    def _connect(self) -> None:
        """Connect what goes with this room; what lasts is connected by the window."""
        wishes, talk = self._lasting.wishes, self._lasting.talk
        self.composer.talk_button.held.connect(partial(talk.press, Source.BUTTON))
        self.composer.talk_button.let_go.connect(partial(talk.release, Source.BUTTON))
        self.composer.submitted.connect(wishes.submit)
        self.composer.stop_wanted.connect(wishes.stop)
        self.header.mode_switch.wanted.connect(wishes.choose_mode)
        self.header.mute_button.clicked.connect(self._ask_mute)
        self.header.panel_button.clicked.connect(self._ask_panel)
        self.header.settings_button.clicked.connect(self._ask_settings)
        self.panel.lights.examine_wanted.connect(self.examine_wanted)

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

    # --- inside --------------------------------------------------------------------------------

    def _announce(self, words: str) -> None:
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _size_orb(self) -> None:
        share = 0.32 if self.conversation.isHidden() else 0.19
        self.orb.set_side(max(96, min(232, round(self.height() * share / GRID) * GRID)))

    @Slot()
    def _ask_mute(self) -> None:
        self._lasting.wishes.mute(not self._lasting.situation.muted)

    @Slot()
    def _ask_panel(self) -> None:
        self.panel_wanted.emit(self.panel.isHidden())

    @Slot()
    def _ask_settings(self) -> None:
        self.settings_wanted.emit()
