"""Trying the microphone: three seconds are recorded, played back, and judged in words.

Rule: the test itself is done by the engine; this asks for it and says what came of it. What it
finds fault with, it says with what to do. GUI thread only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QMicrophonePermission, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    LevelMeasured,
    MicrophoneTested,
    MicrophoneTestRequested,
    PlayRequested,
)
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.labels import prose, say
from her_desktop.ui.level_meter import LevelMeter
from her_desktop.ui.talk import Send
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.wording import device_words

TESTED_RATE_HZ = 16_000
"""The rate of `MicrophoneTested.pcm`."""

PATIENCE = 8.0
"""Seconds after which a test that nobody answered has failed."""

SILENT_BELOW_DB = -90.0
"""dBFS: a peak below it is no room, however quiet, but a switch or a missing permission."""

CLIPPED_FROM_DB = -0.3
"""dBFS: a peak from here on has been cut off."""

QUIET_BELOW_DB = -42.0
"""dBFS (RMS of the loudest half second) below which speech is understood badly."""


class Verdict(StrEnum):
    """What came of a test."""

    GOOD = "good"
    SILENT = "silent"
    QUIET = "quiet"
    CLIPPED = "clipped"
    NO_SPEECH = "no-speech"
    DENIED = "denied"
    NO_ANSWER = "no-answer"


def verdict_of(tested: MicrophoneTested) -> Verdict:
    """Return what a test says about the microphone."""
    if tested.pcm.size == 0 or tested.peak_db < SILENT_BELOW_DB:
        return Verdict.SILENT
    if tested.peak_db >= CLIPPED_FROM_DB:
        return Verdict.CLIPPED
    if not tested.speech:
        return Verdict.NO_SPEECH
    return Verdict.QUIET if tested.level_db < QUIET_BELOW_DB else Verdict.GOOD


def verdict_words(verdict: Verdict) -> str:
    """Return one or two plain sentences: what was found, and what to do about it."""
    match verdict:
        case Verdict.GOOD:
            return QCoreApplication.translate("SoundCheck", "That sounds good.")
        case Verdict.SILENT:
            return QCoreApplication.translate(
                "SoundCheck",
                "The microphone gave no sound at all. Check its switch, its volume in the system's "
                "settings, and whether this program may use it.",
            )
        case Verdict.QUIET:
            return QCoreApplication.translate(
                "SoundCheck",
                "That was very quiet. Come closer, or raise the microphone's level in the "
                "system's settings.",
            )
        case Verdict.CLIPPED:
            return QCoreApplication.translate(
                "SoundCheck",
                "That was too loud, and parts of it were cut off. Move away a little, or lower "
                "the microphone's level in the system's settings.",
            )
        case Verdict.NO_SPEECH:
            return QCoreApplication.translate(
                "SoundCheck",
                "There was sound, but no speech in it. Say a sentence while the test runs.",
            )
        case Verdict.DENIED:
            return QCoreApplication.translate(
                "SoundCheck",
                "This program may not use the microphone. Allow it in the system's settings, "
                "under privacy.",
            )
        case Verdict.NO_ANSWER:
            return QCoreApplication.translate(
                "SoundCheck",
                "The microphone did not answer. Connect it again, or choose another one.",
            )


def microphone_is_denied() -> bool:
    """Tell whether the system is known to refuse the microphone; asks the user nothing."""
    app = QApplication.instance()
    if app is None:
        return False
    return app.checkPermission(QMicrophonePermission()) is Qt.PermissionStatus.Denied


def privacy_page(platform: str = sys.platform) -> str:
    """Return the address of the system's own page of who may use the microphone, or ""."""
    pages = {
        "darwin": "x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone",
        "win32": "ms-settings:privacy-microphone",
    }
    return pages.get(platform, "")


