"""Opening the settings: from the header, the tray or a key, always the same one dialog.

Rule: made at the first opening, kept until the program ends; what happened before is known to it.
GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from her_desktop.conversation.events import Event, LevelMeasured, WakeScored
from her_desktop.settings import Settings
from her_desktop.ui.settings.dialog import SettingsDialog
from her_desktop.ui.settings.latest import Latest
from her_desktop.ui.settings.surroundings import Surroundings


class SettingsDoor(QObject):
    """Owns the dialog, once there is one; told of every event and every change of settings."""

    def __init__(self, surroundings: Surroundings, window: QWidget) -> None:
        """Build nothing yet; the dialog will belong to `window`, whose Ctrl+, opens it."""
        super().__init__(window)
        self._surroundings = surroundings
        self._window = window
        self.latest = Latest(self)
        """What is known of the program; foreign pages may listen to its `happened`."""
        self._dialog: SettingsDialog | None = None
        keys = QShortcut(QKeySequence("Ctrl+,"), window)
        # Also from the dialog itself and from behind another of the program's windows.
        keys.setContext(Qt.ShortcutContext.ApplicationShortcut)
        keys.activated.connect(self.open)

    @property
    def dialog(self) -> SettingsDialog | None:
        """The dialog, None before the first opening."""
        return self._dialog

    @Slot()
    def open(self, page: str = "") -> None:
        """Show the dialog and bring it to the front, at a page by name or where it was left."""
        if self._dialog is None:
            self._dialog = SettingsDialog(self._surroundings, self.latest, self._window)
        dialog = self._dialog
        dialog.show_page(page)
        dialog.setWindowState(dialog.windowState() & ~Qt.WindowState.WindowMinimized)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Take note of what happened, and show it where the dialog is open."""
        is_seen = self._dialog is not None and self._dialog.isVisible()
        if is_seen or not isinstance(event, LevelMeasured | WakeScored):
            self.latest.handle(event)

    def follow(self, _old: Settings, _new: Settings) -> None:
        """Show settings that somebody has changed."""
        if self._dialog is not None:
            self._dialog.choices.refresh()

    def close(self) -> None:
        """Put the dialog away at the end, and stop what its pages keep running."""
        if self._dialog is not None:
            self._dialog.hide()
