"""Holding to talk, from whichever of the three places.

Rule: one press and one release for each hold, in that order, whatever happens to the window in
between. GUI thread only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject

from her_desktop.conversation.events import Event, TalkPressed, TalkReleased

Send = Callable[[Event], None]
"""How the window hands over what the user does: any event, at once, from the GUI thread."""


class Source(StrEnum):
    """What is held."""

    SPACE = "space"
    ORB = "orb"
    BUTTON = "button"


class TalkHold(QObject):
    """Owns the hold under way; the window's keys, orb and button report to it."""

    def __init__(self, send: Send, parent: QObject | None = None) -> None:
        """Begin with nothing held."""
        super().__init__(parent)
        self._send = send
        self._held: Source | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether the user is talking."""
        return self._held is not None

    def press(self, source: Source) -> None:
        """Begin, unless something is held already."""
        if self._held is None:
            self._held = source
            self._send(TalkPressed(at=time.monotonic()))

    def release(self, source: Source) -> None:
        """End, if it was this that was held."""
        if self._held is source:
            self.release_all()

    def release_all(self) -> None:
        """End whatever is held: the window lost the focus, or is going away."""
        if self._held is not None:
            self._held = None
            self._send(TalkReleased(at=time.monotonic()))