class SoundCheck(QWidget):
    """Owns one test at a time; its owner hands it every event while it is on screen."""

    judged = Signal(str)
    """A test is over: the word of its `Verdict`."""

    def __init__(
        self,
        send: Send,
        is_denied: Callable[[], bool] = microphone_is_denied,
        parent: QWidget | None = None,
    ) -> None:
        """Begin at rest; `is_denied` tells whether the system refuses the microphone."""
        super().__init__(parent)
        self._send = send
        self._is_denied = is_denied
        self._is_testing = False
        self._has_trouble = False
        self.meter = LevelMeter()
        self.test_button = TextButton(self.tr("Test the microphone"), self, "microphone")
        self.test_button.setToolTip(self.tr("Records three seconds and plays them back"))
        self.test_button.setAccessibleDescription(self.test_button.toolTip())
        self.test_button.clicked.connect(self.begin)
        self.allow_button = TextButton(self.tr("Open the system's settings"), self)
        self.allow_button.setToolTip(self.tr("Where the system says who may use the microphone"))
        self.allow_button.setAccessibleDescription(self.allow_button.toolTip())
        self.allow_button.clicked.connect(self._open_privacy_page)
        self.allow_button.hide()
        self._words = prose()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(round(PATIENCE * 1000))
        self._patience.timeout.connect(self._give_up)
        line = QHBoxLayout()
        line.setSpacing(2 * GRID)
        line.addWidget(self.meter, 1)
        line.addWidget(self.test_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(line)
        column.addWidget(self._words)
        column.addWidget(self.allow_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._say_hint()

    @property
    def words(self) -> str:
        """The sentence under the bar."""
        return self._words.text()

    @property
    def is_testing(self) -> bool:
        """Whether a test is under way."""
        return self._is_testing

    def handle(self, event: Event) -> None:
        """Follow the level, and say what came of a test."""
        match event:
            case LevelMeasured(level_db=level, speech=speech):
                self.meter.hear(level, speech=speech)
            case MicrophoneTested() if self._is_testing:
                self._judge(event)
            case DeviceChanged(device=Device.MICROPHONE):
                self._on_device(event)

    @Slot()
    def begin(self) -> None:
        """Ask for a test, unless the system refuses the microphone."""
        if self._is_testing:
            return
        if self._is_denied():
            self._end(Verdict.DENIED)
            return
        self._is_testing = True
        self.test_button.setEnabled(False)
        self.allow_button.hide()
        self._say(self.tr("Say a sentence now: three seconds are recorded."))
        self._patience.start()
        self._send(MicrophoneTestRequested(at=time.monotonic()))

    def _judge(self, tested: MicrophoneTested) -> None:
        verdict = verdict_of(tested)
        self._end(verdict)
        if verdict is not Verdict.SILENT:
            self._say(f"{verdict_words(verdict)} {self.tr('This is what was heard.')}")
            self._send(
                PlayRequested(at=time.monotonic(), pcm=tested.pcm, sample_rate_hz=TESTED_RATE_HZ)
            )

    def _on_device(self, event: DeviceChanged) -> None:
        if event.state is not DeviceState.READY:
            self.meter.rest()
        trouble = translated(event.message) or device_words(event.device, event.state, event.name)
        if trouble:
            self._say(trouble)
        elif self._has_trouble and event.state is DeviceState.READY:
            self._say_hint()
        self._has_trouble = bool(trouble)

    @Slot()
    def _give_up(self) -> None:
        self._end(Verdict.DENIED if self._is_denied() else Verdict.NO_ANSWER)

    def _end(self, verdict: Verdict) -> None:
        self._is_testing = False
        self._patience.stop()
        self.test_button.setEnabled(True)
        self.allow_button.setVisible(verdict is Verdict.DENIED and bool(privacy_page()))
        self._say(verdict_words(verdict))
        self.judged.emit(verdict.value)

    def _say_hint(self) -> None:
        self._say(self.tr("Speak as you usually do: the bar should reach the green."))

    def _say(self, words: str) -> None:
        say(self._words, words)

    @Slot()
    def _open_privacy_page(self) -> None:
        QDesktopServices.openUrl(QUrl(privacy_page()))
