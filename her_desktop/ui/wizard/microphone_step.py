"""The second step: being heard.

Rule: the system is asked for the microphone here and not before, so that its question comes while
its reason is on screen. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMicrophonePermission, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from her_desktop.conversation.events import Device, DeviceState, Event
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.sound_check import SoundCheck, microphone_is_denied
from her_desktop.ui.theme import GRID
from her_desktop.ui.wizard.devices import DeviceLine
from her_desktop.ui.wizard.step import Means, Step


def ask_for_microphone(context: QObject) -> None:
    """Let the system ask the user for the microphone, where it wants to and has not yet."""
    app = QApplication.instance()
    permission = QMicrophonePermission()
    if app is not None and app.checkPermission(permission) is Qt.PermissionStatus.Undetermined:
        app.requestPermission(permission, context, lambda _: None)


class MicrophoneStep(Step):
    """Owns the list of microphones and the test of the one in use."""

    def __init__(
        self,
        means: Means,
        devices: DeviceLine,
        is_denied: Callable[[], bool] = microphone_is_denied,
        ask: Callable[[QObject], None] = ask_for_microphone,
    ) -> None:
        """Offer the microphones of `devices`; `ask` lets the system ask for permission."""
        super().__init__(
            means,
            self.tr("The microphone"),
            self.tr(
                "Choose a microphone and say a sentence: the bar should reach the green, and the "
                "dot before it lights up while it hears speech."
            ),
        )
        self._devices = devices
        self._is_denied = is_denied
        self._ask = ask
        self.check = SoundCheck(means.send, is_denied)
        self.column.addWidget(devices)
        self.column.addSpacing(GRID)
        self.column.addWidget(self.check)
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        """The test, since the system's microphone is the right one as a rule."""
        return self.check.test_button

    @property
    def device_choice(self) -> Choice:
        """The list of microphones."""
        return self._devices.choice

    def enter(self) -> None:
        """Ask for the microphone, and say at once where it cannot be had."""
        self._devices.refresh()
        self._ask(self)
        known = self.means.known.devices.get(Device.MICROPHONE)
        if self._is_denied():
            self.check.begin()  # which says what to do, and tests nothing
        elif known is not None and known.state is not DeviceState.READY:
            self.check.handle(known)

    def handle(self, event: Event) -> None:
        """Hand every event to the test."""
        self.check.handle(event)
