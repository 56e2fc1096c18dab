"""Opening the first steps, feeding them, and what outlives them.

Rule: one wizard at a time; opened again, it begins at the beginning. Fed with every event from the
start of the program, so that a step knows what happened before it. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from her_desktop.audio.devices import Direction
from her_desktop.catalogue import Model
from her_desktop.conversation.events import Event
from her_desktop.profiles import Machine
from her_desktop.settings import Settings
from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.device_lists import DeviceLists
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.talk import Send
from her_desktop.ui.translation import translated
from her_desktop.ui.wizard.devices import DeviceLine
from her_desktop.ui.wizard.key_step import KeyStep
from her_desktop.ui.wizard.known import Known
from her_desktop.ui.wizard.language_step import LanguageStep
from her_desktop.ui.wizard.machine_step import MachineStep, Offer
from her_desktop.ui.wizard.microphone_step import MicrophoneStep
from her_desktop.ui.wizard.speaker_step import SpeakerStep
from her_desktop.ui.wizard.step import Means
from her_desktop.ui.wizard.talk_step import TalkStep
from her_desktop.ui.wizard.wish import OnItsWay, Wish
from her_desktop.ui.wizard.wizard import MakeStep, Wizard
from her_desktop.ui.wording import gigabytes


@dataclass(frozen=True)
class Around:
    """What the guide is given. Each callable returns at once, on the GUI thread."""

    send: Send
    current: Callable[[], Settings]
    apply: Callable[[Settings], None]
    machine: Callable[[], Machine]
    known_models: Callable[[], Mapping[str, Model]]
    is_here: Callable[[Model], bool]
    download: Callable[[str], None]
    tell: Callable[[str], None]
    """Says a sentence in the window."""
    list_devices: tuple[str, ...] = ()
    """The command that prints the sound devices as JSON."""
    can_start_at_login: bool = True


class Guide(QObject):
    """Owns the wizard while it is open, and the wish for models beyond that."""

    finished = Signal(bool)
    """The wizard was closed: True where the user went through to the end."""

    def __init__(self, around: Around, window: QWidget) -> None:
        """Know nothing yet; `window` is what the wizard stands before."""
        super().__init__(window)
        self._around = around
        self._latest = Latest(self)
        self._window = window
        self._known = Known()
        self._choices = Choices(around.current, around.apply, self)
        self._lists = DeviceLists(around.list_devices, self)
        self.wizard: Wizard | None = None
        """The wizard on screen, None while there is none."""
        self._wish = Wish(around.current, around.apply, around.is_here, around.download)

    @Slot()
    def open(self) -> None:
        """Begin with the first step, or bring the wizard that is open to the front."""
        wizard = self.wizard or self._make()
        wizard.show()
        wizard.raise_()
        wizard.activateWindow()

    @Slot()
    def close(self) -> None:
        """Take the wizard away, as at the end of the program."""
        if self.wizard is not None:
            self.wizard.reject()
        self._lists.stop()

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Take note of an event and hand it to the wizard."""
        self._known.handle(event)
        self._latest.handle(event)
        if self._wish.handle(event):
            self._on_wish()
        if self.wizard is not None:
            self.wizard.handle(event)

    @Slot()
    def refresh(self) -> None:
        """Show the settings in force: somebody has changed them."""
        self._choices.refresh()

    # --- building ------------------------------------------------------------------------------

    def _make(self) -> Wizard:
        self.wizard = wizard = Wizard(self._steps(), self._window)
        wizard.left.connect(self._on_left)
        wizard.renewed.connect(self._show_wish)
        self._show_wish()
        return wizard

    def _steps(self) -> tuple[MakeStep, ...]:
        around = self._around
        means = Means(around.send, around.current, around.apply, self._known)
        offer = Offer(around.machine, around.known_models, around.is_here, self._wish.take)

        def line(direction: Direction) -> DeviceLine:
            return DeviceLine(means, direction, self._lists)

        return (
            lambda: LanguageStep(means),
            lambda: MicrophoneStep(means, line(Direction.INPUT)),
            lambda: SpeakerStep(means, line(Direction.OUTPUT)),
            lambda: MachineStep(means, offer),
            lambda: KeyStep(
                means,
                self._choices,
                self._latest,
                can_start_at_login=around.can_start_at_login,
            ),
            lambda: TalkStep(means),
        )

    # --- what happens --------------------------------------------------------------------------

    @Slot(bool)
    def _on_left(self, finished: bool) -> None:
        wizard, self.wizard = self.wizard, None
        if wizard is not None:
            wizard.deleteLater()
        if not self._around.current().was_welcomed:
            self._around.apply(self._around.current().changed(was_welcomed=True))
        self.finished.emit(finished)

    def _on_wish(self) -> None:
        way = self._wish.on_its_way
        if way is not None and way.trouble and self.wizard is None:
            self._around.tell(way.trouble)
        self._show_wish()

    @Slot()
    def _show_wish(self) -> None:
        if self.wizard is not None:
            way = self._wish.on_its_way
            self.wizard.show_status("" if way is None else self._words_for(way))

    def _words_for(self, way: OnItsWay) -> str:
        if way.trouble:
            return translated(way.trouble)
        return self.tr("Downloading: {done} of {total}. You can go on meanwhile.").format(
            done=gigabytes(way.done), total=gigabytes(way.total)
        )
