"""The page Listening: how the user begins to talk, with which key, and after which words.

Rule: a description and the meter that only this page has. GUI thread only.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from her_desktop.conversation.events import (
    Event,
    ListenMode,
    ListenModeChanged,
    ListenModeRequested,
    WakeScored,
)
from her_desktop.settings import Settings
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.settings.outline import (
    Choose,
    Count,
    Line,
    Outline,
    Part,
    Row,
    Section,
    Slide,
    Toggle,
    Value,
)
from her_desktop.ui.settings.surroundings import Surroundings
from her_desktop.ui.settings.talk_key_part import TalkKeyPart
from her_desktop.ui.theme import GRID, color, colors_of
from her_desktop.ui.wording import mode_words, percent

_LONGEST_PHRASE = 60


class Listening(QObject):
    """Describes the page; asked on the GUI thread."""

    def __init__(
        self, surroundings: Surroundings, choices: Choices, latest: Latest, parent: QObject
    ) -> None:
        """Follow the mode, which the conversation grants rather than the settings."""
        super().__init__(parent)
        self._around = surroundings
        self._choices = choices
        self._latest = latest
        latest.happened.connect(self._on_event)

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("listening", self.tr("Listening"), "microphone", self._sections)

    def _sections(self) -> tuple[Section, ...]:
        return (
            Section(
                "",
                (
                    Row(
                        "listen_mode",
                        self.tr("How you talk"),
                        self.tr("Hold a key or button, just talk, or say a phrase first."),
                        Choose(
                            lambda: tuple(
                                (mode.value, _capital(mode_words(mode))) for mode in ListenMode
                            )
                        ),
                        keywords=self.tr("push to talk hands-free"),
                        act=self._ask_mode,
                    ),
                    Row(
                        "listening_sounds",
                        self.tr("Sounds"),
                        self.tr("A quiet sound when it begins to listen and when it stops."),
                        Toggle(),
                        keywords=self.tr("chime"),
                    ),
                ),
            ),
            Section(
                self.tr("From other programs"),
                (
                    Part(
                        "talk_key",
                        self.tr("Talk key"),
                        "",
                        lambda: TalkKeyPart(self._choices, self._latest),
                        keywords=self.tr("hotkey shortcut push to talk"),
                    ),
                    Row(
                        "talk_key_toggles",
                        self.tr("Press once to begin, once to end"),
                        self.tr("Instead of holding the key while you talk."),
                        Toggle(),
                        is_open=lambda settings: bool(settings.talk_key),
                    ),
                ),
            ),
            Section(
                self.tr("Wake phrase"),
                (
                    Row(
                        "wake_phrase",
                        self.tr("Phrase"),
                        self.tr("What you say first, in the mode with a wake phrase."),
                        Choose(
                            lambda: (
                                ("hey_jarvis", "Hey Jarvis"),
                                ("okay_nabu", "Okay Nabu"),
                                ("hey_mycroft", "Hey Mycroft"),
                                ("own", self.tr("My own")),
                            )
                        ),
                        keywords=self.tr("wake word hotword"),
                    ),
                    Row(
                        "own_wake_phrase",
                        self.tr("My own phrase"),
                        self.tr("A word or a few that nobody says by chance."),
                        Line(self.tr("For example: Eva"), _LONGEST_PHRASE),
                        is_open=lambda settings: settings.wake_phrase == "own",
                    ),
                    Row(
                        "wake_threshold",
                        self.tr("How sure it must be"),
                        self.tr("Higher if it wakes by mistake, lower if it does not hear you."),
                        Slide(0.05, lambda share: percent(100 * share)),
                        keywords=self.tr("threshold sensitivity"),
                        is_open=_is_ready_made,
                    ),
                    Part(
                        "wake_meter",
                        self.tr("Say the phrase"),
                        self.tr(
                            "In that mode the bar shows how sure it was. Over the line it wakes; "
                            "from two fifths of it on, where your words begin with the phrase."
                        ),
                        lambda: WakeMeter(self._choices, self._latest),
                    ),
                    Row(
                        "follow_up",
                        self.tr("Time to go on"),
                        self.tr("How long it listens after an answer without the phrase."),
                        Count(self.tr("s"), special=self.tr("none"), is_whole=False),
                    ),
                ),
            ),
        )

    def _ask_mode(self, value: Value) -> None:
        self._around.send(ListenModeRequested(at=time.monotonic(), mode=ListenMode(str(value))))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, ListenModeChanged):
            self._choices.refresh()


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_ready_made(settings: Settings) -> bool:
    return settings.wake_phrase != "own"


class WakeMeter(QWidget):
    """How sure the wake phrase's detector was of late, beside the limit that is set.

    Made and told on the GUI thread; it moves when the detector says something.
    """

    def __init__(self, choices: Choices, latest: Latest) -> None:
        """Begin with nothing heard."""
        super().__init__()
        self._choices = choices
        self._score = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("How sure it was of the phrase"))
        latest.happened.connect(self._on_event)
        choices.changed.connect(self._tell)
        self._tell()

    @property
    def words(self) -> str:
        """The same in words."""
        return self.toolTip()

    def sizeHint(self) -> QSize:
        """Return the room for a bar."""
        return QSize(20 * GRID, 2 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar and the limit."""
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        bar = QRectF(0, middle - 4, self.width(), 8)
        painter.setBrush(color(colors.line))
        painter.drawRoundedRect(bar, 4, 4)
        limit = self._limit
        if self._score > 0.01:
            painter.setBrush(color(colors.good if self._score >= limit else colors.grey))
            filled = QRectF(bar.left(), bar.top(), max(8.0, self._score * bar.width()), 8)
            painter.drawRoundedRect(filled, 4, 4)
        painter.setBrush(color(colors.soft_ink))
        painter.drawRect(QRectF(limit * (bar.width() - 2), middle - 8, 2, 16))
        painter.end()

    @property
    def _limit(self) -> float:
        return float(self._choices.value("wake_threshold"))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, WakeScored):
            # Falls slowly, so that a word that is over in no time can be seen.
            self._score = max(event.score, self._score * 0.85)
            self._tell()

    @Slot()
    def _tell(self) -> None:
        if self._score < 0.01:
            words = self.tr("Nothing heard")
        elif self._score >= self._limit:
            words = self.tr("Sure enough: {share}").format(share=percent(100 * self._score))
        else:
            words = self.tr("Not sure: {share}").format(share=percent(100 * self._score))
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()
