"""A button that waits for a key and tells it in our own words: "ctrl+alt+space", "right_ctrl".

Rule: what the systems call a key is read here, for the window, and nowhere else in it. A modifier
is meant by itself only where it comes up alone. GUI thread only.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from her_desktop.ui.buttons import TextButton

_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "ctrl"),
    (Qt.KeyboardModifier.AltModifier, "alt"),
    (Qt.KeyboardModifier.ShiftModifier, "shift"),
    (Qt.KeyboardModifier.MetaModifier, "super"),
)
# What Qt calls Control on a Mac is the Command key, and Meta is Control.
_ON_A_MAC = {"ctrl": "super", "super": "ctrl"}

_NAMED = {
    Qt.Key.Key_Space: "space",
    Qt.Key.Key_Tab: "tab",
    Qt.Key.Key_Backtab: "tab",
    Qt.Key.Key_Pause: "pause",
    Qt.Key.Key_ScrollLock: "scroll_lock",
    Qt.Key.Key_Menu: "menu",
    Qt.Key.Key_Insert: "insert",
    Qt.Key.Key_AltGr: "right_alt",
}
_MODIFIER_KEYS = (
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Meta,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
)

_RIGHT = {
    # X11 and Wayland: keysyms; macOS: virtual key codes of HIToolbox/Events.h.
    "linux": {0xFFE4: "right_ctrl", 0xFFEA: "right_alt", 0xFE03: "right_alt"},
    "darwin": {0x3E: "right_ctrl", 0x3D: "right_alt"},
}
_EXTENDED = 0x100
"""The bit of a Windows scan code that the right one of two equal keys carries."""


def chord_words(event: QKeyEvent, platform: str = sys.platform) -> str:
    """Return the key of an event with its modifiers, "" for one that has no name here."""
    key = Qt.Key(event.key())
    if key in _MODIFIER_KEYS:
        return _right_one(event, key, platform)
    held = [word for modifier, word in _MODIFIERS if event.modifiers() & modifier]
    if platform == "darwin":
        held = [_ON_A_MAC.get(word, word) for word in held]
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F24:
        name = f"f{key - Qt.Key.Key_F1 + 1}"
    elif Qt.Key.Key_A <= key <= Qt.Key.Key_Z or Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        name = chr(key).casefold()
    else:
        name = _NAMED.get(key, "")
    return "+".join((*held, name)) if name else ""


def _right_one(event: QKeyEvent, key: Qt.Key, platform: str) -> str:
    """Return the name of a modifier that can be watched by itself: only the right ones can."""
    if platform == "win32":
        if not event.nativeScanCode() & _EXTENDED:
            return ""
        return {Qt.Key.Key_Control: "right_ctrl", Qt.Key.Key_Alt: "right_alt"}.get(key, "")
    names = _RIGHT.get(platform, _RIGHT["linux"])
    return names.get(event.nativeVirtualKey(), _NAMED.get(key, ""))


class KeyButton(TextButton):
    """Owns the waiting: pressed, it takes the next key instead of acting on it."""

    captured = Signal(str)
    """The key that was pressed, in our words; "" where it has none."""

    waiting = Signal(bool)
    """Whether it waits for a key now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without waiting."""
        # Qt sends events to a button that is still being made.
        self._is_waiting = False
        super().__init__("", parent)
        self._show(is_waiting=False)
        self.clicked.connect(lambda: self._wait(not self._is_waiting))

    @property
    def is_waiting(self) -> bool:
        """Whether the next key is taken."""
        return self._is_waiting

    def event(self, event: QEvent) -> bool:
        """Take every key while waiting, also those that the window has other uses for."""
        if self._is_waiting and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._on_press(event)
            elif event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self._on_release(event)
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Wait no more: the next key goes elsewhere."""
        self._wait(False)
        super().focusOutEvent(event)

    def _on_press(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._wait(False)
        elif event.key() not in _MODIFIER_KEYS:
            self._take(chord_words(event))

    def _on_release(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIER_KEYS:
            words = chord_words(event)
            if words:
                self._take(words)

    def _take(self, words: str) -> None:
        self._wait(False)
        self.captured.emit(words)

    def _wait(self, is_waiting: bool) -> None:
        if is_waiting == self._is_waiting:
            return
        self._is_waiting = is_waiting
        if is_waiting:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show(is_waiting=is_waiting)
        self.waiting.emit(is_waiting)

    def _show(self, *, is_waiting: bool) -> None:
        words = self.tr("Press a key, or Esc") if is_waiting else self.tr("Choose a key")
        self.say(words)
        self.setToolTip(self.tr("Waits for the key that you want to talk with"))
        self.setAccessibleDescription(self.toolTip())
