"""Windows whose content is made anew when the language changes, rather than taught new words.

Qt tells every window of another language, and a window that belongs to another one twice: once by
itself and once through that other.

Rule: what the user did in a window, such as its page, its place and what is half typed, is carried
over by the window itself. The window in use comes first and those behind it a moment later, so that
none waits for all; a hidden one waits until it is shown. GUI thread only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from her_desktop.ui.translation import language_of_window

_BEHIND_MS = 60
"""Milliseconds that a window behind the one in use waits: as long as that one takes."""

# Qt allows one of its classes among the bases; to the type checker this is a part of a widget.
if TYPE_CHECKING:
    _PartOfWindow = QWidget
else:
    _PartOfWindow = object


class MadeAnew(_PartOfWindow):
    """Named before a window's class, it calls `_make_anew` once for every change of language."""

    _made_in = ""

    def _is_made(self) -> None:
        """Note the language in which the window stands now; called whenever it was furnished."""
        self._made_in = language_of_window()

    def _make_anew(self) -> None:
        """Replace the content by the same in the language of the moment."""
        raise NotImplementedError

    @property
    def is_up_to_date(self) -> bool:
        """Whether it speaks the language of the moment, as far as it can be seen."""
        return self._made_in == language_of_window() or not self.isVisible()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language soon."""
        if event.type() == QEvent.Type.LanguageChange and not self.is_up_to_date:
            QTimer.singleShot(0 if self.isActiveWindow() else _BEHIND_MS, self, self._catch_up)
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the language that was chosen meanwhile."""
        self._catch_up()
        super().showEvent(event)

    @Slot()
    def _catch_up(self) -> None:
        if not self.is_up_to_date:
            self._make_anew()
