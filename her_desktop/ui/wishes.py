"""What the user wants, as events.

Rule: a wish is only sent; whether it is granted is the conversation's affair, and nothing is shown
before an event says that it is so. GUI thread only.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from her_desktop.conversation.events import (
    ListenMode,
    ListenModeRequested,
    MuteRequested,
    RepeatRequested,
    StopRequested,
    TextSubmitted,
)
from her_desktop.ui.talk import Send


class Wishes(QObject):
    """Owns the way to whoever takes the events; the window's parts are connected to its slots."""

    def __init__(self, send: Send, parent: QObject | None = None) -> None:
        """Hand every wish to `send`, which must return at once."""
        super().__init__(parent)
        self._send = send

    @Slot(str)
    def submit(self, text: str) -> None:
        """Say something by typing it."""
        self._send(TextSubmitted(at=time.monotonic(), text=text))

    @Slot(str)
    def repeat(self, text: str) -> None:
        """Hear a reply again."""
        self._send(RepeatRequested(at=time.monotonic(), text=text))

    @Slot()
    def stop(self) -> None:
        """End the answer."""
        self._send(StopRequested(at=time.monotonic()))

    @Slot(bool)
    def mute(self, muted: bool) -> None:
        """Close the microphone, or open it again."""
        self._send(MuteRequested(at=time.monotonic(), muted=muted))

    @Slot(ListenMode)
    def choose_mode(self, mode: ListenMode) -> None:
        """Talk in another way."""
        self._send(ListenModeRequested(at=time.monotonic(), mode=mode))

    @Slot(str)
    def copy(self, text: str) -> None:
        """Put a text on the clipboard; "" leaves there what is there."""
        if text:
            QGuiApplication.clipboard().setText(text)
