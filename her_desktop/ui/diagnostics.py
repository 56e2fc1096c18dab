"""The page Diagnostics: everything a user needs, tried now, and what each part did since the start.

Rule: it starts and shows examinations and never waits for one; what it copies holds nothing that
was said. One page to a program, hidden when it is closed and opened again as it was left; it may
not refuse to close, or Qt would end no program that wants to. In another language everything on it
is made anew from what was found. GUI thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from her_desktop.conversation.events import Event
from her_desktop.metrics.findings import Finding, Verdict
from her_desktop.metrics.health import PARTS, HealthFold, Light, PartHealth
from her_desktop.ui.anew import MadeAnew
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.examining import Examining
from her_desktop.ui.finding_table import FindingTable
from her_desktop.ui.keyboard import KeyboardPlace
from her_desktop.ui.labels import heading
from her_desktop.ui.scroll_bar import ScrollBar
from her_desktop.ui.stage_lights import health_words, part_words
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.window import MainWindow
from her_desktop.ui.wording import milliseconds

_SIZE = (84 * GRID, 88 * GRID)
_LIGHTS = {Verdict.OK: Light.WELL, Verdict.NOTE: Light.UNTRIED, Verdict.BROKEN: Light.FAILED}


class Diagnostics(MadeAnew, QDialog):
    """Owns the page and drives an examination; the window hands it every event."""

    def __init__(
        self,
        examining: Examining,
        health: HealthFold,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Build the page, still hidden. `health` is fed by its owner."""
        super().__init__(parent, Qt.WindowType.Window)
        self.examining = examining
        self._health = health
        self._clock = clock
        self._findings: list[Finding] = []
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._furnish()
        examining.found.connect(self._on_found)
        examining.over.connect(self._on_over)
        self._ticking = QTimer(self)
        self._ticking.setInterval(1000)
        self._ticking.timeout.connect(self._show_past)
        self.resize(*_SIZE)

    @Slot()
    def examine(self) -> None:
        """Come before the user and begin, unless an examination is under way."""
        self.show()
        self.raise_()
        self.activateWindow()
        if not self.examining.is_running:
            self._begin()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found by the last examination so far."""
        return tuple(self._findings)

    @property
    def state_text(self) -> str:
        """What the page says of the examination."""
        return self._state.text()

    @property
    def text(self) -> str:
        """The page as text, as it is copied."""
        return "\n".join(
            [
                self._state.text(),
                "",
                *self._found.lines(),
                "",
                self.tr("Since the program started"),
                *self._past.lines(),
            ]
        )

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        self.examining.handle(event)

    # --- Qt calls ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the times fresh while somebody looks."""
        self._show_past()
        self._ticking.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest, and let nothing go on that nobody sees."""
        self._ticking.stop()
        self.examining.stop()
        super().hideEvent(event)

    # --- the examination -----------------------------------------------------------------------

    @Slot()
    def _begin_or_stop(self) -> None:
        if self.examining.is_running:
            self.examining.stop()
        else:
            self._begin()

    def _begin(self) -> None:
        self._findings.clear()
        self._found.clear()
        self.examining.begin()
        self._show_state()

    @Slot(object)
    def _on_found(self, finding: Finding) -> None:
        self._findings.append(finding)
        self._show(finding)
        self._show_state()

    def _show(self, finding: Finding) -> None:
        took = "" if finding.milliseconds is None else milliseconds(finding.milliseconds / 1000)
        self._found.put(finding.name, finding_words(finding.name))
        self._found.tell(finding.name, _LIGHTS[finding.verdict], translated(finding.detail), took)

    @Slot()
    def _on_over(self) -> None:
        self._show_state()
        self._show_past()

    def _show_state(self) -> None:
        running = self.examining.is_running
        self.examine_button.say(self.tr("Stop") if running else self.tr("Examine everything"))
        faults = sum(not finding.ok for finding in self._findings)
        if running:
            words = self.tr("Trying one thing after the other; {count} done.")
        elif not self._findings:
            words = self.tr("Tries the models, the microphone, the loudspeaker and this computer.")
        elif faults:
            words = self.tr("{count} tried; {faults} broken.")
        else:
            words = self.tr("{count} tried; nothing is broken.")
        self._state.setText(words.format(count=len(self._findings), faults=faults))

    @Slot()
    def _show_past(self) -> None:
        for health in self._health.parts:
            self._past.tell(
                health.part.value,
                health.light,
                past_words(health, self._clock()),
                "",
            )

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)

    # --- building ------------------------------------------------------------------------------

    def _furnish(self) -> None:
        """Make everything on the page, and show what was found so far."""
        self.setWindowTitle(self.tr("Diagnostics"))
        self._state = QLabel()
        self._state.setWordWrap(True)
        self.examine_button = TextButton(self.tr("Examine everything"))
        self.copy_button = TextButton(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copies this page as text; nothing you said is in it."))
        self._found = FindingTable()
        self._past = FindingTable()
        self._area = QScrollArea()
        self._inside = QWidget()
        self._arrange()
        self._frame.addWidget(self._inside)
        for part in PARTS:
            self._past.put(part.value, part_words(part))
        self.examine_button.clicked.connect(self._begin_or_stop)
        self.copy_button.clicked.connect(self._copy)
        for finding in self._findings:
            self._show(finding)
        self._show_state()
        self._is_made()

    def _make_anew(self) -> None:
        """Make everything anew in the language of the moment, and go on where the user was."""
        old, keyboard = self._inside, KeyboardPlace(self._inside)
        scrolled = self._area.verticalScrollBar().value()
        self._frame.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._furnish()
        self._show_past()
        self._inside.show()
        self._frame.activate()
        self._area.verticalScrollBar().setValue(scrolled)
        keyboard.restore(self._inside)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._state, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.examine_button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(3 * GRID, 0, 2 * GRID, 3 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self._found)
        column.addSpacing(2 * GRID)
        column.addWidget(heading(self.tr("Since the program started")))
        column.addWidget(self._past)
        column.addStretch(1)
        area = self._area
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setVerticalScrollBar(ScrollBar())
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        area.setAccessibleName(self.tr("What was found"))
        whole = QVBoxLayout(self._inside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * GRID)
        head.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, 0)
        whole.addLayout(head)
        whole.addWidget(area, 1)


def diagnostics_of(
    send: Callable[[Event], None],
    command: Sequence[str],
    language: Callable[[], str],
    window: MainWindow,
) -> Diagnostics:
    """Return the page of a window, which its lights open.

    `command` starts this program; `language` tells which one the voice speaks at the moment.
    """
    examining = Examining(send, command, language)
    page = Diagnostics(examining, window.lasting.session.health, window)
    window.examine_wanted.connect(page.examine)
    return page


def finding_words(name: str) -> str:
    """Return the caption of a finding; a name that is unknown stands for itself."""
    for part in PARTS:
        if part.value == name:
            return part_words(part)
        if f"gpu {part.value}" == name:
            words = QCoreApplication.translate("Diagnostics", "GPU: {stage}")
            return words.format(stage=part_words(part))
    captions = {
        "turn": QCoreApplication.translate("Diagnostics", "A whole turn"),
        "gpu": QCoreApplication.translate("Diagnostics", "GPU"),
        "sound": QCoreApplication.translate("Diagnostics", "Sound system"),
        "files": QCoreApplication.translate("Diagnostics", "Model files"),
        "disk": QCoreApplication.translate("Diagnostics", "Disk"),
        "memory": QCoreApplication.translate("Diagnostics", "Memory"),
        "folders": QCoreApplication.translate("Diagnostics", "Folders"),
        "window": QCoreApplication.translate("Diagnostics", "Control from outside"),
        "talk key": QCoreApplication.translate("Diagnostics", "Talk key"),
        "tray": QCoreApplication.translate("Diagnostics", "Tray"),
        "machine": QCoreApplication.translate("Diagnostics", "This computer"),
    }
    return captions.get(name, name)


def past_words(health: PartHealth, now: float) -> str:
    """Return what a part last did and when, how often, and what it runs on."""
    words = [health_words(health)]
    if health.at is not None:
        words.append(_ago_words(now - health.at))
    if health.failures:
        counted = QCoreApplication.translate("Diagnostics", "successes {good}, failures {bad}")
        words.append(counted.format(good=health.successes, bad=health.failures))
    words += [health.name, translated(health.detail), translated(health.reason)]
    return " · ".join(filter(None, words))


def _ago_words(duration: float) -> str:
    if duration < 1.5:
        return QCoreApplication.translate("Diagnostics", "just now")
    if duration < 90:
        words = QCoreApplication.translate("Diagnostics", "{count} s ago")
        return words.format(count=round(duration))
    words = QCoreApplication.translate("Diagnostics", "{count} min ago")
    return words.format(count=round(duration / 60))
