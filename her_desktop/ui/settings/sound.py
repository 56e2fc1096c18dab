"""The page Sound: which microphone and loudspeaker, whether they work, and what is cleaned away.

Rule: a description and the few parts that only this page has. GUI thread only.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from her_desktop.audio.devices import Direction
from her_desktop.conversation.events import EchoMeasured, Event, RepeatRequested
from her_desktop.settings import Settings
from her_desktop.ui.buttons import TextButton
from her_desktop.ui.labels import say
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.device_lists import DeviceLists
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.settings.outline import Choose, Option, Outline, Part, Row, Section, Toggle
from her_desktop.ui.settings.surroundings import Surroundings
from her_desktop.ui.sound_check import SoundCheck
from her_desktop.ui.theme import small_font
from her_desktop.ui.wording import milliseconds

_SENTENCES = {
    "en": "Hello. If you can hear this well, your loudspeaker works.",
    "fr": "Bonjour. Si vous m'entendez bien, votre haut-parleur fonctionne.",
}
"""What is said to try the loudspeaker, in the language of the voice rather than of the window."""


class Sound(QObject):
    """Describes the page and owns the lists of devices; asked on the GUI thread."""

    def __init__(
        self, surroundings: Surroundings, choices: Choices, latest: Latest, parent: QObject
    ) -> None:
        """Know of no device before the page is on screen."""
        super().__init__(parent)
        self._around = surroundings
        self._choices = choices
        self._latest = latest
        self.lists = DeviceLists(surroundings.list_devices, self)

    def outline(self) -> Outline:
        """Return the page."""
        return Outline("sound", self.tr("Sound"), "sound", self._sections)

    def _sections(self) -> tuple[Section, ...]:
        return (
            Section(
                self.tr("Input"),
                (
                    Row(
                        "input_device",
                        self.tr("Microphone"),
                        self.tr("Where it hears you. It changes at once."),
                        Choose(lambda: self._devices(Direction.INPUT), self.lists.renewed),
                        keywords=self.tr("input device headset"),
                    ),
                    Part(
                        "sound_check",
                        self.tr("Level"),
                        "",
                        self._sound_check,
                        keywords=self.tr("test volume quiet"),
                    ),
                    Row(
                        "suppress_noise",
                        self.tr("Suppress noise"),
                        self.tr("Takes away fans and hum; in a quiet room it only costs clarity."),
                        Toggle(),
                    ),
                    Row(
                        "automatic_gain",
                        self.tr("Even out the level"),
                        self.tr("Makes a quiet voice louder and a loud one quieter."),
                        Toggle(),
                        keywords=self.tr("gain volume"),
                    ),
                ),
            ),
            Section(
                self.tr("Output"),
                (
                    Row(
                        "output_device",
                        self.tr("Loudspeaker"),
                        self.tr("Where you hear the answers. It changes at once."),
                        Choose(lambda: self._devices(Direction.OUTPUT), self.lists.renewed),
                        keywords=self.tr("output device headphones"),
                    ),
                    Part(
                        "speaker_test",
                        self.tr("Try it"),
                        self.tr("Says a sentence in the voice that you chose."),
                        self._speaker_test,
                        is_wide=False,
                    ),
                ),
            ),
            Section(
                self.tr("Echo"),
                (
                    Row(
                        "cancel_echo",
                        self.tr("Take its own voice away"),
                        self.tr(
                            "Keeps it from hearing itself over open loudspeakers. With headphones "
                            "it is not needed."
                        ),
                        Toggle(),
                        keywords=self.tr("echo cancellation"),
                    ),
                    Part(
                        "echo_state",
                        self.tr("How well that works here"),
                        "",
                        lambda: EchoWords(self._latest, self._choices),
                    ),
                ),
            ),
        )

    def _devices(self, direction: Direction) -> list[Option]:
        field = "input_device" if direction is Direction.INPUT else "output_device"
        return self.lists.options(direction, str(self._choices.value(field)))

    def _sound_check(self) -> QWidget:
        check = SoundCheck(self._around.send)
        self._latest.happened.connect(check.handle)
        self.lists.watch(check)
        for known in self._latest.devices.values():
            check.handle(known)
        return check

    def _speaker_test(self) -> QWidget:
        button = TextButton(self.tr("Test the loudspeaker"), icon="sound")
        button.setToolTip(self.tr("Says a sentence"))
        button.clicked.connect(self._say_sentence)
        return button

    @Slot()
    def _say_sentence(self) -> None:
        sentence = _SENTENCES[language_of_voice(self._choices.settings)]
        self._around.send(RepeatRequested(at=time.monotonic(), text=sentence))


def language_of_voice(settings: Settings) -> str:
    """Return the language of the chosen voice, "en" or "fr", as far as its name tells."""
    if "fr_fr" in settings.tts_model.casefold():
        return "fr"
    if "en_" in settings.tts_model.casefold():
        return "en"
    return "fr" if settings.language == "fr" else "en"


class EchoWords(QLabel):
    """Says what is known of the echo; made and told on the GUI thread."""

    def __init__(self, latest: Latest, choices: Choices) -> None:
        """Say what is known so far, and follow it."""
        super().__init__()
        self._choices = choices
        self._echo = latest.echo
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(small_font())
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        latest.happened.connect(self._on_event)
        choices.changed.connect(self._say)
        self._say()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, EchoMeasured):
            self._echo = event
            self._say()

    @Slot()
    def _say(self) -> None:
        say(self, self._words())

    def _words(self) -> str:
        echo = self._echo
        if not self._choices.value("cancel_echo"):
            return self.tr("It is off: the microphone is heard as it is.")
        if echo is None or echo.works is None:
            return self.tr("Not known yet: it is measured while the assistant speaks.")
        if not echo.works:
            return self.tr(
                "It does not work here, so you are not listened to while the assistant speaks. "
                "Use headphones, or turn the loudspeaker down."
            )
        if echo.reduction_db is None or echo.delay is None:
            return self.tr("It works: the assistant's voice is taken away.")
        return self.tr(
            "It works: the assistant's voice arrives after {delay} and is made {reduction} dB "
            "quieter."
        ).format(delay=milliseconds(echo.delay), reduction=f"{echo.reduction_db:.0f}")
