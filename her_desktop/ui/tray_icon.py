"""The tray's pictures: one a state, for light, dark and unknown panels.

Rule: a state differs from another in its shape and not only in its colour, and every size that a
panel asks for is drawn for exactly those pixels. GUI thread only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QIcon

from her_desktop.ui.icons import icon_pixmap
from her_desktop.ui.orb_face import Face

SIZES = (16, 22, 24, 32, 48, 64)
"""Pixels of a side that panels ask for."""


class Ink(StrEnum):
    """What an icon is drawn in; the words of the setting `tray_colors`, less "auto"."""

    LIGHT = "light"  # for dark panels
    DARK = "dark"  # for light panels
    COLORED = "colored"  # for a panel that is not known: 4:1 on white and on black


_DRAWINGS = {
    Face.LOADING: "tray-loading",
    Face.IDLE: "tray-idle",
    Face.LISTENING: "tray-listening",
    Face.THINKING: "tray-thinking",
    Face.SPEAKING: "tray-speaking",
    Face.MUTED: "tray-muted",
    Face.ERROR: "tray-error",
}
_PLAIN = {Ink.LIGHT: "#f7f2ec", Ink.DARK: "#2b2521"}
_ALIVE = "#c4583c"
_AT_REST = "#857a71"


def tray_icon(face: Face, ink: Ink) -> QIcon:
    """Return the picture of a state, in every size; on macOS as a mask that the system colours."""
    if ink is Ink.COLORED:
        tint = _AT_REST if face in (Face.LOADING, Face.MUTED) else _ALIVE
    else:
        tint = _PLAIN[ink]
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(icon_pixmap(_DRAWINGS[face], tint, size))
    icon.setIsMask(sys.platform == "darwin" and ink is not Ink.COLORED)
    return icon


def ink_of_panel(
    choice: str,
    scheme: Qt.ColorScheme,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> Ink:
    """Return what to draw in on this system's panel, where the user left it to us ("auto")."""
    if choice != "auto":
        return Ink(choice)
    dark = scheme is Qt.ColorScheme.Dark
    if platform == "win32":
        dark = not _taskbar_is_light()
    elif platform != "darwin":
        # GNOME's bar is dark in either theme; what colour another panel has, nobody tells.
        if "GNOME" not in environment.get("XDG_CURRENT_DESKTOP", "").upper():
            return Ink.COLORED
        dark = True
    return Ink.LIGHT if dark else Ink.DARK


def _taskbar_is_light() -> bool:
    """Ask Windows, whose taskbar has a theme of its own."""
    theme = QSettings(
        r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize",
        QSettings.Format.NativeFormat,
    )
    return bool(theme.value("SystemUsesLightTheme", 0))
