"""A line with the list of microphones or loudspeakers, as the system has them now.

Rule: what is plugged in while it is on screen appears in it, and a choice holds at once. GUI
thread only.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from her_desktop.audio.devices import Direction
from her_desktop.ui.settings.controls import Choice
from her_desktop.ui.settings.device_lists import DeviceLists
from her_desktop.ui.theme import GRID
from her_desktop.ui.wizard.step import Means, body_text


class DeviceLine(QWidget):
    """Owns one list; `lists` are shared with whoever else shows devices."""

    def __init__(self, means: Means, direction: Direction, lists: DeviceLists) -> None:
        """Show what `lists` know of one direction, and the setting in force."""
        super().__init__()
        self._means = means
        self._direction = direction
        self._lists = lists
        is_input = direction is Direction.INPUT
        self._field = "input_device" if is_input else "output_device"
        words = self.tr("Microphone") if is_input else self.tr("Loudspeaker")
        label = body_text(words)
        self.choice = Choice(self)
        self.choice.setAccessibleName(words)
        help_ = self.tr("A device that is plugged in now appears here at once")
        self.choice.setToolTip(help_)
        self.choice.setAccessibleDescription(help_)
        label.setBuddy(self.choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(label, 1)
        row.addWidget(self.choice)
        self.choice.chosen.connect(self._choose)
        lists.watch(self)
        lists.renewed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the devices there are, and the one that was chosen even where it is absent."""
        chosen = str(getattr(self._means.settings(), self._field))
        self.choice.show_options(self._lists.options(self._direction, chosen), chosen)

    def _choose(self, name: object) -> None:
        self._means.choose(**{self._field: name})
