"""The fifth step: a key that works in every window, and being there from the start.

Rule: a key counts as working once the system's watch saw it, and not before. GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from her_desktop.ui.settings.choices import Choices
from her_desktop.ui.settings.controls import Switch
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.settings.talk_key_part import TalkKeyPart
from her_desktop.ui.theme import GRID
from her_desktop.ui.wizard.step import Means, Step, body_text, small_text


class KeyStep(Step):
    """Owns the part that takes and proves a key, and the switch for starting at login."""

    def __init__(
        self, means: Means, choices: Choices, latest: Latest, *, can_start_at_login: bool
    ) -> None:
        """Show what is in force; without a list to start from there is no switch."""
        super().__init__(
            means,
            self.tr("Always at hand"),
            self.tr(
                "A key to hold while you talk works even while another program is in front. "
                "Choose one and press it: you see here whether it was noticed."
            ),
        )
        self._choices = choices
        self.key = TalkKeyPart(choices, latest)
        self.column.addWidget(self.key)
        self.column.addSpacing(GRID)
        self.login_switch = Switch(self)
        if can_start_at_login:
            self._add_login(choices)
        else:
            self.login_switch.hide()
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        """The button that takes a key."""
        return self.key.key_button

    def _add_login(self, choices: Choices) -> None:
        words = self.tr("Start when you log in")
        help_ = self.tr("It waits in the tray, out of sight, until you call it.")
        label = body_text(words)
        label.setBuddy(self.login_switch)
        texts = QVBoxLayout()
        texts.setSpacing(GRID // 4)
        texts.addWidget(label)
        texts.addWidget(small_text(help_))
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addLayout(texts, 1)
        row.addWidget(self.login_switch, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)
        switch = self.login_switch
        switch.setAccessibleName(words)
        switch.setAccessibleDescription(help_)
        switch.setToolTip(help_)
        switch.clicked.connect(lambda: choices.choose("start_at_login", switch.isChecked()))
        # Where the system refused, the setting goes back to what is so.
        choices.changed.connect(self._show_login)
        self._show_login()

    @Slot()
    def _show_login(self) -> None:
        self.login_switch.setChecked(bool(self._choices.value("start_at_login")))
