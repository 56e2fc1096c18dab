"""The window behind the tray's icon, on desktops that have a tray, get one late, or lose it.

Rule: a window that cannot be seen must be found again: without an icon it is made small instead.
GUI thread only.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from her_desktop.ui.tray import Tray
from her_desktop.ui.window import MainWindow


class Hiding(QObject):
    """Owns the bond between a window and its icon: who hides and shows whom."""

    def __init__(self, window: MainWindow, tray: Tray) -> None:
        """Connect the two."""
        super().__init__(window)
        self._window = window
        self._tray = tray
        self._waits_for_tray = False
        window.stays_when_closed = lambda: tray.is_there
        window.put_away.connect(self._explain)
        tray.show_wanted.connect(window.show_and_raise)
        tray.hide_wanted.connect(self.hide)
        tray.quit_wanted.connect(window.end)
        tray.appeared.connect(self._hide_what_waited)
        tray.vanished.connect(self._show_what_was_hidden)

    @Slot()
    def hide(self) -> None:
        """Take the window from the screen, as far as it can be called back."""
        if self._tray.is_there:
            self._window.hide()
        else:
            # Without a tray icon a window that cannot be seen could never be found again.
            self._waits_for_tray = True
            self._window.showMinimized()

    @Slot()
    def _explain(self) -> None:
        self._window.explain_tray(self._tray.notify)

    @Slot()
    def _hide_what_waited(self) -> None:
        """Hide a window that should have been hidden before there was a tray, as at login."""
        if self._waits_for_tray and self._window.isMinimized():
            self._window.hide()
        self._waits_for_tray = False

    @Slot()
    def _show_what_was_hidden(self) -> None:
        if not self._window.isVisible():
            self._window.showMinimized()
