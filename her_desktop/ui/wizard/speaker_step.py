"""The third step: hearing the voice.

Rule: it says that the voice was heard only where sound really left the program, and leaves it to
the user whether it reached them. GUI thread only.
"""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from her_desktop.conversation.events import (
    Device,
    DeviceChanged,
    DeviceState,
    Event,
    Origin,
    PlaybackFinished,
    PlaybackStarted,
    PlaybackStopped,
    RepeatRequested,
    Stage,
    StopRequested,
    TurnEnded,
    TurnEvent,
    TurnStarted,
    WorkFailed,
)
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.labels import say
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.settings.sound import language_of_voice
from her_desktop.ui.theme import GRID
from her_desktop.ui.translation import translated
from her_desktop.ui.wizard.devices import DeviceLine
from her_desktop.ui.wizard.step import Means, Step, body_text, small_text
from her_desktop.ui.wording import device_words

_SENTENCES = {
    "en": "Hello. This is my voice. I am glad that we can talk.",
    "fr": "Bonjour. Voici ma voix. Je suis contente que nous puissions parler.",
}
"""What the voice says, in its own language rather than in that of the window."""


class SpeakerStep(Step):
    """Owns the list of loudspeakers and one sentence at a time."""

    def __init__(self, means: Means, devices: DeviceLine) -> None:
        """Offer the loudspeakers of `devices`."""
        super().__init__(
            means,
            self.tr("The loudspeaker"),
            self.tr("Listen to the voice, and choose where it comes from."),
        )
        self._devices = devices
        self._is_asked = False
        self._turn: int | None = None
        """The turn that says the sentence, once it has begun."""
        self.column.addWidget(devices)
        self.voice_label = small_text()
        self.say_button = TextButton(self.tr("Say a sentence"), self, "play")
        self.say_button.setToolTip(self.tr("The voice says a sentence"))
        self.say_button.setAccessibleDescription(self.say_button.toolTip())
        self.say_button.clicked.connect(self._say)
        line = QHBoxLayout()
        line.setSpacing(2 * GRID)
        line.addWidget(self.voice_label, 1)
        line.addWidget(self.say_button, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)
        self.told = body_text()
        self.column.addWidget(self.told)
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        """The button, since the system's loudspeaker is the right one as a rule."""
        return self.say_button if self.say_button.isEnabled() else self._devices.choice

    @property
    def device_choice(self) -> Choice:
        """The list of loudspeakers."""
        return self._devices.choice

    def enter(self) -> None:
        """Show what is known of the voice and of the loudspeaker."""
        self._devices.refresh()
        self._show_voice()
        self._show_device(self.means.known.devices.get(Device.SPEAKER))

    def leave(self) -> None:
        """Do not go on talking into the next step."""
        if self._is_asked:
            self.means.send(StopRequested(at=time.monotonic()))
            self._is_asked = False

    def handle(self, event: Event) -> None:
        """Follow the sentence, and the loudspeaker."""
        self._show_voice()
        match event:
            case DeviceChanged(device=Device.SPEAKER):
                self._show_device(event)
            case TurnStarted(origin=Origin.REPEAT) if self._is_asked:
                self._turn = event.turn
            case TurnEvent() if self._is_asked and event.turn == self._turn:
                self._follow(event)

    def _follow(self, event: TurnEvent) -> None:
        """Say how far the sentence is; what the turn before it comes to is another matter."""
        match event:
            case PlaybackStarted():
                say(self.told, self.tr("It is speaking now. Do you hear it?"))
            case PlaybackFinished():
                self._is_asked = False
                say(
                    self.told,
                    self.tr(
                        "That was it. If you heard nothing, turn the volume up, or choose another "
                        "loudspeaker and try again."
                    ),
                )
            case WorkFailed(message=message):
                self._is_asked = False
                say(self.told, translated(message))
            case PlaybackStopped() | TurnEnded():
                self._is_asked = False

    @Slot()
    def _say(self) -> None:
        language = language_of_voice(self.means.settings())
        self._is_asked, self._turn = True, None
        say(self.told, "")
        self.means.send(RepeatRequested(at=time.monotonic(), text=_SENTENCES[language]))

    def _show_voice(self) -> None:
        known = self.means.known
        if voice := known.ready.get(Stage.TTS):
            words = self.tr("The voice is {voice}.").format(voice=voice)
        elif fault := known.fault(Stage.TTS):
            words = translated(fault)
        else:
            words = self.tr("The voice is still being loaded.")
        if words != self.voice_label.text():
            say(self.voice_label, words)
        self.say_button.setEnabled(known.are_ready(Stage.TTS))

    def _show_device(self, event: DeviceChanged | None) -> None:
        if event is None or event.state is DeviceState.READY:
            say(self.told, "")
            return
        trouble = translated(event.message) or device_words(event.device, event.state, event.name)
        say(self.told, trouble)
